import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { feeOf, standardPricing, vatOf } from './pricing.ts'

describe('the fee of a payment', () => {
  const fees: [method: 'card' | 'sepa', amount: bigint, fee: bigint, because: string][] = [
    ['card', 1337n, 21n, 'as recorded'],
    ['card', 150n, 13n, 'as recorded'],
    ['card', 6926n, 60n, 'as recorded'],
    ['card', 0n, 0n, 'nothing costs nothing'],
    ['card', 1n, 12n, 'the share of a cent is dropped'],
    ['card', 142n, 12n, '0.994 is dropped'],
    ['card', 143n, 13n, '1.001 is 1'],
    ['card', 1000n, 19n, 'a whole share'],
    ['card', 4_294_967_295n, 30_064_783n, 'the largest amount'],
    ['sepa', 0n, 0n, 'nothing costs nothing'],
    ['sepa', 1n, 25n, 'the same for all'],
    ['sepa', 4_294_967_295n, 25n, 'the same for all'],
  ]
  for (const [method, amount, fee, because] of fees) {
    it(`of ${amount} by ${method} is ${fee}: ${because}`, () => {
      assert.equal(feeOf(standardPricing, method, amount), fee)
    })
  }

  it("is that of the account's own terms", () => {
    const pricing = { ...standardPricing, card: { bps: 150, fixed: 0 } }
    assert.equal(feeOf(pricing, 'card', 1000n), 15n)
    assert.equal(feeOf(pricing, 'card', 66n), 0n)
    assert.equal(feeOf(pricing, 'sepa', 1000n), 25n)
  })
})

describe('the tax on a fee', () => {
  const taxes: [fee: bigint, vat_bps: number, tax: bigint][] = [
    [0n, 2000, 0n],
    [1n, 2000, 0n],
    [2n, 2000, 0n],
    [3n, 2000, 1n],
    [19n, 2000, 4n],
    [21n, 2000, 4n],
    [1500n, 2000, 300n],
    [30_064_783n, 2000, 6_012_957n],
    [5n, 1000, 1n],
    [4n, 1000, 0n],
    [10n, 550, 1n],
    [9n, 550, 0n],
    [1500n, 0, 0n],
  ]
  for (const [fee, vat_bps, tax] of taxes) {
    it(`of ${fee} at ${vat_bps / 100} % is ${tax}: half a cent counts as one`, () => {
      assert.equal(vatOf({ ...standardPricing, vat_bps }, fee), tax)
    })
  }
})
