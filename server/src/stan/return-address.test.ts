import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PaymentStatus } from '@obole/contract/stan/payments.js'
import { returnAddress } from './return-address.ts'

const id = '0190aaaa-0000-7000-8000-000000000000'
const shop = 'https://shop.example'
const back = (return_url: string, status: PaymentStatus, cancel_url: string | null = null) =>
  returnAddress({ id, state: 'a b&=', return_url, cancel_url }, status)
const told = (status: string) => `payment_status=${status}&state=a+b%26%3D&payment_id=${id}`

describe('where a payer goes back to', () => {
  it('[S10] [S11] is the address of the shop with three parameters more, and all it had', () => {
    const success = told('payment_success')
    const addresses: [string, string][] = [
      [`${shop}/?wc-api=X`, `${shop}/?wc-api=X&${success}`],
      [`${shop}/thanks`, `${shop}/thanks?${success}`],
      [shop, `${shop}/?${success}`],
      [`${shop}/?`, `${shop}/?${success}`],
      [`${shop}/?a=1&`, `${shop}/?a=1&${success}`],
      [`${shop}/?q=a%20b&x=é#top`, `${shop}/?q=a%20b&x=%C3%A9&${success}#top`],
      [`${shop}/#/done?x`, `${shop}/?${success}#/done?x`],
    ]
    for (const [address, expected] of addresses) {
      assert.equal(back(address, 'payment_success'), expected)
    }
  })

  it('[S12] after a failure or a cancellation is the address for that, if there is one', () => {
    const [done, off] = [`${shop}/done`, `${shop}/off?x=1`]
    const cases: [PaymentStatus, string | null, string][] = [
      ['payment_cancelled', off, `${off}&${told('payment_cancelled')}`],
      ['payment_failure', off, `${off}&${told('payment_failure')}`],
      ['payment_cancelled', null, `${done}?${told('payment_cancelled')}`],
      ['payment_success', off, `${done}?${told('payment_success')}`],
      ['payment_expired', off, `${done}?${told('payment_expired')}`],
    ]
    for (const [status, cancel_url, expected] of cases) {
      assert.equal(back(done, status, cancel_url), expected)
    }
  })
})
