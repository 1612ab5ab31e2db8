import { limits } from '../kernel/limits.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { planPayment } from '../payments/create-payment.ts'
import type { MethodInput } from '../payments/method.ts'
import { checkShown, type Shown } from '../payments/pay-payment.ts'
import type { PaymentParts } from '../payments/read-payment.ts'
import { joined } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { paymentOf } from './create-intent.ts'
import { alone, followed, intentPart } from './follow-payment.ts'
import { isPayable } from './intent.ts'
import { findIntent, type Intent } from './store.ts'

export interface PayIntent {
  id: string
  /** What the payer gave; absent: the method that the intent has. */
  method?: MethodInput | undefined
  /** The page that the browser comes back to from the bank. */
  auth_return_url: string
  /** What the payer saw. When it is not so any more, nothing is tried. */
  shown?: Shown | undefined
}

function methodOf(intent: Intent, given: MethodInput | undefined): MethodInput {
  if (given) return given
  if (intent.card) return { method: 'card', id: intent.card }
  if (intent.sepa) return { method: 'sepa', id: intent.sepa }
  throw new Refusal('invalid_request', {
    loc: ['body', 'card'],
    message: 'The intent has no method to pay with',
  })
}

async function plan(
  ctx: Ctx,
  input: PayIntent,
): Promise<Decision<PaymentParts & { intent: Intent }>> {
  const before = await findIntent(ctx, input.id)
  if (!before) throw notFound('payment_intent', input.id)
  if (!isPayable(before.status) || before.tries >= limits.attempts_max) {
    throw new Refusal('illegal_transition', {
      loc: ['body', '__root__'],
      message: `A ${before.status} intent cannot be paid`,
    })
  }
  checkShown(before, input.shown)
  const { change, result, done } = await planPayment(alone(ctx), {
    ...paymentOf(before),
    method: methodOf(before, input.method),
    auth: before.threeds === 'required' ? { return_url: input.auth_return_url } : undefined,
  })
  const after = followed({ ...before, tries: before.tries + 1 }, result.payment)
  return {
    change: joined(change ?? {}, intentPart(ctx, before, after)),
    result: { ...result, intent: after },
    done,
  }
}

/**
 * One try of the payer: makes a payment of the intent's price. The intent is paid once, however
 * many tries are open. Refuses with not_found, illegal_transition, and as the creation of a
 * payment.
 */
export const payIntent = verb(plan)
