import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { limits } from '../kernel/limits.ts'
import { parseBody } from './parse-body.ts'

const taken = (bytes: Buffer | string) => {
  const parsed = parseBody(Buffer.from(bytes as string))
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.value
}

describe('a body', () => {
  it('is read as UTF-8, with or without a byte order mark', () => {
    assert.deepEqual(taken('{"name":"Zoé 😀"}'), { name: 'Zoé 😀' })
    assert.deepEqual(taken('\ufeff{"a":1}'), { a: 1 })
  })
  it('that is not UTF-8 is read as Latin-1', () => {
    assert.deepEqual(taken(Buffer.from('{"name":"Zo\xe9"}', 'latin1')), { name: 'Zoé' })
  })
  it('that is empty or blank is no body', () => {
    assert.equal(taken(''), undefined)
    assert.equal(taken(' \r\n'), undefined)
  })
  it('may give a name twice: the last counts', () => {
    assert.deepEqual(taken('{"a":1,"a":2}'), { a: 2 })
  })
  it('cannot set a prototype', () => {
    const value = taken('{"__proto__":{"admin":true}}') as { admin?: boolean }
    assert.equal(value.admin, undefined)
  })

  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  it('is taken at the deepest nesting and refused one deeper, where that opens', () => {
    assert.ok(parseBody(Buffer.from(nested(limits.body_depth_max))).ok)
    const parsed = parseBody(Buffer.from(nested(limits.body_depth_max + 1)))
    assert.ok(!parsed.ok)
    assert.equal(parsed.position, limits.body_depth_max)
  })
  it('of brackets only is refused without a stack overflow', () => {
    assert.equal(parseBody(Buffer.alloc(limits.body_bytes_max, '[')).ok, false)
  })
  it('may hold brackets in its texts', () => {
    const text = `\\"${'['.repeat(100)}\\\\`
    assert.ok(parseBody(Buffer.from(`{"a":"${text}","b":"${text}"}`)).ok)
  })

  const faults: [string, number][] = [
    ['x', 0],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":}', 5],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{"a":1}}', 7],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['[1,]', 3],
    ['[,1]', 1],
    ['[1}', 2],
    ['{"a":01}', 5],
    ['{"a":tru}', 5],
    ['{"a":"b}', 5],
    ['{"a":"\t"}', 5],
    ['{"a":"\\x"}', 5],
    ['  nul ', 2],
    ['{"a":1} {"b":2}', 8],
    ['amount=100&currency=eur', 0],
    ['NaN', 0],
  ]
  for (const [text, position] of faults) {
    it(`${JSON.stringify(text)} stops being JSON at ${position}`, () => {
      assert.throws(() => JSON.parse(text))
      const parsed = parseBody(Buffer.from(text))
      assert.ok(!parsed.ok)
      assert.equal(parsed.position, position)
    })
  }
  it('names the place of a fault by line and column', () => {
    const parsed = parseBody(Buffer.from('{\n "a": }'))
    assert.ok(!parsed.ok)
    assert.equal(parsed.message, 'Unexpected character: line 2 column 7 (char 8)')
  })
})
