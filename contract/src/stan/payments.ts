import { operation } from '../operation.ts'
import { anyIdParams, nullable, oneOf, open, text, url } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { cents, instantOut, ListQuery, optionalUrl, reference, uuid } from './fields.ts'

const priceParts = {
  subtotal_amount: Type.Optional(cents(0)),
  shipping_amount: Type.Optional(cents(0)),
  discount_amount: Type.Optional(cents(0)),
  tax_amount: Type.Optional(cents(0)),
}

export const PaymentIn = open('StanPaymentIn', {
  order_id: text(1, 255, 'Your reference; several payments may share it'),
  amount: cents(1, 'What the payer pays, in cents'),
  ...priceParts,
  return_url: url('Where the payer lands afterwards'),
  cancel_url: optionalUrl('The same for a payer who cancels or fails'),
  customer_id: Type.Optional(reference('Id of a customer')),
  state: Type.Optional(text(0, 1024, 'Comes back with the payer; made here when absent')),
})
export type PaymentIn = Static<typeof PaymentIn>

export const PreparedPayment = open('StanPreparedPayment', {
  payment_id: uuid(),
  state: Type.String(),
  redirect_url: Type.String({ format: 'uri', description: 'Where to send the payer' }),
})
export type PreparedPayment = Static<typeof PreparedPayment>

export const paymentStatuses = [
  'payment_prepared',
  'payment_pending',
  'payment_holding',
  'payment_success',
  'payment_failure',
  'payment_cancelled',
  'payment_expired',
  'payment_partial_refunded',
  'payment_refunded',
] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

export const PaymentOut = open('StanPayment', {
  id: uuid(),
  order_id: Type.String(),
  amount: cents(0),
  payment_status: oneOf<PaymentStatus[]>(paymentStatuses as never),
  merchant_id: uuid('Yours, always the same'),
  customer_id: nullable(uuid()),
  is_refundable: Type.Boolean(),
  refunded_amount: cents(0, 'What went back to the payer, or is promised to'),
  created_at: instantOut,
})
export type PaymentOut = Static<typeof PaymentOut>

const tag = 'payments'

export const operations = [
  operation({
    id: 'prepare-payment',
    method: 'POST',
    path: '/v1/payments',
    summary: 'Prepare a payment, and get the address of its page',
    tag,
    body: PaymentIn,
    response: PreparedPayment,
    problems: ['unauthorized', 'invalid_request', 'processor_not_configured'],
  }),
  operation({
    id: 'list-payments',
    method: 'GET',
    path: '/v1/payments',
    summary: 'List payments, newest first',
    tag,
    query: ListQuery,
    response: Type.Array(PaymentOut),
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'read-payment',
    method: 'GET',
    path: '/v1/payments/{id}',
    summary: 'Read a payment',
    tag,
    params: anyIdParams,
    response: PaymentOut,
    problems: ['unauthorized', 'not_found'],
  }),
] as const
