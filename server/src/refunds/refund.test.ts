import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { refundStatuses } from '@obole/contract/v2/refunds.js'
import { step } from '../kernel/machine.ts'
import { Refusal } from '../kernel/problem.ts'
import type { PaymentStatus } from '../payments/payment.ts'
import { paymentMachine } from '../payments/payment.ts'
import { type RefundAction, type RefundStatus, refundEvents, refundMachine } from './refund.ts'
import { termsOf } from './terms.ts'

/** The whole matrix: a pair of status and action that is not here is refused. */
const edges = `
  awaiting_approval  accept    to_refund
  awaiting_approval  cancel    payment_canceled
  awaiting_approval  fail      failed
  to_refund          send      refund_sent
  to_refund          dishonor  not_honored
  refund_sent        book      refunded
  refund_sent        dishonor  not_honored
`
const allowed = new Map(
  edges
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/) as [string, string, string])
    .map(([from, action, to]) => [`${from} ${action}`, to]),
)
const statuses = Object.keys(refundMachine) as RefundStatus[]
const actions = Object.keys(refundEvents) as RefundAction[]

describe('the machine of refunds', () => {
  it('has these edges and no other', () => {
    for (const from of statuses) {
      for (const action of actions) {
        const to = allowed.get(`${from} ${action}`)
        if (to) assert.equal(step(refundMachine, from, action), to)
        else {
          assert.throws(
            () => step(refundMachine, from, action),
            (error) => error instanceof Refusal && error.code === 'illegal_transition',
            `${from} ${action}`,
          )
        }
      }
    }
    const drawn = statuses.flatMap((it) => Object.keys(refundMachine[it]))
    assert.equal(drawn.length, allowed.size)
  })

  it('has the published statuses', () => {
    assert.deepEqual([...statuses].sort(), [...refundStatuses].sort())
  })

  it('tells every action by an event', () => {
    const used = new Set(statuses.flatMap((it) => Object.keys(refundMachine[it])))
    assert.deepEqual([...used].sort(), [...actions].sort())
  })
})

/** Of a payment of 10.00 of which 3.00 went back: what is asked → what a refund comes to. */
const cases = `
  created         -     payment_not_refundable
  authenticating  -     payment_not_refundable
  authorized      -     cancel 1000
  authorized      1000  cancel 1000
  authorized      999   payment_not_captured
  authorized      1001  amount_exceeds_refundable
  to_capture      -     cancel 1000
  to_capture      1000  cancel 1000
  to_capture      1     payment_not_captured
  to_capture      1001  amount_exceeds_refundable
  capture_sent    -     payment_not_captured
  capture_sent    1     payment_not_captured
  captured        -     give_back 700
  captured        1     give_back 1
  captured        700   give_back 700
  captured        701   amount_exceeds_refundable
  captured        1000  amount_exceeds_refundable
  disputed        -     payment_not_refundable
  disputed        1     payment_not_refundable
  canceled        -     payment_not_refundable
  expired         -     payment_not_refundable
  refused         -     payment_not_refundable
  failed          -     payment_not_refundable
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/ {2,}/) as [PaymentStatus, string, string])

describe('the terms of a refund', () => {
  const said = (status: PaymentStatus, asked: string, amount = 1000n, refunded = 300n): string => {
    try {
      const terms = termsOf({ status, amount, refunded }, asked === '-' ? undefined : BigInt(asked))
      return `${terms.way} ${terms.amount}`
    } catch (error) {
      assert.ok(error instanceof Refusal)
      assert.equal(error.status, 409)
      return error.code
    }
  }
  for (const [status, asked, expected] of cases) {
    it(`of a payment that is ${status}, for ${asked === '-' ? 'all' : asked}`, () => {
      const refunded = status === 'captured' ? 300n : 0n
      assert.equal(said(status, asked, 1000n, refunded), expected)
    })
  }

  it('are told of every status', () => {
    const told = new Set(cases.map(([status]) => status))
    assert.deepEqual([...told].sort(), Object.keys(paymentMachine).sort())
  })

  it('of a payment of nothing: it can be canceled, and nothing of it goes back', () => {
    assert.equal(said('to_capture', '-', 0n, 0n), 'cancel 0')
    assert.equal(said('authorized', '-', 0n, 0n), 'cancel 0')
    assert.equal(said('captured', '-', 0n, 0n), 'amount_exceeds_refundable')
  })

  it('of a payment that went back: nothing is left', () => {
    assert.equal(said('captured', '-', 1000n, 1000n), 'amount_exceeds_refundable')
    assert.equal(said('captured', '1', 1000n, 1000n), 'amount_exceeds_refundable')
  })
})
