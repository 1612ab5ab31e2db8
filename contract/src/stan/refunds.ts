import { operation } from '../operation.ts'
import { anyIdParams, oneOf, open, text } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { cents, instantOut, ListQuery, uuid } from './fields.ts'

const reason = oneOf(['requested_by_customer', 'duplicate', 'fraudulent'])

export const RefundIn = open('StanRefundIn', {
  payment_id: text(1, 64, 'Id of the payment to give back'),
  amount: cents(1, 'In cents; all of it or a part'),
  reason,
})
export type RefundIn = Static<typeof RefundIn>

export const RefundOut = open('StanRefund', {
  refund_id: uuid(),
  payment_id: uuid(),
  amount: cents(0),
  status: oneOf([
    'payment_holding',
    'payment_pending',
    'payment_failure',
    'payment_success',
    'payment_cancelled',
  ]),
  reason,
  created_at: instantOut,
})
export type RefundOut = Static<typeof RefundOut>

const tag = 'refunds'

export const operations = [
  operation({
    id: 'create-refund',
    method: 'POST',
    path: '/v1/refunds',
    summary: 'Refund a payment, all of it or a part',
    tag,
    body: RefundIn,
    response: RefundOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'payment_not_refundable',
      'amount_exceeds_refundable',
      'conflict',
    ],
  }),
  operation({
    id: 'list-refunds',
    method: 'GET',
    path: '/v1/refunds',
    summary: 'List refunds that were asked for here, newest first',
    tag,
    query: ListQuery,
    response: Type.Array(RefundOut),
    problems: ['unauthorized', 'invalid_request'],
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
