import { operation } from '../operation.ts'
import { amount, anyIdParams, createdSince, oneOf, open, page, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { amountToRefund, refundProblems, refundStatuses } from '../v2/refunds.ts'
import { listOf } from './lists.ts'

export const RefundIn = open('V1RefundIn', {
  payment: Type.String({ description: 'Id of the payment to give back' }),
  amount: Type.Optional(amountToRefund),
})
export type RefundIn = Static<typeof RefundIn>

export const RefundOut = open('V1RefundOut', {
  amount: amount(),
  created: seconds(),
  currency: Type.String(),
  id: Type.String(),
  live_mode: Type.Boolean(),
  payment: Type.String(),
  status: oneOf(refundStatuses),
})
export type RefundOut = Static<typeof RefundOut>

export const RefundList = listOf('V1RefundList', 'refunds', RefundOut)
export type RefundList = Static<typeof RefundList>

export const RefundQuery = open('', { created: createdSince, ...page })
export type RefundQuery = Static<typeof RefundQuery>

const tag = 'refunds'

export const operations = [
  operation({
    id: 'list-refunds',
    method: 'GET',
    path: '/v1/refunds/',
    summary: 'List refunds, oldest first',
    tag,
    query: RefundQuery,
    response: RefundList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-refund',
    method: 'POST',
    path: '/v1/refunds/',
    summary: 'Refund a payment, all or a part; before its capture all of it, which cancels it',
    tag,
    body: RefundIn,
    response: RefundOut,
    problems: refundProblems,
  }),
  operation({
    id: 'read-refund',
    method: 'GET',
    path: '/v1/refunds/{id}',
    summary: 'Read a refund',
    tag,
    params: anyIdParams,
    response: RefundOut,
    problems: ['unauthorized', 'not_found'],
  }),
] as const
