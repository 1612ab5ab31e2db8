import { operation } from '../operation.ts'
import {
  amount,
  closed,
  createdSince,
  day,
  dayOut,
  id,
  idParams,
  listOf,
  metadata,
  nullable,
  oneOf,
  optional,
  page,
  seconds,
  text,
  url,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { CaptureIn } from './captures.ts'
import { DisputeList } from './disputes.ts'
import { Currency, CurrencyDefault, methods } from './methods.ts'
import { RefundAmount, RefundList, RefundOut, refundProblems } from './refunds.ts'

export const paymentIntentStatuses = [
  'require_payment_method',
  'require_authentication',
  'require_authorization',
  'authorized',
  'processing',
  'captured',
  'canceled',
  'unpaid',
] as const

export const threedsModes = ['required', 'none'] as const

const threeds = 'Whether the payer goes through 3-D Secure'
const captured = 'Whether the money is captured at once'
const orderId = text(1, 36, 'Your reference; several intents may share it')
const uniqueId = text(1, 36, 'Your reference; no two intents share it')
const description = text(3, 64, 'What is paid for')

const fields = {
  amount: amount('Minor units of the currency'),
  currency: CurrencyDefault,
  description: Type.Optional(description),
  customer: Type.Optional(id('cust')),
  card: Type.Optional(id('card')),
  sepa: Type.Optional(id('sepa')),
  order_id: Type.Optional(orderId),
  methods_allowed: methods({ default: ['card', 'sepa'] }),
  metadata: Type.Optional(metadata()),
  return_url: Type.Optional(url('Where the payment page sends the payer back to')),
  threeds: oneOf(threedsModes, { default: 'required', description: threeds }),
  capture: Type.Boolean({ default: true, description: captured }),
  date_settlement: Type.Optional(day('Day to settle on')),
  billing_address: Type.Optional(id('addr')),
  shipping_address: Type.Optional(id('addr')),
}

export const PaymentIntentIn = closed('PaymentIntentIn', {
  ...fields,
  unique_id: Type.Optional(uniqueId),
})
export type PaymentIntentIn = Static<typeof PaymentIntentIn>

export const PaymentIntentPatch = closed('PaymentIntentPatch', optional(fields))
export type PaymentIntentPatch = Static<typeof PaymentIntentPatch>

export const PaymentIntentOut = closed('PaymentIntentOut', {
  id: id('pi'),
  amount: amount('Minor units of the currency'),
  capture: Type.Boolean({ description: captured }),
  card: nullable(id('card')),
  created_at: seconds(),
  currency: Currency,
  customer: nullable(id('cust')),
  date_settlement: nullable(dayOut('Day to settle on')),
  description: nullable(description),
  metadata: metadata(),
  methods_allowed: nullable(methods()),
  order_id: nullable(orderId),
  origin: Type.Integer({ minimum: 1, maximum: 8, description: 'Where it was made' }),
  payment: nullable(id('paym')),
  return_url: nullable(Type.String()),
  sepa: nullable(id('sepa')),
  status: oneOf(paymentIntentStatuses),
  threeds: oneOf(threedsModes, { description: threeds }),
  unique_id: nullable(uniqueId),
  url: Type.String({ description: 'The page on which the payer pays' }),
  billing_address: nullable(id('addr')),
  shipping_address: nullable(id('addr')),
})
export type PaymentIntentOut = Static<typeof PaymentIntentOut>

export const PaymentIntentList = listOf('PaymentIntentList', 'payment_intents', PaymentIntentOut)
export type PaymentIntentList = Static<typeof PaymentIntentList>

export const PaymentIntentQuery = closed('', {
  created: createdSince,
  order_id: Type.Optional(text(1, 36)),
  card: Type.Optional(id('card')),
  sepa: Type.Optional(id('sepa')),
  field: oneOf(['created', 'due'], { default: 'created', description: 'What to order by' }),
  order: oneOf(['asc', 'desc'], { default: 'desc' }),
  ...page,
})
export type PaymentIntentQuery = Static<typeof PaymentIntentQuery>

const tag = 'payment_intents'
const one = { path: '/v2/payment_intents/{id}', tag, params: idParams('pi') } as const

export const operations = [
  operation({
    id: 'list-payment-intents',
    method: 'GET',
    path: '/v2/payment_intents/',
    summary: 'List payment intents',
    tag,
    query: PaymentIntentQuery,
    response: PaymentIntentList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-payment-intent',
    method: 'POST',
    path: '/v2/payment_intents/',
    summary: 'Create a payment intent, and the address of its page',
    tag,
    body: PaymentIntentIn,
    response: PaymentIntentOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'duplicate',
      'method_not_allowed_for_currency',
      'processor_not_configured',
    ],
  }),
  operation({
    ...one,
    id: 'read-payment-intent',
    method: 'GET',
    summary: 'Read a payment intent',
    response: PaymentIntentOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-payment-intent',
    method: 'PATCH',
    summary: 'Change a payment intent that is not paid yet',
    body: PaymentIntentPatch,
    response: PaymentIntentOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'conflict',
      'illegal_transition',
      'method_not_allowed_for_currency',
      'processor_not_configured',
    ],
  }),
  operation({
    ...one,
    id: 'cancel-payment-intent',
    method: 'DELETE',
    summary: 'Cancel a payment intent that is not captured',
    response: PaymentIntentOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict', 'illegal_transition'],
  }),
  operation({
    ...one,
    id: 'capture-payment-intent',
    method: 'POST',
    path: '/v2/payment_intents/{id}/capture',
    summary: 'Capture an authorized payment intent, or a part of it',
    body: CaptureIn,
    response: PaymentIntentOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'conflict',
      'illegal_transition',
      'amount_exceeds_authorized',
    ],
  }),
  operation({
    ...one,
    id: 'refund-payment-intent',
    method: 'POST',
    path: '/v2/payment_intents/{id}/refund',
    summary: 'Refund what was paid; without an amount all that is left of it',
    body: RefundAmount,
    response: RefundOut,
    problems: refundProblems,
  }),
  operation({
    ...one,
    id: 'list-payment-intent-refunds',
    method: 'GET',
    path: '/v2/payment_intents/{id}/refunds',
    summary: 'List the refunds of a payment intent',
    query: closed('', page),
    response: RefundList,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...one,
    id: 'list-payment-intent-disputes',
    method: 'GET',
    path: '/v2/payment_intents/{id}/disputes',
    summary: 'List the disputes of a payment intent',
    query: closed('', page),
    response: DisputeList,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'list-customer-payment-intents',
    method: 'GET',
    path: '/v2/customers/{id}/payment_intents',
    summary: 'List the payment intents of a customer',
    tag,
    params: idParams('cust'),
    query: closed('', page),
    response: PaymentIntentList,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
] as const
