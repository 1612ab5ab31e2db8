import { operation } from '../operation.ts'
import { anyIdParams, createdSince, nullable, oneOf, open, page, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { payoutStatuses } from '../v2/payouts.ts'
import { PaymentList } from './checkout.ts'
import { DisputeList } from './disputes.ts'
import { listOf } from './lists.ts'
import { RefundList } from './refunds.ts'

/** Below zero where more is taken than given. A sum of many amounts may exceed 32 bits. */
const sum = () => Type.Unsafe<bigint>({ type: 'integer', format: 'int64', bigint: true })
const Total = open('V1PayoutTotal', { amount: sum() })

export const PayoutOut = open('V1PayoutOut', {
  amount: sum(),
  created: seconds(),
  currency: Type.String(),
  date_bank: nullable(seconds('Day on which the bank books it, in unix seconds')),
  date_paym: seconds('When it is or was sent, in unix seconds'),
  disputes: Total,
  fees: sum(),
  id: Type.String(),
  live_mode: Type.Boolean(),
  payments: Total,
  refunds: Total,
  statement_description: Type.String({ description: 'What stands on the bank statement' }),
  status: oneOf(payoutStatuses),
})
export type PayoutOut = Static<typeof PayoutOut>

export const PayoutList = listOf('V1PayoutList', 'payouts', PayoutOut)
export type PayoutList = Static<typeof PayoutList>

export const PayoutQuery = open('', { created: createdSince, ...page })
export type PayoutQuery = Static<typeof PayoutQuery>

const tag = 'payouts'
const one = { method: 'GET', tag, params: anyIdParams } as const
const ofOne = {
  ...one,
  query: PayoutQuery,
  problems: ['unauthorized', 'invalid_request', 'not_found', 'not_implemented'],
} as const

export const operations = [
  operation({
    id: 'list-payouts',
    method: 'GET',
    path: '/v1/payouts/',
    summary: 'List payouts, oldest first; with a live key only',
    tag,
    query: PayoutQuery,
    response: PayoutList,
    problems: ['unauthorized', 'invalid_request', 'not_implemented'],
  }),
  operation({
    ...one,
    id: 'read-payout',
    path: '/v1/payouts/{id}',
    summary: 'Read a payout; with a live key only',
    response: PayoutOut,
    problems: ['unauthorized', 'not_found', 'not_implemented'],
  }),
  operation({
    ...ofOne,
    id: 'list-payout-payments',
    path: '/v1/payouts/{id}/payments',
    summary: 'List the payments in a payout, oldest first; with a live key only',
    response: PaymentList,
  }),
  operation({
    ...ofOne,
    id: 'list-payout-refunds',
    path: '/v1/payouts/{id}/refunds',
    summary: 'List the refunds in a payout, oldest first; with a live key only',
    response: RefundList,
  }),
  operation({
    ...ofOne,
    id: 'list-payout-disputes',
    path: '/v1/payouts/{id}/disputes',
    summary: 'List the disputes in a payout, oldest first; with a live key only',
    response: DisputeList,
  }),
] as const
