import { notFound } from '../kernel/problem.ts'
import type { Decision } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { changeOf, unmoved } from './progress.ts'
import { findPayment, type Payment } from './store.ts'
import { withdrawn } from './withdraw-payment.ts'

/**
 * Gives a payment up before its capture, and frees what the bank promised. Refuses with not_found,
 * illegal_transition.
 */
export async function planCancel(ctx: Ctx, input: { id: string }): Promise<Decision<Payment>> {
  const payment = await findPayment(ctx, input.id)
  if (!payment) throw notFound('payment', input.id)
  const before = { payment, authentication: null }
  const it = withdrawn(ctx, unmoved(payment, null), 'cancel')
  const { part, payment: result } = await changeOf(ctx, before, it)
  return { change: part, result }
}
