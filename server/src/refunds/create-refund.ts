import { event } from '../events/event.ts'
import { settledInstruction } from '../instructions/instruction.ts'
import { findApproved } from '../instructions/store.ts'
import { assert } from '../kernel/assert.ts'
import { newId } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import { step } from '../kernel/machine.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { wholeSecond } from '../kernel/time.ts'
import { changeOf, unmoved, walk } from '../payments/progress.ts'
import { findPayment, type Payment } from '../payments/store.ts'
import { withdrawn } from '../payments/withdraw-payment.ts'
import { insertion, joined, type Part } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import type { Outcome } from '../processors/processor.ts'
import { books, told } from './progress.ts'
import { type RefundAction, refundMachine } from './refund.ts'
import { countRefundsOf, type Refund, refunds } from './store.ts'
import { termsOf } from './terms.ts'

export interface CreateRefund {
  payment: string
  /** Minor units; absent: all that is left. */
  amount?: bigint | undefined
}

const draft = (ctx: Ctx, payment: Payment, amount: bigint): Refund => ({
  account: ctx.account,
  live: ctx.live,
  id: newId('refd'),
  version: 1,
  created: wholeSecond(ctx.now),
  status: 'awaiting_approval',
  amount,
  currency: payment.currency,
  payment: payment.id,
  payment_intent: payment.payment_intent,
  method: payment.method,
  date_refund: null,
  date_bank: null,
  due_at: null,
})

/** The new row with its first step, told. */
function made(ctx: Ctx, it: Refund, action: RefundAction): { row: Refund; part: Part } {
  const status = step(refundMachine, it.status, action)
  const due_at = action === 'accept' ? ctx.bankDays.cutoffAfter(ctx.now) : null
  const row: Refund = { ...it, status, due_at }
  const created = {
    insert: [insertion(refunds, row)],
    events: [event(ctx, 'refund', 'created', row)],
  }
  return { row, part: joined(created, told(ctx, row, action)) }
}

/** The payment is given up before its capture: what the bank promised is free again. */
async function canceled(ctx: Ctx, payment: Payment, it: Refund): Promise<Decision<Refund>> {
  const before = { payment, authentication: null }
  const moved = await changeOf(ctx, before, withdrawn(ctx, unmoved(payment, null), 'cancel'))
  const { row, part } = made(ctx, it, 'cancel')
  return { change: joined(moved.part, part), result: row }
}

/**
 * The one door by which a bank's answer reaches a new refund. An approved one is set aside in the
 * books and counted on the payment, so that no two together exceed it; a declined or failed one
 * leaves both as they are. An unknown answer is not a decision.
 */
async function settled(
  ctx: Ctx,
  payment: Payment,
  it: Refund,
  outcome: Outcome,
  instruction: string,
): Promise<Decision<Refund>> {
  assert(outcome.result !== 'unknown', 'a processor in this process always answers')
  const { result: status, response } = outcome
  const { amount, currency } = it
  if (status !== 'approved') {
    const { insert } = settledInstruction(ctx, {
      id: instruction,
      object_id: it.id,
      kind: 'refund',
      processor: processorOf(ctx).name,
      status,
      amount,
      currency,
      response,
    })
    const { row, part } = made(ctx, it, 'fail')
    return { change: joined({ insert: [insert] }, part), result: row }
  }
  const counted = walk(
    unmoved(payment, null),
    'refund',
    { refunded: payment.refunded + amount },
    {},
  )
  const moved = await changeOf(ctx, { payment, authentication: null }, counted)
  const { row, part } = made(ctx, it, 'accept')
  const insert = books(ctx, row, 'refund', { id: instruction, response })
  return { change: joined(moved.part, { insert }, part), result: row }
}

/** Decides a refund. Refuses as `createRefund`. */
export async function planRefund(ctx: Ctx, input: CreateRefund): Promise<Decision<Refund>> {
  const payment = await findPayment(ctx, input.payment)
  if (!payment) throw notFound('payment', input.payment)
  const { way, amount } = termsOf(payment, input.amount)
  const refund = draft(ctx, payment, amount)
  if (way === 'cancel') return canceled(ctx, payment, refund)
  const [before, agreed] = await Promise.all([
    countRefundsOf(ctx, payment.id),
    findApproved(ctx, payment.id, 'authorize'),
  ])
  if (before >= limits.refunds_max) {
    throw new Refusal('payment_not_refundable', {
      message: `Payment has been refunded ${limits.refunds_max} times`,
    })
  }
  assert(agreed, 'a captured payment was agreed to')
  const instruction = newId('inst')
  const outcome = processorOf(ctx).refund({
    id: instruction,
    account: ctx.account,
    amount,
    currency: payment.currency,
    now: ctx.now,
    of: agreed.id,
  })
  return settled(ctx, payment, refund, outcome, instruction)
}

/**
 * Gives a payment back to its payer, all that is left or a part of it; before its capture all of
 * it, which cancels it. Refuses with not_found (payment), payment_not_captured,
 * payment_not_refundable, amount_exceeds_refundable, processor_not_configured.
 */
export const createRefund = verb(planRefund)
