import type { Prefix } from '../ids.ts'
import { operation } from '../operation.ts'
import {
  closed,
  createdSince,
  day,
  dayOut,
  id,
  idParams,
  listOf,
  nullable,
  oneOf,
  page,
  text,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { DisputeList } from './disputes.ts'
import { Currency } from './methods.ts'
import { PaymentList } from './payments.ts'
import { RefundList } from './refunds.ts'

export const payoutStatuses = [
  'pending',
  'to_pay',
  'early',
  'sent',
  'paid',
  'failed',
  'error',
] as const

/** Below zero where more is taken than given. A sum of many amounts may exceed 32 bits. */
const sum = (description: string) =>
  Type.Unsafe<bigint>({ type: 'integer', format: 'int64', bigint: true, description })

const MethodTotal = closed('PayoutMethodTotal', {
  amount: sum('Minor units in favour of the merchant, before fees'),
  count: Type.Integer({ minimum: 0, description: 'Lines that make it up' }),
  fees: sum('Fees, without tax'),
})

const Total = closed('PayoutTotal', {
  amount: sum('Minor units in favour of the merchant, before fees'),
  method: closed('PayoutMethods', { card: MethodTotal, sepa: MethodTotal }),
})

/** What a dispute or a disbursement gives back counts beside what it took. */
const totals = { payments: Total, refunds: Total, disputes: Total }

export const PayoutOut = closed('PayoutOut', {
  id: id('pout'),
  reference: Type.String({ description: 'What stands on the bank statement' }),
  currency: Currency,
  ...totals,
  amount: sum('What is paid out: payments, refunds and disputes less fees and tax'),
  fees: sum('Fees, without tax'),
  fees_vat: sum('Tax on the fees'),
  status: oneOf(payoutStatuses),
  date: Type.String({ format: 'date-time', description: 'When it is or was sent, in ISO 8601' }),
  date_bank: nullable(dayOut('Day on which the bank books it')),
})
export type PayoutOut = Static<typeof PayoutOut>

const named = (prefix: Prefix) =>
  Type.Array(id(prefix), { uniqueItems: true, maxItems: 500, default: [] })

export const PayoutIn = closed('PayoutIn', {
  payments: named('paym'),
  disputes: named('dspt'),
  refunds: named('refd'),
  status: oneOf(['to_pay', 'paid'], {
    default: 'paid',
    description: 'Whether it is to be sent to the bank, or was paid already',
  }),
  date: Type.Optional(day('Day on which it was paid, or is sent at the earliest')),
  description: Type.Optional(text(0, 140, 'What it is for')),
})
export type PayoutIn = Static<typeof PayoutIn>

export const PayoutList = listOf('PayoutList', 'payouts', PayoutOut)
export type PayoutList = Static<typeof PayoutList>

export const PayoutQuery = closed('', {
  created: createdSince,
  payment: Type.Optional(id('paym', 'A payment that is in it')),
  ...page,
})
export type PayoutQuery = Static<typeof PayoutQuery>

const tag = 'payouts'
const one = { tag, params: idParams('pout') } as const
const ofOne = {
  ...one,
  method: 'GET',
  query: closed('', page),
  problems: ['unauthorized', 'invalid_request', 'not_found'],
} as const

export const operations = [
  operation({
    id: 'list-payouts',
    method: 'GET',
    path: '/v2/payouts/',
    summary: 'List payouts',
    tag,
    query: PayoutQuery,
    response: PayoutList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-payout',
    method: 'POST',
    path: '/v2/payouts/',
    summary: 'Pay out now: these objects, or all that waits when none is named',
    tag,
    body: PayoutIn,
    response: PayoutOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'conflict',
      'processor_not_configured',
    ],
  }),
  operation({
    ...one,
    id: 'read-payout',
    method: 'GET',
    path: '/v2/payouts/{id}',
    summary: 'Read a payout',
    response: PayoutOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...ofOne,
    id: 'list-payout-payments',
    path: '/v2/payouts/{id}/payments',
    summary: 'List the payments in a payout',
    response: PaymentList,
  }),
  operation({
    ...ofOne,
    id: 'list-payout-refunds',
    path: '/v2/payouts/{id}/refunds',
    summary: 'List the refunds in a payout',
    response: RefundList,
  }),
  operation({
    ...ofOne,
    id: 'list-payout-disputes',
    path: '/v2/payouts/{id}/disputes',
    summary: 'List the disputes in a payout',
    response: DisputeList,
  }),
  operation({
    ...one,
    id: 'fail-payout',
    method: 'POST',
    path: '/v2/sandbox/payouts/{id}/fail',
    summary: 'Let the test bank return a payout that is ordered or sent; a body is ignored',
    tag: 'sandbox',
    response: PayoutOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict', 'illegal_transition'],
  }),
] as const
