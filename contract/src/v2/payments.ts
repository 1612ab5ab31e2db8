import { type Operation, operation } from '../operation.ts'
import {
  amount,
  closed,
  createdSince,
  day,
  dayOut,
  id,
  idParams,
  instant,
  listOf,
  nullable,
  oneOf,
  optional,
  page,
  seconds,
  text,
  url,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { AuthIn, AuthOut, Device, DeviceOut } from './authentications.ts'
import { CaptureIn } from './captures.ts'
import { CardIn, CardOut } from './cards.ts'
import { CustomerIn, CustomerOut } from './customers.ts'
import { Disputes } from './disputes.ts'
import { Currency, CurrencyDefault, Method, methods } from './methods.ts'
import { RefundAmount, RefundOut, Refunds, refundProblems } from './refunds.ts'
import { SepaIn, SepaOut, SepaPostCheckout } from './sepa.ts'
import { Wallet } from './wallets.ts'

export const paymentStatuses = [
  'authorize',
  'authorized',
  'capture',
  'to_capture',
  'capture_sent',
  'captured',
  'disputed',
  'canceled',
  'expired',
  'failed',
  'refused',
] as const

const auth = Type.Union([
  AuthIn,
  Type.Unsafe<true>({
    type: 'boolean',
    const: true,
    message: "Auth can't be False",
    description: 'Ask for 3-D Secure',
  }),
])
const captured = 'Whether the money is captured at once'
const orderId = text(1, 36, 'Your reference; several payments may share it')
const uniqueId = text(1, 36, 'Your reference; no two payments share it')
const description = text(3, 64, 'What is paid for')

const fields = {
  amount: amount('Minor units of the currency'),
  currency: CurrencyDefault,
  auth: Type.Optional(auth),
  card: Type.Optional(Type.Union([CardIn, id('card')])),
  wallet: Type.Optional(Wallet),
  methods_allowed: Type.Optional(methods({ minItems: 1 })),
  customer: Type.Optional(Type.Union([CustomerIn, id('cust')])),
  description: Type.Optional(description),
  device: Type.Optional(Device),
  order_id: Type.Optional(orderId),
  date_settlement: Type.Optional(day('Day to settle on')),
  return_url: Type.Optional(url('Where the payment page sends the payer back to')),
  capture: Type.Boolean({ default: true, description: captured }),
  billing_address: Type.Optional(id('addr')),
  shipping_address: Type.Optional(id('addr')),
}

export const PaymentIn = closed('PaymentIn', {
  ...fields,
  sepa: Type.Optional(Type.Union([SepaPostCheckout, id('sepa')])),
  unique_id: Type.Optional(uniqueId),
})
export type PaymentIn = Static<typeof PaymentIn>

export const PaymentPatch = closed('PaymentPatch', {
  ...optional(fields),
  sepa: Type.Optional(Type.Union([SepaIn, id('sepa')])),
  status: Type.Optional(
    oneOf(['authorize', 'capture'], { description: 'What to do with the payment' }),
  ),
})
export type PaymentPatch = Static<typeof PaymentPatch>

export const PaymentOut = closed('PaymentOut', {
  id: id('paym'),
  amount: amount('Minor units of the currency'),
  auth: nullable(AuthOut),
  capture: Type.Boolean({ description: captured }),
  card: nullable(CardOut),
  created: seconds(),
  currency: Currency,
  customer: nullable(CustomerOut),
  date_bank: nullable(dayOut('Day on which the bank books it')),
  date_paym: nullable(seconds('When it was paid, in unix seconds')),
  date_settlement: nullable(dayOut('Day to settle on')),
  description: nullable(description),
  device: nullable(DeviceOut),
  fee: nullable(amount('Fee, in minor units')),
  method: nullable(Method),
  methods_allowed: nullable(methods()),
  order_id: nullable(orderId),
  origin: Type.Integer({ minimum: 1, maximum: 8, description: 'Where it was made' }),
  payment_intent: nullable(id('pi')),
  payout: nullable(id('pout')),
  response: nullable(Type.String({ description: 'Answer code of the bank' })),
  response_author: nullable(Type.String({ description: 'Who gave the answer' })),
  return_url: nullable(Type.String()),
  sepa: nullable(SepaOut),
  status: nullable(oneOf(paymentStatuses)),
  unique_id: nullable(uniqueId),
  billing_address: nullable(id('addr')),
  shipping_address: nullable(id('addr')),
})
export type PaymentOut = Static<typeof PaymentOut>

export const PaymentList = listOf('PaymentList', 'payments', PaymentOut)
export type PaymentList = Static<typeof PaymentList>

export const PaymentQuery = closed('', {
  created: createdSince,
  paid: Type.Optional(instant({ minimum: 0, description: 'Paid at or after this moment' })),
  unique_id: Type.Optional(text(1, 36)),
  order_id: Type.Optional(text(1, 36)),
  card: Type.Optional(id('card')),
  sepa: Type.Optional(id('sepa')),
  payout: Type.Optional(id('pout')),
  field: oneOf(['created', 'paid'], { default: 'created', description: 'What to order by' }),
  order: oneOf(['asc', 'desc'], { default: 'desc' }),
  ...page,
})
export type PaymentQuery = Static<typeof PaymentQuery>

const tag = 'payments'
const params = idParams('paym')
const path = '/v2/payments/{id}'

const current = [
  operation({
    id: 'list-payments',
    method: 'GET',
    path: '/v2/payments/',
    summary: 'List payments',
    tag,
    query: PaymentQuery,
    response: PaymentList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-payment',
    method: 'POST',
    path: '/v2/payments/',
    summary: 'Create a payment, and charge it where a card or a bank account is given',
    tag,
    body: PaymentIn,
    response: PaymentOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'duplicate',
      'test_number_required',
      'method_not_allowed_for_currency',
      'processor_not_configured',
    ],
  }),
  operation({
    id: 'read-payment',
    method: 'GET',
    path,
    summary: 'Read a payment',
    tag,
    params,
    response: PaymentOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'update-payment',
    method: 'PATCH',
    path,
    summary: 'Change a payment before its capture; authorize or capture it by its status',
    tag,
    params,
    body: PaymentPatch,
    response: PaymentOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'conflict',
      'illegal_transition',
      'amount_exceeds_authorized',
      'test_number_required',
      'method_not_allowed_for_currency',
      'processor_not_configured',
    ],
  }),
  operation({
    id: 'capture-payment',
    method: 'POST',
    path: '/v2/payments/{id}/capture',
    summary: 'Capture an authorized payment, or a part of it',
    tag,
    params,
    body: CaptureIn,
    response: PaymentOut,
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
    id: 'refund-payment',
    method: 'POST',
    path: '/v2/payments/{id}/refund',
    summary: 'Refund a payment; without an amount all that is left of it',
    tag,
    params,
    body: RefundAmount,
    response: RefundOut,
    problems: refundProblems,
  }),
  operation({
    id: 'list-payment-refunds',
    method: 'GET',
    path: '/v2/payments/{id}/refunds',
    summary: 'List the refunds of a payment',
    tag,
    params,
    response: Refunds,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'list-payment-disputes',
    method: 'GET',
    path: '/v2/payments/{id}/disputes',
    summary: 'List the disputes of a payment',
    tag,
    params,
    response: Disputes,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
] as const

type UnderCheckout<O extends Operation> = Omit<O, 'id' | 'path' | 'deprecated'> & {
  id: `${O['id']}-checkout`
  path: string
  deprecated: true
}

/** The same operation at its old address, which clients in the field still call. */
const underCheckout = <const O extends Operation>(it: O): UnderCheckout<O> => ({
  ...it,
  id: `${it.id as O['id']}-checkout`,
  path: it.path.replace('/v2/payments/', '/v2/checkout/'),
  deprecated: true,
})

export const operations = [
  ...current,
  underCheckout(current[0]),
  underCheckout(current[1]),
  underCheckout(current[2]),
  underCheckout(current[3]),
  underCheckout(current[4]),
  underCheckout(current[5]),
  underCheckout(current[6]),
  underCheckout(current[7]),
  operation({
    id: 'list-payment-intent-payments',
    method: 'GET',
    path: '/v2/payment_intents/{id}/payments',
    summary: 'List the payments of a payment intent',
    tag: 'payment_intents',
    params: idParams('pi'),
    query: closed('', page),
    response: PaymentList,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
] as const
