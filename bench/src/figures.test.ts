import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { brief, median, quantile, ratio } from './figures.ts'

describe('figures', () => {
  it('take the middle of an odd number, and the mean of the two middles of an even one', () => {
    assert.equal(median([9, 1, 5]), 5)
    assert.equal(median([10, 9, 1, 5]), 7)
    assert.ok(Number.isNaN(median([])))
  })

  it('order numbers as numbers', () => assert.equal(median([100, 9, 20]), 20))

  it('find the value that a share does not exceed', () => {
    const sorted = Array.from({ length: 100 }, (_, n) => n + 1)
    assert.equal(quantile(sorted, 0.5), 50)
    assert.equal(quantile(sorted, 0.99), 99)
    assert.equal(quantile([7], 0.99), 7)
    assert.ok(Number.isNaN(quantile([], 0.5)))
  })

  it('compare round by round, so that one disturbed round of both changes nothing', () => {
    assert.equal(ratio([200, 20, 200], [100, 10, 100]), 2)
    assert.equal(ratio([200, 20, 180], [100, 40, 90]), 2)
    assert.ok(Number.isNaN(ratio([], [1])))
  })

  it('are told in three digits, or in whole ones', () => {
    assert.deepEqual([0.12345, 31.4159, 1234.5, Number.NaN].map(brief), [
      '0.123',
      '31.4',
      '1235',
      '–',
    ])
  })
})
