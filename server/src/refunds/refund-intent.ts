import { findIntent } from '../intents/store.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { planRefund } from './create-refund.ts'
import type { Refund } from './store.ts'

async function plan(
  ctx: Ctx,
  input: { id: string; amount?: bigint | undefined },
): Promise<Decision<Refund>> {
  const intent = await findIntent(ctx, input.id)
  if (!intent) throw notFound('payment_intent', input.id)
  if (intent.payment === null) {
    throw new Refusal('payment_not_refundable', { message: 'Payment intent is not paid' })
  }
  return planRefund(ctx, { payment: intent.payment, amount: input.amount })
}

/**
 * Refunds the payment of an intent. Refuses with not_found (payment_intent), and as `createRefund`.
 */
export const refundIntent = verb(plan)
