import { assert } from '../kernel/assert.ts'
import { notFound } from '../kernel/problem.ts'
import { changeOf, unmoved, walk } from '../payments/progress.ts'
import { findPayment } from '../payments/store.ts'
import { joined } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { books, walked } from './progress.ts'
import { findRefund, type Refund } from './store.ts'

async function plan(ctx: Ctx, input: { id: string }): Promise<Decision<Refund>> {
  const before = await findRefund(ctx, input.id)
  if (!before) throw notFound('refund', input.id)
  const { part, refund } = walked(ctx, before, 'dishonor', {})
  const payment = await findPayment(ctx, before.payment)
  assert(payment, 'a refund has a payment')
  const refunded = payment.refunded - before.amount
  const restored = walk(unmoved(payment, null), 'restore', { refunded }, {})
  const moved = await changeOf(ctx, { payment, authentication: null }, restored)
  const insert = books(ctx, before, 'return_refund')
  return { change: joined(moved.part, part, { insert }), result: refund }
}

/**
 * The bank could not credit the payer: what was set aside is the merchant's again, and can be
 * refunded again, whatever became of the payment meanwhile. Refuses with not_found,
 * illegal_transition.
 */
export const dishonorRefund = verb(plan)
