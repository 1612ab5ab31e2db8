import type { DisputeOut, operations } from '@obole/contract/v1/disputes.js'
import { type Dispute, findDispute, listDisputes } from '../../disputes/store.ts'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { publicDisputeCode } from '../../processors/dispute-codes.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const disputeView = (it: Dispute): DisputeOut => ({
  amount: it.amount,
  created: unixSeconds(it.created),
  currency: it.currency,
  id: it.id,
  live_mode: it.live,
  order_id: it.order_id,
  payment: it.payment,
  response: publicDisputeCode(it.response),
})

export const disputeHandlers: Handlers<typeof operations> = {
  'list-disputes': reading(async ({ ctx, query }) => {
    const page = await listDisputes(ctx, { ...query, order: 'asc' })
    return {
      live_mode: ctx.live,
      disputes: page.rows.map(disputeView),
      range: rangeOf(page),
    }
  }),
  'read-dispute': reading(async ({ ctx, params }) => {
    const dispute = await findDispute(ctx, params.id)
    if (!dispute) throw notFound('dispute', params.id)
    return disputeView(dispute)
  }),
}
