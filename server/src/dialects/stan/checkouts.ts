import type { CheckoutIn, CheckoutOut, operations } from '@obole/contract/stan/checkouts.js'
import type { Origins } from '../../platform/origins.ts'
import { type CreateCheckout, createCheckout } from '../../stan/create-checkout.ts'
import type { StanCheckout } from '../../stan/store.ts'
import type { Handlers } from '../operation-route.ts'

const checkoutInput = ({ customer_id, ...it }: CheckoutIn): CreateCheckout => ({
  ...it,
  discount_code: it.discount_code || null,
  session_id: it.session_id || null,
  order_id: it.order_id || null,
  customer: customer_id || null,
  line_items: it.line_items ?? [],
})

/** Without the customer's id: official clients of late fail on it. */
const checkoutView = (it: StanCheckout, merchant: string, origins: Origins): CheckoutOut => ({
  id: it.id,
  checkout_url: `${origins.payment}/stan/checkout/${it.token}?checkout_id=${it.id}`,
  total_amount: it.total_amount,
  total_amount_before_discount: it.total_amount + (it.discount_amount ?? 0n),
  subtotal_amount: it.subtotal_amount,
  discount_amount: it.discount_amount,
  tax_rate: it.tax_rate,
  discount_code: it.discount_code,
  is_testmode: !it.live,
  line_items: it.line_items,
  merchant: { name: merchant },
  session_id: it.session_id,
  order_id: it.order_id,
})

export const checkoutHandlers: Handlers<typeof operations> = {
  'create-checkout-session': async ({ ctx, body, bearer, origins }) =>
    checkoutView(await createCheckout(ctx, checkoutInput(body)), bearer.account_name, origins),
}
