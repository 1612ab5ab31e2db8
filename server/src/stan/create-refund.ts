import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import { later, wholeSecond } from '../kernel/time.ts'
import type { Payment } from '../payments/store.ts'
import { expectation, insertion, joined, move } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { planRefund } from '../refunds/create-refund.ts'
import { readStanPayment, type StanParts } from './read-payment.ts'
import type { StanRefundParts } from './read-refund.ts'
import { refundable } from './status.ts'
import {
  countStanRefundsOf,
  type RefundReason,
  type StanRefund,
  stanPayments,
  stanRefunds,
} from './store.ts'
import { newUuid } from './uuid.ts'

export interface CreateStanRefund {
  /** The payment of Stan. */
  payment: string
  /** Minor units. */
  amount: bigint
  reason: RefundReason
}

/** Refuses with payment_not_refundable, amount_exceeds_refundable. */
async function check(ctx: Ctx, { stan, payment }: StanParts, amount: bigint): Promise<void> {
  const left = refundable(stan, payment)
  if (left === 0n) {
    throw new Refusal('payment_not_refundable', { message: 'The payment cannot be refunded' })
  }
  if (amount > left) {
    throw new Refusal('amount_exceeds_refundable', {
      loc: ['body', 'amount'],
      message: `Only ${left} is left to refund`,
    })
  }
  if ((await countStanRefundsOf(ctx, stan.id)) < limits.refunds_max) return
  throw new Refusal('payment_not_refundable', {
    message: `Payment has been refunded ${limits.refunds_max} times`,
  })
}

/**
 * When a payment that the bank has not booked yet will be; undefined when the core refunds it as it
 * stands: all of it before the cut-off, any part once it is booked.
 */
export function bookedAt(
  { bankDays, now }: Pick<Ctx, 'bankDays' | 'now'>,
  { status, due_at }: Pick<Payment, 'status' | 'due_at'>,
): Date | undefined {
  if (status !== 'to_capture' && status !== 'capture_sent') return undefined
  const at = status === 'to_capture' && due_at ? bankDays.bookingAfter(due_at) : due_at
  // Its own work is late: it is looked at again.
  return at && at > now ? at : later(now, 3600 * 1000)
}

async function plan(ctx: Ctx, input: CreateStanRefund): Promise<Decision<StanRefundParts>> {
  const { payment: id, amount, reason } = input
  const parts = await readStanPayment(ctx, id)
  await check(ctx, parts, amount)
  const { stan, payment } = parts
  const row: StanRefund = {
    account: ctx.account,
    live: ctx.live,
    id: newUuid(ctx.now),
    version: 1,
    created: wholeSecond(ctx.now),
    payment: id,
    amount,
    reason,
    refund: null,
    due_at: null,
  }
  const isWhole = payment.status === 'to_capture' && amount === payment.amount
  const due_at = isWhole ? undefined : bookedAt(ctx, payment)
  if (due_at) {
    const after = { ...stan, refunds_waiting: stan.refunds_waiting + amount }
    const waiting: StanRefund = { ...row, due_at }
    return {
      change: {
        move: [move(stanPayments, stan, after)],
        insert: [insertion(stanRefunds, waiting)],
      },
      result: { stan: waiting, refund: undefined },
    }
  }
  const { change, result: refund } = await planRefund(ctx, { payment: payment.id, amount })
  const made: StanRefund = { ...row, refund: refund.id }
  return {
    change: joined(change ?? {}, {
      expect: [expectation(stanPayments, stan)],
      insert: [insertion(stanRefunds, made)],
    }),
    result: { stan: made, refund },
  }
}

/**
 * Gives a payment back, all of it or a part. What the bank has not booked yet cannot go back in
 * part: such a refund is accepted, counted at once, and made when the payment is booked. Refuses
 * with not_found (payment), payment_not_refundable, amount_exceeds_refundable.
 */
export const createStanRefund = verb(plan)
