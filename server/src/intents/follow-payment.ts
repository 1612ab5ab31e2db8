import { event } from '../events/event.ts'
import { historyOf } from '../events/history.ts'
import { limits } from '../kernel/limits.ts'
import { step } from '../kernel/machine.ts'
import { Refusal } from '../kernel/problem.ts'
import { move, type Part } from '../platform/change.ts'
import type { Ctx, Hands, MovedPayment } from '../processors/ctx.ts'
import { type IntentAction, intentMachine, isPayable } from './intent.ts'
import { findIntent, type Intent, intents } from './store.ts'

/** What the intent does when its payment has reached a status. Undefined: nothing. */
function actionOf(intent: Intent, payment: MovedPayment): IntentAction | undefined {
  switch (payment.status) {
    case 'authenticating':
      return 'offer'
    case 'authorized':
      return 'authorize'
    case 'to_capture':
    case 'capture_sent':
    case 'captured':
    case 'disputed':
      return intent.status === 'captured' && intent.payment === payment.id ? undefined : 'capture'
    case 'refused':
    case 'failed':
    case 'created':
      return intent.tries >= limits.attempts_max ? 'give_up' : 'withdraw'
    case 'canceled':
    case 'expired':
      if (intent.payment !== payment.id) return undefined
      return intent.status === 'captured' ? 'reverse' : 'cancel'
    default:
      return undefined
  }
}

/** Refuses a payment for another price than the intent has now: the payer agreed to the old one. */
function checkPrice(intent: Intent, payment: MovedPayment): void {
  const { amount, currency, capture } = intent
  if (payment.amount === amount && payment.currency === currency && payment.capture === capture) {
    return
  }
  throw new Refusal('illegal_transition', {
    loc: ['body', '__root__'],
    message: 'The intent changed since this payment began',
  })
}

/**
 * The intent after a move of its payment. An intent that is paid, canceled or given up refuses
 * another success with illegal_transition, so that it is paid once, whatever is open in other tabs.
 * Pure.
 */
export function followed(intent: Intent, payment: MovedPayment): Intent {
  const action = actionOf(intent, payment)
  if (!action) return intent
  const paid = action === 'authorize' || action === 'capture'
  const over = action === 'cancel' || action === 'reverse'
  if (!paid && !over && !isPayable(intent.status)) return intent
  const status = step(intentMachine, intent.status, action)
  if (!paid) return { ...intent, status }
  if (isPayable(intent.status)) checkPrice(intent, payment)
  const { id, card, sepa } = payment
  return { ...intent, status, payment: id, card, sepa }
}

/**
 * The part of a Change that makes an intent follow, with its history and event. Nothing when it
 * stays as it is.
 */
export function intentPart(ctx: Ctx, before: Intent, after: Intent): Part {
  if (after === before) return {}
  const row = { ...after, version: before.version + 1 }
  const moved = after.status !== before.status
  return {
    move: [move(intents, before, row)],
    insert: moved ? historyOf(ctx, row, [{ action: 'follow', status: row.status }]) : [],
    events: [event(ctx, 'payment_intent', moved ? row.status : 'updated', row)],
  }
}

/** Makes the intent of a payment follow it, in the same Change. */
export const followPayment: Hands['paymentMoved'] = async (ctx, payment) => {
  const intent = payment.payment_intent && (await findIntent(ctx, payment.payment_intent))
  return intent ? intentPart(ctx, intent, followed(intent, payment)) : {}
}

/**
 * The context with which an intent plans its own payment: it moves itself, and must not be moved
 * twice.
 */
export const alone = (ctx: Ctx): Ctx => ({
  ...ctx,
  hands: { ...ctx.hands, paymentMoved: async () => ({}) },
})
