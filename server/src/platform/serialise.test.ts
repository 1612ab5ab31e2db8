import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Operation } from '@obole/contract/operation.js'
import { stanOperations } from '@obole/contract/stan/all.js'
import type { Static, TSchema } from '@obole/contract/typebox.js'
import { v1Operations } from '@obole/contract/v1/all.js'
import { v2Operations } from '@obole/contract/v2/all.js'
import type { CardOut } from '@obole/contract/v2/cards.js'
import { PaymentIntentOut } from '@obole/contract/v2/payment-intents.js'
import { PaymentList, PaymentOut } from '@obole/contract/v2/payments.js'
import { compileWriter, writerOf } from './serialise.ts'

const id = (prefix: string) => `${prefix}_${'a1'.repeat(12)}`

const card: CardOut = {
  id: id('card'),
  brand: 'visa',
  country: 'FR',
  created: 1_600_000_000,
  customer: null,
  exp_month: 12,
  exp_year: 2030,
  external_id: null,
  funding: 'debit',
  last4: '4242',
  name: 'Zoé "Z" \u2028',
  nature: 'personal',
  network: null,
  preferred_network: null,
  zip_code: null,
  deleted: false,
}
const payment: PaymentOut = {
  id: id('paym'),
  amount: 4_294_967_295n,
  auth: null,
  capture: true,
  card,
  created: 1_600_000_000,
  currency: 'eur',
  customer: null,
  date_bank: '2030-01-31',
  date_paym: null,
  date_settlement: null,
  description: null,
  device: null,
  fee: 0n,
  method: 'card',
  methods_allowed: null,
  order_id: null,
  origin: 1,
  payment_intent: null,
  payout: null,
  response: '00',
  response_author: null,
  return_url: null,
  sepa: null,
  status: null,
  unique_id: null,
  billing_address: null,
  shipping_address: null,
}
const intent: PaymentIntentOut = {
  id: id('pi'),
  amount: 300n,
  capture: true,
  card: null,
  created_at: 1_600_000_000,
  currency: 'eur',
  customer: null,
  date_settlement: null,
  description: null,
  metadata: { a: [1, { b: null }], 'é"': 1.5 },
  methods_allowed: ['card', 'sepa'],
  order_id: null,
  origin: 1,
  payment: null,
  return_url: null,
  sepa: null,
  status: 'require_payment_method',
  threeds: 'required',
  unique_id: null,
  url: 'https://payment.example/test_pi_1',
  billing_address: null,
  shipping_address: null,
}

/** What a client reads when the server answers with this value under this schema. */
const answer = <S extends TSchema>(schema: S, value: Static<S>): unknown =>
  JSON.parse(writerOf(schema)(value))

describe('an answer', () => {
  it('gives amounts as integers, and null where there is nothing', () => {
    const body = answer(PaymentOut, payment)
    assert.deepEqual(body, { ...payment, amount: 4_294_967_295, fee: 0 })
    const without = answer(PaymentOut, { ...payment, fee: null, card: null })
    assert.deepEqual(without, { ...payment, amount: 4_294_967_295, fee: null, card: null })
  })
  it('drops what its schema does not name, at every depth', () => {
    const leaking = { ...payment, account: 'acct_1', card: { ...card, number: '4242', version: 7 } }
    const body = answer(PaymentOut, leaking)
    assert.deepEqual(body, { ...payment, amount: 4_294_967_295, fee: 0 })
  })
  it('fails rather than leave out a member that is promised', () => {
    const { status: _, ...without } = payment
    assert.throws(() => answer(PaymentOut, without as PaymentOut), /status/)
  })
  it('gives free data as it is', () => {
    for (const metadata of [
      intent.metadata,
      null,
      'text',
      7,
      true,
      [],
      JSON.parse('{"__proto__":1}'),
    ]) {
      const text = writerOf(PaymentIntentOut)({ ...intent, metadata })
      assert.ok(text.includes(`"metadata":${JSON.stringify(metadata)}`), text)
    }
  })
  it('gives a list with its range', () => {
    const range = { start: 0, end: 1, limit: 1, count: 1_000_000, has_more: true }
    const body = answer(PaymentList, { range, payments: [payment] })
    assert.deepEqual(body, {
      range,
      payments: [{ ...payment, amount: 4_294_967_295, fee: 0 }],
    })
  })
  it('of every operation has a schema that a writer can be made of', () => {
    const operations: readonly Operation[] = [...v2Operations, ...v1Operations, ...stanOperations]
    for (const { id, response } of operations) {
      if (response) assert.doesNotThrow(() => compileWriter(response), id)
    }
  })
})
