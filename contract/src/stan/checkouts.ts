import { operation } from '../operation.ts'
import { nullable, open, text, url } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { cents, reference, uuid } from './fields.ts'

const count = Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }))
const line = (length: number) => Type.Optional(text(0, length))

export const LineItem = open('StanLineItem', {
  product_id: line(255),
  title: line(255),
  quantity: count,
  unit_price: count,
  discount_amount: count,
  description: line(1024),
  sku: line(255),
  image_url: line(4096),
  product_url: line(4096),
})
export type LineItem = Static<typeof LineItem>

export const CheckoutIn = open('StanCheckoutIn', {
  return_url: url('Where the payer lands at the end, however it ends'),
  total_amount: cents(1, 'What the payer pays, in cents'),
  subtotal_amount: Type.Optional(cents(0, 'Before tax, without discounts')),
  discount_amount: Type.Optional(cents(0)),
  tax_rate: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: 'Percent' })),
  tax_cost: Type.Optional(cents(0)),
  discount_code: Type.Optional(text(0, 255)),
  session_id: Type.Optional(text(0, 255, 'Yours; comes back with notifications')),
  order_id: Type.Optional(text(0, 255, 'Your reference, if there is one yet')),
  customer_id: Type.Optional(reference('Id of a customer')),
  line_items: Type.Optional(Type.Array(LineItem, { maxItems: 500 })),
})
export type CheckoutIn = Static<typeof CheckoutIn>

export const CheckoutOut = open('StanCheckout', {
  id: uuid(),
  checkout_url: Type.String({ format: 'uri', description: 'Where to send the payer' }),
  total_amount: cents(0),
  total_amount_before_discount: cents(0),
  subtotal_amount: nullable(cents(0)),
  discount_amount: nullable(cents(0)),
  tax_rate: nullable(Type.Integer()),
  discount_code: nullable(Type.String()),
  is_testmode: Type.Boolean(),
  line_items: Type.Array(LineItem),
  merchant: open('StanMerchant', { name: Type.String() }),
  session_id: nullable(Type.String()),
  order_id: nullable(Type.String()),
})
export type CheckoutOut = Static<typeof CheckoutOut>

export const operations = [
  operation({
    id: 'create-checkout-session',
    method: 'POST',
    path: '/v1/checkouts',
    summary: 'Make a checkout: a basket whose payer says who they are, and pays',
    tag: 'checkouts',
    body: CheckoutIn,
    response: CheckoutOut,
    problems: ['unauthorized', 'invalid_request', 'processor_not_configured'],
  }),
] as const
