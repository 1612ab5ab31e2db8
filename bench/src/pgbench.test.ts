import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readPgbench } from './pgbench.ts'

const output = (failed: number) => `transaction type: payment.sql
number of transactions actually processed: 902
number of failed transactions: ${failed} (0.000%)
latency average = 1.108 ms
initial connection time = 2.110 ms
tps = 902.336641 (without initial connection time)
`

describe('pgbench', () => {
  it('is read by its rate and its latency', () => {
    assert.deepEqual(readPgbench(output(0)), { per_second: 902.336641, mean_ms: 1.108 })
  })

  it('is not believed when transactions failed, or when it said nothing', () => {
    assert.throws(() => readPgbench(output(3)), /pgbench failed/)
    assert.throws(() => readPgbench('pgbench: error: connection refused'), /connection refused/)
  })
})
