import { notFound, Refusal } from '../kernel/problem.ts'
import { planUpdate } from '../payments/update-payment.ts'
import { joined } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { charged, checkNamed, type IntentFields } from './create-intent.ts'
import { alone, intentPart } from './follow-payment.ts'
import { intentMachine, isPayable } from './intent.ts'
import { findIntent, type Intent } from './store.ts'

export interface UpdateIntent {
  id: string
  fields: Partial<IntentFields>
}

const fixed = ['currency', 'card', 'sepa', 'threeds', 'capture', 'methods_allowed'] as const

/** After the bank agreed, what it agreed to is fixed; the amount may still become less. */
function checkAuthorized(intent: Intent, fields: UpdateIntent['fields']): void {
  for (const field of fixed) {
    const value = fields[field]
    if (value === undefined || String(value) === String(intent[field])) continue
    throw new Refusal('illegal_transition', {
      loc: ['body', field],
      message: `The ${field} of an authorized intent cannot change`,
    })
  }
}

/** The intent with the changes. It has one method: a new one takes the place of the other kind. */
function drafted(before: Intent, fields: UpdateIntent['fields']): Intent {
  const { card, sepa } = fields
  const replaced = {
    ...(sepa && !card && { card: null }),
    ...(card && !sepa && { sepa: null }),
  }
  return { ...before, ...replaced, ...fields }
}

/**
 * Whether a method is to be tried: it was given, be it once more, or the kept one need not wait.
 */
const isTry = (before: Intent, { card, sepa, threeds }: UpdateIntent['fields']): boolean =>
  Boolean(card || sepa) || (threeds === 'none' && before.threeds !== 'none')

async function plan(ctx: Ctx, { id, fields }: UpdateIntent): Promise<Decision<Intent>> {
  const before = await findIntent(ctx, id)
  if (!before) throw notFound('payment_intent', id)
  if (intentMachine[before.status].cancel === undefined) {
    throw new Refusal('illegal_transition', {
      loc: ['body', '__root__'],
      message: `A ${before.status} intent cannot change`,
    })
  }
  const draft = drafted(before, fields)
  await checkNamed(ctx, draft)
  if (!isPayable(before.status)) {
    checkAuthorized(before, fields)
    const amount = fields.amount
    const { change }: Partial<Decision<unknown>> =
      before.payment && amount !== undefined && amount !== before.amount
        ? await planUpdate(alone(ctx), { id: before.payment, fields: { amount }, decide: false })
        : {}
    return {
      change: joined(change ?? {}, intentPart(ctx, before, draft)),
      result: { ...draft, version: before.version + 1 },
    }
  }
  const { intent, part } = isTry(before, fields)
    ? await charged(ctx, draft)
    : { intent: draft, part: {} }
  return {
    change: joined(part, intentPart(ctx, before, intent)),
    result: { ...intent, version: before.version + 1 },
  }
}

/**
 * Changes an intent until its capture. Refuses with not_found, illegal_transition,
 * amount_exceeds_authorized, and as a creation.
 */
export const updateIntent = verb(plan)
