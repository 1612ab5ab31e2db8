import { step } from '../kernel/machine.ts'
import { notFound } from '../kernel/problem.ts'
import { planCancel } from '../payments/cancel-payment.ts'
import { joined } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { alone, intentPart } from './follow-payment.ts'
import { intentMachine } from './intent.ts'
import { findIntent, type Intent } from './store.ts'

/**
 * Gives an intent up, and frees what the bank agreed to. Refuses with not_found, illegal_transition
 * once it is captured.
 */
export const cancelIntent = verb(async (ctx: Ctx, input: { id: string }) => {
  const before = await findIntent(ctx, input.id)
  if (!before) throw notFound('payment_intent', input.id)
  const after: Intent = { ...before, status: step(intentMachine, before.status, 'cancel') }
  const { change } = before.payment
    ? await planCancel(alone(ctx), { id: before.payment })
    : { change: {} }
  return { change: joined(change ?? {}, intentPart(ctx, before, after)), result: after }
})
