import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { aside } from './pace.ts'

/** So many that their time is far from over when a test looks. */
const many = 1_000_000

describe('the pace of due work on its thread', () => {
  it('is a little at a time, one thing after the other, while the rate is kept', async () => {
    const pace = aside()
    await pace.giveWay(many)
    assert.deepEqual(pace.stride(), { chunk: 25, ahead: 0 })
  })

  it('is large chunks, the next decided while one is written, where it is not', async () => {
    const pace = aside()
    await pause(100)
    assert.deepEqual(pace.stride(), { chunk: 200, ahead: 2 })
  })

  it('leaves time to requests after what it has done', async () => {
    const pace = aside()
    await pace.giveWay(many)
    await pause(100)
    const began = performance.now()
    await pace.giveWay(1)
    assert.ok(performance.now() - began > 50)
  })

  it('leaves none when it is late', async () => {
    const pace = aside()
    await pause(100)
    let rested = false
    const giving = pace.giveWay(1)
    setImmediate(() => {
      rested = true
    })
    await giving
    assert.equal(rested, false)
  })
})
