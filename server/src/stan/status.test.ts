import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type PaymentStatus, paymentStatuses } from '@obole/contract/stan/payments.js'
import type { RefundOut } from '@obole/contract/stan/refunds.js'
import type { PaymentStatus as CoreStatus } from '../payments/payment.ts'
import { paymentMachine } from '../payments/payment.ts'
import { type RefundStatus, refundMachine } from '../refunds/refund.ts'
import { refundable, refundedAmount, refundStatusOf, statusOf } from './status.ts'

interface Case {
  core: CoreStatus
  opened?: true
  ended?: 'canceled' | 'expired'
  /** Given back in the core, and promised to be. */
  refunded?: bigint
  waiting?: bigint
  /** What the bank had agreed to. */
  agreed?: true
}

/** Of a payment of 1000: how it stands, what went back, what still can. */
const cases: [Case, PaymentStatus, refunded: bigint, left: bigint][] = [
  [{ core: 'created' }, 'payment_prepared', 0n, 0n],
  [{ core: 'created', opened: true }, 'payment_pending', 0n, 0n],
  [{ core: 'authenticating' }, 'payment_pending', 0n, 0n],
  [{ core: 'authenticating', opened: true }, 'payment_pending', 0n, 0n],
  [{ core: 'authorized', agreed: true }, 'payment_holding', 0n, 0n],
  [{ core: 'to_capture', agreed: true }, 'payment_success', 0n, 1000n],
  [{ core: 'to_capture', agreed: true, waiting: 1n }, 'payment_partial_refunded', 1n, 999n],
  [{ core: 'capture_sent', agreed: true }, 'payment_success', 0n, 1000n],
  [{ core: 'capture_sent', agreed: true, waiting: 1000n }, 'payment_refunded', 1000n, 0n],
  [{ core: 'captured', agreed: true }, 'payment_success', 0n, 1000n],
  [{ core: 'captured', refunded: 400n }, 'payment_partial_refunded', 400n, 600n],
  [{ core: 'captured', refunded: 400n, waiting: 600n }, 'payment_refunded', 1000n, 0n],
  [{ core: 'captured', refunded: 1000n }, 'payment_refunded', 1000n, 0n],
  [{ core: 'disputed' }, 'payment_success', 0n, 0n],
  [{ core: 'disputed', refunded: 400n }, 'payment_partial_refunded', 400n, 0n],
  [{ core: 'refused' }, 'payment_failure', 0n, 0n],
  [{ core: 'failed', opened: true }, 'payment_failure', 0n, 0n],
  [{ core: 'canceled' }, 'payment_cancelled', 0n, 0n],
  [{ core: 'canceled', ended: 'canceled' }, 'payment_cancelled', 0n, 0n],
  [{ core: 'canceled', ended: 'expired', opened: true }, 'payment_expired', 0n, 0n],
  [{ core: 'canceled', agreed: true, waiting: 5n }, 'payment_refunded', 1000n, 0n],
  [{ core: 'expired', agreed: true }, 'payment_expired', 0n, 0n],
]

describe('how a payment of Stan stands', () => {
  for (const [it_, status, refunded, left] of cases) {
    const { core, opened, ended = null, agreed, waiting = 0n } = it_
    const said = Object.entries(it_).map(([name, value]) => `${name} ${value}`)
    it(`is ${status} when ${said.join(', ')}`, () => {
      const stan = { opened_at: opened ? new Date(0) : null, ended, refunds_waiting: waiting }
      const payment = {
        status: core,
        amount: 1000n,
        authorized: agreed ? 1000n : null,
        refunded: it_.refunded ?? 0n,
      }
      assert.equal(statusOf(stan, payment), status)
      assert.equal(refundedAmount(stan, payment), refunded)
      assert.equal(refundable(stan, payment), left)
    })
  }

  it('[S13] is said for every status of the core, in each of the nine words', () => {
    const known = new Set(cases.map(([{ core }]) => core))
    assert.deepEqual([...known].sort(), Object.keys(paymentMachine).sort())
    assert.deepEqual(new Set(cases.map(([, it]) => it)), new Set(paymentStatuses))
  })
})

describe('how a refund of Stan stands', () => {
  const words: Record<RefundStatus, RefundOut['status']> = {
    awaiting_approval: 'payment_pending',
    to_refund: 'payment_pending',
    refund_sent: 'payment_pending',
    refunded: 'payment_success',
    not_honored: 'payment_failure',
    payment_canceled: 'payment_success',
    failed: 'payment_failure',
  }

  it('follows that of the core, once it is made', () => {
    const statuses = Object.keys(refundMachine) as RefundStatus[]
    for (const status of statuses) {
      assert.equal(refundStatusOf({ due_at: null }, { status }), words[status])
    }
  })

  it('is pending while it waits, and a failure when it could not be made', () => {
    assert.equal(refundStatusOf({ due_at: new Date(0) }, undefined), 'payment_pending')
    assert.equal(refundStatusOf({ due_at: null }, undefined), 'payment_failure')
  })
})
