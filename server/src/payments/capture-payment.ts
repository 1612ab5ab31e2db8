import { findApproved } from '../instructions/store.ts'
import { notFound } from '../kernel/problem.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import type { Outcome } from '../processors/processor.ts'
import { priced } from './clear-payment.ts'
import { keptTender, type Tender } from './method.ts'
import { changeOf, type Progress, unmoved, walk } from './progress.ts'
import { checkPromised } from './promise.ts'
import { settleAcceptance } from './settle-authorization.ts'
import { findPayment, type Payment } from './store.ts'

/**
 * Asks again by the same instruction, which moves nothing: the answer tells what the bank does once
 * it is captured.
 */
function askAgain(
  ctx: Ctx,
  about: { id: string; account: string; amount: bigint; currency: Payment['currency']; now: Date },
  tender: Tender,
): Outcome {
  const processor = processorOf(ctx)
  if (tender.method === 'sepa') {
    const { name, mandate, date_mandate } = tender.sepa
    return processor.debitAccount({ ...about, iban: tender.iban, name, mandate, date_mandate })
  }
  const { exp_month, exp_year } = tender.card
  const authentication = { status: 'success' } as const
  const card = { number: tender.number, cvc: null, exp_month, exp_year, authentication }
  return processor.authorizeCard({ ...about, ...card })
}

/** An authorized payment on its way to capture: it waits for the cut-off, or is booked at once. */
export async function captured(ctx: Ctx, it: Progress): Promise<Progress> {
  const { payment } = it
  const accepted = walk(it, 'capture', { due_at: ctx.bankDays.cutoffAfter(ctx.now) }, {})
  const instruction = await findApproved(ctx, payment.id, 'authorize')
  const kept = payment.method && payment[payment.method]
  if (!instruction || !payment.method || !kept) return accepted
  const tender = await keptTender(ctx, { method: payment.method, id: kept })
  const { id, account, amount, created: now } = instruction
  const outcome = askAgain(ctx, { id, account, amount, currency: payment.currency, now }, tender)
  if (outcome.result !== 'approved') return accepted
  return settleAcceptance(ctx, accepted, outcome, instruction.processor)
}

export interface CapturePayment {
  id: string
  /** So much of what the bank agreed to; absent: the amount of the payment. */
  amount?: bigint | undefined
}

/** Decides a capture. Refuses as `capturePayment`. */
export async function planCapture(ctx: Ctx, input: CapturePayment): Promise<Decision<Payment>> {
  const payment = await findPayment(ctx, input.id)
  if (!payment) throw notFound('payment', input.id)
  const { amount = payment.amount } = input
  // Asked twice, it is captured once: the caller may not have heard the first answer.
  if (payment.status === 'to_capture' && amount === payment.amount) return { result: payment }
  checkPromised(payment, amount)
  const it = await captured(ctx, unmoved(priced(ctx, payment, amount), null))
  const { part, payment: result } = await changeOf(ctx, { payment, authentication: null }, it)
  return { change: part, result }
}

/**
 * Moves an authorized payment to capture, all or a part of it; what is left of the authorization
 * is given back when it is booked. Refuses with not_found, illegal_transition,
 * amount_exceeds_authorized.
 */
export const capturePayment = verb(planCapture)
