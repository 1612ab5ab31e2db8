import { authenticationPart } from '../authentications/authentication-part.ts'
import type { Authentication } from '../authentications/store.ts'
import { event } from '../events/event.ts'
import { historyOf, type Step } from '../events/history.ts'
import { step } from '../kernel/machine.ts'
import { insertion, joined, move, type Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { afterCapture, type PaymentAction, paymentEvents, paymentMachine } from './payment.ts'
import { type Payment, payments } from './store.ts'

/**
 * A payment on its way through one decision: how it stands, the edges walked, what must be true
 * with it.
 */
export interface Progress {
  payment: Payment
  steps: readonly (Step & { action: PaymentAction })[]
  part: Part
  authentication: Authentication | null
  /** What to do once it is true: the code of a card is held while its payer is with the bank. */
  done?: (() => void) | undefined
}

export const unmoved = (payment: Payment, authentication: Authentication | null): Progress => ({
  payment,
  steps: [],
  part: {},
  authentication,
})

/** Tries with this one: what goes through 3-D Secure was counted when the payer was sent there. */
export const triesWith = ({ status, tries }: Payment): number =>
  status === 'authenticating' ? tries : tries + 1

/**
 * One edge further. What was due on the old status is due no more. Refuses with illegal_transition.
 * Pure.
 */
export function walk(
  it: Progress,
  action: PaymentAction,
  values: Partial<Payment>,
  part: Part,
): Progress {
  const status = step(paymentMachine, it.payment.status, action)
  return {
    ...it,
    payment: { ...it.payment, due_at: null, ...values, status },
    steps: [...it.steps, { action, status }],
    part: joined(it.part, part),
  }
}

const concernsIntent = ({ payment, steps }: Progress): boolean =>
  payment.payment_intent !== null && steps.some(({ action }) => !afterCapture.has(action))

/**
 * The Change of a decision about a payment: its row, its session, a line of history for each edge,
 * an event for each edge (or one that it was created or updated), and what those to its right add.
 */
export async function changeOf(
  ctx: Ctx,
  before: { payment: Payment; authentication: Authentication | null } | null,
  it: Progress,
): Promise<{ part: Part; payment: Payment }> {
  const version = before ? before.payment.version + 1 : 1
  const payment: Payment = { ...it.payment, version }
  const events = it.steps.map(({ action }) => event(ctx, 'payment', paymentEvents[action], payment))
  if (!before) events.unshift(event(ctx, 'payment', 'created', payment))
  else if (!events.length) events.push(event(ctx, 'payment', 'updated', payment))
  const part = joined(
    it.part,
    before
      ? { move: [move(payments, before.payment, payment)] }
      : { insert: [insertion(payments, payment)] },
    authenticationPart(before?.authentication ?? null, it.authentication),
    { insert: historyOf(ctx, payment, it.steps), events },
    concernsIntent(it) ? await ctx.hands.paymentMoved(ctx, payment) : {},
  )
  return { part, payment }
}
