import { operation } from '../operation.ts'
import { amount, anyIdParams, createdSince, nullable, open, page, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { listOf } from './lists.ts'

export const DisputeOut = open('V1DisputeOut', {
  amount: amount(),
  created: seconds(),
  currency: Type.String(),
  id: Type.String(),
  live_mode: Type.Boolean(),
  order_id: nullable(Type.String()),
  payment: Type.String(),
  response: Type.String(),
})
export type DisputeOut = Static<typeof DisputeOut>

export const DisputeList = listOf('V1DisputeList', 'disputes', DisputeOut)
export type DisputeList = Static<typeof DisputeList>

export const DisputeQuery = open('', { created: createdSince, ...page })
export type DisputeQuery = Static<typeof DisputeQuery>

const tag = 'disputes'

export const operations = [
  operation({
    id: 'list-disputes',
    method: 'GET',
    path: '/v1/disputes/',
    summary: 'List disputes, oldest first',
    tag,
    query: DisputeQuery,
    response: DisputeList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'read-dispute',
    method: 'GET',
    path: '/v1/disputes/{id}',
    summary: 'Read a dispute',
    tag,
    params: anyIdParams,
    response: DisputeOut,
    problems: ['unauthorized', 'not_found'],
  }),
] as const
