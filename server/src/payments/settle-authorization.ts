import { settledInstruction } from '../instructions/instruction.ts'
import { unreachable } from '../kernel/assert.ts'
import { limits } from '../kernel/limits.ts'
import { later } from '../kernel/time.ts'
import type { Insertion, Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import type { Outcome } from '../processors/processor.ts'
import { cleared, feeOfPayment } from './clear-payment.ts'
import { contested } from './contest-payment.ts'
import type { PaymentAction } from './payment.ts'
import { type Progress, triesWith, walk } from './progress.ts'
import { promised } from './promise.ts'
import type { Payment } from './store.ts'

/** What the bank was asked. */
export interface Asked {
  instruction: string
  processor: string
  /** Whether the money shall be captured without being asked again. */
  aim: 'authorize' | 'capture'
}

type Approval = Extract<Outcome, { result: 'approved' }>

/**
 * What the bank goes on to do with an accepted payment: it waits for the cut-off, or there is a
 * credit at once, or a credit and a dispute.
 */
export function settleAcceptance(
  ctx: Ctx,
  it: Progress,
  outcome: Approval,
  processor: string,
): Progress {
  if (outcome.next === 'clear') return it
  const credited = cleared(ctx, it, processor)
  // Nobody contests a payment of nothing.
  const { amount } = it.payment
  if (outcome.next !== 'disputed' || amount === 0n) return credited
  return contested(ctx, credited, { amount, response: outcome.dispute.response, processor })
}

function approve(ctx: Ctx, it: Progress, outcome: Approval, asked: Asked): Progress {
  const { payment } = it
  const insert = instruction(ctx, payment, asked, 'approved', outcome.response)
  const { promise, insert: pending } = promised(ctx, payment, asked.instruction)
  const part: Part = { insert: [insert, ...pending] }
  const agreed = {
    authorized: payment.amount,
    promise,
    fee: feeOfPayment(ctx, payment),
    response: outcome.response,
    date_paym: ctx.now,
    tries: triesWith(payment),
  }
  if (asked.aim === 'authorize') {
    const due_at = later(ctx.now, limits.authorization_ms)
    return walk(it, 'authorize', { ...agreed, due_at }, part)
  }
  const due_at = ctx.bankDays.cutoffAfter(ctx.now)
  const accepted = walk(it, 'accept', { ...agreed, due_at }, part)
  return settleAcceptance(ctx, accepted, outcome, asked.processor)
}

const instruction = (
  ctx: Ctx,
  payment: Payment,
  asked: Asked,
  status: 'approved' | 'declined' | 'failed',
  response: string,
): Insertion =>
  settledInstruction(ctx, {
    id: asked.instruction,
    object_id: payment.id,
    kind: 'authorize',
    processor: asked.processor,
    status,
    amount: payment.amount,
    currency: payment.currency,
    response,
  }).insert

/**
 * The one door by which a bank's answer to an authorization reaches a payment. An approved one is
 * promised in the ledger, a declined or failed one leaves it untouched. Pure but for new ids. An
 * unknown answer is not a decision.
 */
export function settleAuthorization(
  ctx: Ctx,
  it: Progress,
  outcome: Outcome,
  asked: Asked,
): Progress {
  const { payment } = it
  switch (outcome.result) {
    case 'approved':
      return approve(ctx, it, outcome, asked)
    case 'declined':
    case 'failed': {
      const action: PaymentAction = outcome.result === 'declined' ? 'refuse' : 'fail'
      const insert = instruction(ctx, payment, asked, outcome.result, outcome.response)
      const values = { response: outcome.response, tries: triesWith(payment) }
      return walk(it, action, values, { insert: [insert] })
    }
    case 'unknown':
      throw new Error('assertion failed: a processor in this process always answers')
    default:
      return unreachable(outcome)
  }
}
