import type { PaymentStatus } from '@obole/contract/stan/payments.js'
import { notFound, Refusal } from '../kernel/problem.ts'
import { joined, move } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type CreateStanCustomer, stanCustomer } from './create-customer.ts'
import { planPrepared } from './prepare-payment.ts'
import { readStanPayment, type StanParts } from './read-payment.ts'
import { statusOf } from './status.ts'
import { findStanCheckout, stanCheckouts } from './store.ts'

export interface PayCheckout {
  id: string
  /** Who pays, as said on the page; absent: the customer that the merchant named, if any. */
  payer?: CreateStanCustomer | undefined
  /** The merchant's reference, when they made the order on the way. */
  order_id?: string | undefined
  /** What it costs with the delivery that the payer chose, as the merchant confirmed it. */
  price?: { total_amount: bigint; shipping_amount: bigint } | undefined
  origin: number
}

/** After these a payer may begin anew. */
export const isOff = (status: PaymentStatus): boolean =>
  ['payment_failure', 'payment_cancelled', 'payment_expired'].includes(status)

async function plan(ctx: Ctx, input: PayCheckout): Promise<Decision<StanParts>> {
  const checkout = await findStanCheckout(ctx, input.id)
  if (!checkout) throw notFound('checkout', input.id)
  const last = checkout.payment ? await readStanPayment(ctx, checkout.payment) : undefined
  if (last && !isOff(statusOf(last.stan, last.payment))) return { result: last }
  if (checkout.expires_at <= ctx.now) {
    throw new Refusal('illegal_transition', { message: 'The checkout has expired' })
  }
  const { id, total_amount, subtotal_amount, discount_amount, tax_cost, return_url } = checkout
  const { change, result } = await planPrepared(ctx, {
    amount: input.price?.total_amount ?? total_amount,
    // Without a reference of the merchant's, the one that they know it by.
    order_id: checkout.order_id || input.order_id || checkout.session_id || id,
    return_url,
    origin: input.origin,
    customer: input.payer ? stanCustomer(ctx, input.payer) : checkout.customer,
    checkout: id,
    subtotal_amount,
    shipping_amount: input.price?.shipping_amount ?? null,
    discount_amount,
    tax_amount: tax_cost,
  })
  const after = { ...checkout, payment: result.stan.id }
  return {
    change: joined(change ?? {}, { move: [move(stanCheckouts, checkout, after)] }),
    result,
  }
}

/**
 * Makes the payment of a checkout, with the customer that the payer said they are. One that is
 * open, paid or refunded already is that payment; one that failed, was given up or expired is
 * followed by a new one. Refuses with not_found, illegal_transition when the checkout has expired.
 */
export const payCheckout = verb(plan)
