import { checkAddresses } from '../addresses/check-addresses.ts'
import { findBankAccount } from '../bank-accounts/store.ts'
import { findCard } from '../cards/store.ts'
import { findCustomer } from '../customers/store.ts'
import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { wholeSecond } from '../kernel/time.ts'
import { planPayment } from '../payments/create-payment.ts'
import { checkMethod } from '../payments/method.ts'
import { insertion, joined, type Part } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { alone, followed } from './follow-payment.ts'
import { findByUniqueId, type Intent, intents } from './store.ts'

export type IntentFields = Pick<
  Intent,
  | 'amount'
  | 'currency'
  | 'description'
  | 'customer'
  | 'card'
  | 'sepa'
  | 'order_id'
  | 'methods_allowed'
  | 'metadata'
  | 'return_url'
  | 'threeds'
  | 'capture'
  | 'date_settlement'
  | 'billing_address'
  | 'shipping_address'
>

export interface CreateIntent extends Partial<IntentFields> {
  amount: bigint
  origin: number
  unique_id?: string | null
}

/**
 * Refuses what is not there: customer, card, sepa, addresses; and a method that the intent does not
 * take.
 */
export async function checkNamed(ctx: Ctx, it: Intent): Promise<void> {
  const [customer, card, sepa] = await Promise.all([
    it.customer ? findCustomer(ctx, it.customer) : null,
    it.card ? findCard(ctx, it.card) : null,
    it.sepa ? findBankAccount(ctx, it.sepa) : null,
    checkAddresses(ctx, it),
  ])
  if (customer === undefined) throw notFound('customer', it.customer ?? '')
  if (card === undefined) throw notFound('card', it.card ?? '')
  if (sepa === undefined) throw notFound('sepa', it.sepa ?? '')
  if (card) checkMethod(ctx, it, 'card')
  if (sepa) checkMethod(ctx, it, 'sepa')
}

/**
 * With a method the intent waits for the payer; where no authentication is wanted there is nothing
 * to wait for, and the method is charged at once.
 */
export async function charged(ctx: Ctx, it: Intent): Promise<{ intent: Intent; part: Part }> {
  const method = it.card ? ('card' as const) : it.sepa ? ('sepa' as const) : undefined
  const id = it.card ?? it.sepa
  if (!method || !id) return { intent: it, part: {} }
  if (it.threeds === 'required') {
    return { intent: { ...it, status: 'require_authentication' }, part: {} }
  }
  const { change, result } = await planPayment(alone(ctx), {
    ...paymentOf(it),
    method: { method, id },
  })
  return { intent: followed(it, result.payment), part: change ?? {} }
}

/** What the payment of an intent takes from it. */
export const paymentOf = (it: Intent) => ({
  amount: it.amount,
  currency: it.currency,
  capture: it.capture,
  origin: it.origin,
  payment_intent: it.id,
  customer: it.customer ?? undefined,
  decide: true,
  fields: {
    description: it.description,
    order_id: it.order_id,
    methods_allowed: it.methods_allowed,
    return_url: it.return_url,
    date_settlement: it.date_settlement,
    billing_address: it.billing_address,
    shipping_address: it.shipping_address,
  },
})

async function plan(ctx: Ctx, input: CreateIntent): Promise<Decision<Intent>> {
  processorOf(ctx)
  const draft: Intent = {
    account: ctx.account,
    live: ctx.live,
    id: newId('pi'),
    version: 1,
    created_at: wholeSecond(ctx.now),
    status: 'require_payment_method',
    currency: 'eur',
    methods_allowed: ['card', 'sepa'],
    card: null,
    sepa: null,
    customer: null,
    payment: null,
    order_id: null,
    unique_id: null,
    description: null,
    metadata: null,
    return_url: null,
    threeds: 'required',
    capture: true,
    date_settlement: null,
    billing_address: null,
    shipping_address: null,
    tries: 0,
    ...input,
  }
  const other = draft.unique_id ? await findByUniqueId(ctx, draft.unique_id) : undefined
  if (other) throw new Refusal('duplicate', { kind: 'payment_intent', id: other.id })
  await checkNamed(ctx, draft)
  const { intent, part } = await charged(ctx, draft)
  const claim = intent.unique_id
    ? [{ scope: 'payment_intent.unique_id', value: intent.unique_id, owner: intent.id }]
    : []
  const events = [event(ctx, 'payment_intent', 'created', intent)]
  if (intent.status !== draft.status) {
    events.push(event(ctx, 'payment_intent', intent.status, intent))
  }
  return {
    change: joined({ claim, insert: [insertion(intents, intent)], events }, part),
    result: intent,
  }
}

/**
 * Makes an intent: a price to be paid on its page. Refuses with duplicate (unique_id), not_found
 * (customer, card, sepa, address), invalid_request, method_not_allowed_for_currency,
 * processor_not_configured.
 */
export const createIntent = verb(plan)
