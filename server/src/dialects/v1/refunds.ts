import type { operations, RefundOut } from '@obole/contract/v1/refunds.js'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { createRefund } from '../../refunds/create-refund.ts'
import { findRefund, listRefunds, type Refund } from '../../refunds/store.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const refundView = (it: Refund): RefundOut => ({
  amount: it.amount,
  created: unixSeconds(it.created),
  currency: it.currency,
  id: it.id,
  live_mode: it.live,
  payment: it.payment,
  status: it.status,
})

export const refundHandlers: Handlers<typeof operations> = {
  'list-refunds': reading(async ({ ctx, query }) => {
    const page = await listRefunds(ctx, { ...query, order: 'asc' })
    return { live_mode: ctx.live, refunds: page.rows.map(refundView), range: rangeOf(page) }
  }),
  'create-refund': async ({ ctx, body }) => refundView(await createRefund(ctx, body)),
  'read-refund': reading(async ({ ctx, params }) => {
    const refund = await findRefund(ctx, params.id)
    if (!refund) throw notFound('refund', params.id)
    return refundView(refund)
  }),
}
