import { notFound, Refusal } from '../kernel/problem.ts'
import { changeOf, unmoved, walk } from '../payments/progress.ts'
import { findPayment, type Payment } from '../payments/store.ts'
import { verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { disputeCodes } from '../processors/dispute-codes.ts'
import { sepaReasons } from '../processors/response-codes.ts'
import { opened } from './open-dispute.ts'
import type { Dispute } from './store.ts'

interface DisputePayment {
  id: string
  response: string
  /** Absent: all of the payment, also what was refunded of it. */
  amount?: bigint | undefined
}

/** Refuses with invalid_request, illegal_transition. Pure. */
function disputedAmount(payment: Payment, { response, amount }: DisputePayment): bigint {
  const invalid = (member: string, message: string) =>
    new Refusal('invalid_request', { loc: ['body', member], message })
  const isDebit = payment.method === 'sepa'
  if (!(isDebit ? sepaReasons : disputeCodes).has(response)) {
    throw invalid('response', `not a reason to dispute a ${isDebit ? 'direct debit' : 'card'}`)
  }
  if (amount !== undefined && amount > payment.amount) {
    throw invalid('amount', `The payment is of ${payment.amount}, not of ${amount}`)
  }
  if (payment.amount > 0n) return amount ?? payment.amount
  throw new Refusal('illegal_transition', {
    loc: ['body', '__root__'],
    message: 'Nobody contests a payment of nothing',
  })
}

/**
 * In test mode: the payer's bank contests a captured payment, as live ones do unasked. Live, there
 * is no such thing. Refuses with not_found, illegal_transition, invalid_request.
 */
export const disputePayment = verb(async (ctx: Ctx, input: DisputePayment) => {
  const payment = ctx.live ? undefined : await findPayment(ctx, input.id)
  if (!payment) throw notFound('payment', input.id)
  const it = walk(unmoved(payment, null), 'dispute', {}, {})
  const amount = disputedAmount(payment, input)
  const about = { amount, response: input.response, processor: processorOf(ctx).name }
  const { dispute, part } = opened(ctx, payment, about)
  const before = { payment, authentication: null }
  const { part: change } = await changeOf(ctx, before, { ...it, part })
  const result: Dispute = dispute
  return { change, result }
})
