import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decimalOf, formatMoney } from './money.ts'

describe('an amount', () => {
  it('has the digits of its currency as a decimal, exactly', () => {
    const cases: [bigint, string, string][] = [
      [0n, 'eur', '0.00'],
      [1n, 'eur', '0.01'],
      [-1n, 'usd', '-0.01'],
      [1250n, 'eur', '12.50'],
      [-1250n, 'chf', '-12.50'],
      [1250n, 'jpy', '1250'],
      [-7n, 'jpy', '-7'],
      [9_007_199_254_740_993n, 'eur', '90071992547409.93'],
    ]
    for (const [amount, currency, text] of cases) assert.equal(decimalOf(amount, currency), text)
  })

  it('is written for people as their language writes it', () => {
    assert.match(formatMoney(1250n, 'eur', 'fr'), /^12,50\s€$/)
    assert.equal(formatMoney(1250n, 'eur', 'en'), '€12.50')
    assert.equal(formatMoney(1250n, 'jpy', 'en'), '¥1,250')
  })
})
