import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rowSet } from './row-set.ts'

describe('rows on their way to a table', () => {
  const set = (...rows: Record<string, unknown>[]) => rowSet(['a', 'b', 'c'], rows)

  it('say once what all of them share', () => {
    const found = set({ a: 1, b: 'x', c: 2 }, { a: 1, b: 'y', c: 2 })
    assert.deepEqual(found, { all: { a: 1, c: 2 }, each: [{ b: 'x' }, { b: 'y' }] })
  })

  it('never give a row what it does not have', () => {
    for (const nothing of [null, undefined]) {
      const found = set({ a: 1, b: 2, c: nothing }, { a: nothing, b: 2, c: 3 })
      assert.deepEqual(found, { all: { b: 2 }, each: [{ a: 1 }, { c: 3 }] })
    }
  })

  it('share an instant, however many objects stand for it', () => {
    const found = set({ a: new Date(5), b: new Date(5) }, { a: new Date(5), b: new Date(6) })
    assert.deepEqual(found.all, { a: new Date(5) })
    assert.deepEqual(found.each, [{ b: new Date(5) }, { b: new Date(6) }])
  })

  it('are JSON that the database reads into any column', () => {
    const found = set(
      { a: 5n, b: Buffer.from('ab', 'hex'), c: false },
      { a: 5n, b: Buffer.from('cd', 'hex'), c: false },
    )
    assert.deepEqual(found, {
      all: { a: '5', c: false },
      each: [{ b: '\\xab' }, { b: '\\xcd' }],
    })
  })

  it('leave out what is no column, and may be one or none', () => {
    assert.deepEqual(set({ a: 1, d: 2 }), { all: { a: 1 }, each: [{}] })
    assert.deepEqual(set(), { all: {}, each: [] })
  })
})
