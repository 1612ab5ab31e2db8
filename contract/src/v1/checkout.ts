import { operation } from '../operation.ts'
import {
  amount,
  anyIdParams,
  createdSince,
  nullable,
  oneOf,
  open,
  optional,
  page,
  seconds,
  text,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { authStatuses, Device as V2Device } from '../v2/authentications.ts'
import { CaptureIn } from '../v2/captures.ts'
import { currencies, Method, methods } from '../v2/methods.ts'
import { paymentStatuses, PaymentIn as V2 } from '../v2/payments.ts'
import { CardIn, CardOut } from './cards.ts'
import { CustomerIn, CustomerOut } from './customers.ts'
import { listOf } from './lists.ts'
import { RefundOut } from './refunds.ts'
import { SepaIn, SepaOut } from './sepa.ts'

export const Device = open('V1Device', V2Device.properties)
export type Device = Static<typeof Device>

export const AuthIn = open('V1AuthIn', {
  return_url: V2.properties.return_url,
  status: Type.Optional(text(0, 32, '`request`; what else stands here is the same')),
})
export type AuthIn = Static<typeof AuthIn>

const { description, order_id, unique_id, return_url, capture } = V2.properties

const fields = {
  amount: amount('Minor units of the currency'),
  currency: oneOf([...currencies, 'jpy'], { default: 'eur', lowercase: true }),
  auth: Type.Optional(Type.Union([AuthIn, Type.Boolean({ description: 'Ask for 3-D Secure' })])),
  card: Type.Optional(Type.Union([CardIn, Type.String({ description: 'Id of a card' })])),
  sepa: Type.Optional(Type.Union([SepaIn, Type.String({ description: 'Id of a bank account' })])),
  customer: Type.Optional(
    Type.Union([CustomerIn, Type.String({ description: 'Id of a customer' })]),
  ),
  description,
  order_id,
  methods_allowed: Type.Optional(methods()),
  capture,
  return_url,
  device: Type.Optional(Device),
}

const statusIn = oneOf(['authorize', 'capture'], { description: 'What to do with the payment' })

export const PaymentIn = open('V1PaymentIn', { ...fields, unique_id })
export type PaymentIn = Static<typeof PaymentIn>

export const PaymentPatch = open('V1PaymentPatch', {
  ...optional(fields),
  status: Type.Optional(statusIn),
})
export type PaymentPatch = Static<typeof PaymentPatch>

const DeviceOut = open('V1DeviceOut', {
  city: nullable(Type.String()),
  country: nullable(Type.String()),
  http_accept: nullable(Type.String()),
  ip: nullable(Type.String()),
  languages: nullable(Type.String()),
  port: nullable(Type.Integer()),
  user_agent: nullable(Type.String()),
  zip_code: nullable(Type.String()),
})

const AuthOut = open('V1AuthOut', {
  redirect_url: nullable(Type.String()),
  return_url: nullable(Type.String()),
  status: oneOf(authStatuses),
})

export const PaymentOut = open('V1PaymentOut', {
  amount: amount('Minor units of the currency'),
  auth: nullable(AuthOut),
  capture: Type.Boolean(),
  card: nullable(CardOut),
  country: nullable(Type.String({ description: 'Country of the card or of the account' })),
  created: seconds(),
  currency: Type.String(),
  customer: nullable(CustomerOut),
  date_bank: nullable(seconds('Day on which the bank books it, in unix seconds')),
  date_paym: nullable(seconds('When it was paid, in unix seconds')),
  description: nullable(Type.String()),
  device: nullable(DeviceOut),
  fee: nullable(amount('Fee, in minor units')),
  id: Type.String(),
  live_mode: Type.Boolean(),
  method: nullable(Method),
  methods_allowed: Type.Optional(methods()),
  order_id: nullable(Type.String()),
  refunds: Type.Array(RefundOut),
  response: nullable(Type.String()),
  response_author: nullable(Type.String()),
  return_url: nullable(Type.String()),
  sepa: Type.Optional(SepaOut),
  status: nullable(oneOf(paymentStatuses)),
  unique_id: nullable(Type.String()),
})
export type PaymentOut = Static<typeof PaymentOut>

export const PaymentList = listOf('V1PaymentList', 'payments', PaymentOut)
export type PaymentList = Static<typeof PaymentList>

export const PaymentQuery = open('', {
  created: createdSince,
  order_id: Type.Optional(text(1, 36)),
  unique_id: Type.Optional(text(1, 36)),
  ...page,
})
export type PaymentQuery = Static<typeof PaymentQuery>

const tag = 'payments'
const one = { path: '/v1/checkout/{id}', tag, params: anyIdParams } as const

export const operations = [
  operation({
    id: 'list-payments',
    method: 'GET',
    path: '/v1/checkout/',
    summary: 'List payments, oldest first',
    tag,
    query: PaymentQuery,
    response: PaymentList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-payment',
    method: 'POST',
    path: '/v1/checkout/',
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
    ...one,
    id: 'read-payment',
    method: 'GET',
    summary: 'Read a payment',
    response: PaymentOut,
    problems: ['unauthorized', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-payment',
    method: 'PATCH',
    summary: 'Change a payment before its capture; authorize or capture it by its status',
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
    ...one,
    id: 'capture-payment',
    method: 'POST',
    path: '/v1/checkout/{id}/capture',
    summary: 'Capture an authorized payment, or a part of it',
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
] as const
