import { assert } from '../kernel/assert.ts'
import { step } from '../kernel/machine.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { planCapture } from '../payments/capture-payment.ts'
import { findPayment } from '../payments/store.ts'
import { joined } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { alone, intentPart } from './follow-payment.ts'
import { intentMachine, isPayable } from './intent.ts'
import { findIntent, type Intent } from './store.ts'

export interface CaptureIntent {
  id: string
  /** So much of what the bank agreed to; absent: the amount of the payment. */
  amount?: bigint | undefined
}

/** Whether it is captured as asked: the caller may not have heard the first answer. */
async function isDone(ctx: Ctx, it: Intent, amount: bigint | undefined): Promise<boolean> {
  if (it.status !== 'captured') return false
  if (amount === undefined) return true
  return (it.payment && (await findPayment(ctx, it.payment))?.amount) === amount
}

/**
 * Captures the payment of an authorized intent, all or a part of it: the intent keeps its price.
 * Refuses with not_found, illegal_transition, amount_exceeds_authorized.
 */
export const captureIntent = verb(async (ctx: Ctx, { id, amount }: CaptureIntent) => {
  const before = await findIntent(ctx, id)
  if (!before) throw notFound('payment_intent', id)
  if (await isDone(ctx, before, amount)) return { result: before }
  // One that can still be paid is captured by its payment, never by this call.
  if (isPayable(before.status)) {
    throw new Refusal('illegal_transition', {
      loc: ['body', '__root__'],
      message: `A ${before.status} intent has no authorized payment`,
    })
  }
  const after: Intent = { ...before, status: step(intentMachine, before.status, 'capture') }
  assert(before.payment, 'an authorized intent has a payment')
  const { change } = await planCapture(alone(ctx), { id: before.payment, amount })
  return { change: joined(change ?? {}, intentPart(ctx, before, after)), result: after }
})
