import { findCustomer } from '../customers/store.ts'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import { later, wholeSecond } from '../kernel/time.ts'
import { type CreatePayment, planPayment } from '../payments/create-payment.ts'
import { insertion, joined } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { coreCustomer } from './create-customer.ts'
import { randomText } from './random-text.ts'
import type { StanParts } from './read-payment.ts'
import {
  findStanCustomer,
  type PriceParts,
  type StanCustomer,
  type StanPayment,
  stanCustomers,
  stanPayments,
} from './store.ts'
import { newUuid } from './uuid.ts'

export interface PreparePayment extends Partial<PriceParts> {
  /** Minor units. */
  amount: bigint
  order_id: string
  return_url: string
  /** How the core notes where a payment was made. */
  origin: number
  cancel_url?: string | null
  /** Given back to the merchant with the payer; absent: one of ours. */
  state?: string | null
  /** A customer of Stan, by id, or one that is made with the payment. */
  customer?: string | StanCustomer | null
  checkout?: string | null
}

/** Characters of the token in an address: 142 bits. */
const tokenLength = 24
const stateLength = 12

/** A customer of Stan as it was named. Refuses with invalid_request when it is not there. */
export async function namedCustomer(ctx: Ctx, id: string): Promise<StanCustomer> {
  const customer = await findStanCustomer(ctx, id)
  if (customer) return customer
  throw new Refusal('invalid_request', {
    loc: ['body', 'customer_id'],
    message: 'No such customer',
  })
}

/** Whom the core's payment names: not one who was deleted there since. */
async function payerOf(
  ctx: Ctx,
  it: PreparePayment['customer'],
): Promise<CreatePayment['customer']> {
  if (!it) return undefined
  if (typeof it !== 'string') return coreCustomer(it)
  const { customer } = await namedCustomer(ctx, it)
  const there = customer === null ? undefined : await findCustomer(ctx, customer)
  return there?.id
}

/** The core's references are short; a longer one stays with us. */
const fitting = (order_id: string): string | null =>
  [...order_id].length <= 36 && order_id !== '' ? order_id : null

/** Decides a prepared payment. Refuses as `preparePayment`. */
export async function planPrepared(
  ctx: Ctx,
  { amount, origin, customer = null, ...fields }: PreparePayment,
): Promise<Decision<StanParts>> {
  const { return_url, order_id } = fields
  const core = await planPayment(ctx, {
    amount,
    currency: 'eur',
    capture: true,
    origin,
    fields: { order_id: fitting(order_id), return_url },
    customer: await payerOf(ctx, customer),
    // The page asks for 3-D Secure; where the bank sends the payer back to, it says itself.
    auth: { return_url: null },
    decide: true,
  })
  const { payment, customer: payer } = core.result
  const it: StanPayment = {
    account: ctx.account,
    live: ctx.live,
    id: newUuid(ctx.now),
    version: 1,
    created: wholeSecond(ctx.now),
    payment: payment.id,
    token: randomText(tokenLength),
    cancel_url: null,
    customer: typeof customer === 'string' ? customer : (customer?.id ?? null),
    checkout: null,
    subtotal_amount: null,
    shipping_amount: null,
    discount_amount: null,
    tax_amount: null,
    opened_at: null,
    ended: null,
    refunds_waiting: 0n,
    due_at: later(ctx.now, limits.stan_payment_ms),
    ...fields,
    state: fields.state || randomText(stateLength),
  }
  const insert = [insertion(stanPayments, it)]
  if (customer && typeof customer !== 'string') {
    insert.unshift(insertion(stanCustomers, { ...customer, customer: payer?.id ?? null }))
  }
  return { change: joined(core.change ?? {}, { insert }), result: { stan: it, payment } }
}

/**
 * Prepares a payment, which a payer then makes on its page. Two with one order are two payments.
 * Refuses with invalid_request (a customer that is not there), processor_not_configured.
 */
export const preparePayment = verb(planPrepared)
