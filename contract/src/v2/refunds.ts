import { operation } from '../operation.ts'
import {
  amount,
  closed,
  dayOut,
  id,
  idParams,
  listOf,
  nullable,
  oneOf,
  page,
  seconds,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { Currency } from './methods.ts'

export const refundStatuses = [
  'to_refund',
  'refund_sent',
  'refunded',
  'not_honored',
  'payment_canceled',
  'failed',
  'awaiting_approval',
] as const

/** Of a request: a refund of nothing is a mistake. */
export const amountToRefund = Type.Unsafe<bigint>({
  ...amount('Minor units to give back; absent: all that is left'),
  minimum: 1,
})

export const RefundIn = closed('RefundIn', {
  payment: id('paym', 'The payment to give back'),
  amount: Type.Optional(amountToRefund),
})
export type RefundIn = Static<typeof RefundIn>

/** What is sent to an address that names the payment or the intent: nothing is enough. */
export const RefundAmount = nullable(
  closed('RefundAmount', { amount: Type.Optional(amountToRefund) }),
)
export type RefundAmount = Static<typeof RefundAmount>

export const RefundOut = closed('RefundOut', {
  id: id('refd'),
  amount: amount('Amount refunded, in minor units'),
  currency: Currency,
  payment: id('paym'),
  payment_intent: nullable(id('pi')),
  payout: nullable(id('pout')),
  created: seconds(),
  date_bank: nullable(dayOut('Day on which the bank books it')),
  date_refund: nullable(dayOut('Day on which it is sent')),
  status: oneOf(refundStatuses),
})
export type RefundOut = Static<typeof RefundOut>

export const RefundList = listOf('RefundList', 'refunds', RefundOut)
export type RefundList = Static<typeof RefundList>

export const Refunds = Type.Array(RefundOut)
export type Refunds = Static<typeof Refunds>

export const RefundQuery = closed('', page)
export type RefundQuery = Static<typeof RefundQuery>

/** What a call that makes a refund may be refused with. */
export const refundProblems = [
  'unauthorized',
  'invalid_request',
  'not_found',
  'conflict',
  'payment_not_captured',
  'payment_not_refundable',
  'amount_exceeds_refundable',
  'processor_not_configured',
] as const

const tag = 'refunds'

export const operations = [
  operation({
    id: 'list-refunds',
    method: 'GET',
    path: '/v2/refunds/',
    summary: 'List refunds',
    tag,
    query: RefundQuery,
    response: RefundList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-refund',
    method: 'POST',
    path: '/v2/refunds/',
    summary: 'Refund a payment, all or a part; before its capture all of it, which cancels it',
    tag,
    body: RefundIn,
    response: RefundOut,
    problems: refundProblems,
  }),
  operation({
    id: 'read-refund',
    method: 'GET',
    path: '/v2/refunds/{id}',
    summary: 'Read a refund',
    tag,
    params: idParams('refd'),
    response: RefundOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'dishonor-refund',
    method: 'POST',
    path: '/v2/sandbox/refunds/{id}/dishonor',
    summary: 'Let the test bank fail to credit the payer; a body is ignored',
    tag: 'sandbox',
    params: idParams('refd'),
    response: RefundOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict', 'illegal_transition'],
  }),
] as const
