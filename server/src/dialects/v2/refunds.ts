import type { operations, RefundOut } from '@obole/contract/v2/refunds.js'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Reader } from '../../platform/context.ts'
import { createRefund } from '../../refunds/create-refund.ts'
import { dishonorRefund } from '../../refunds/dishonor-refund.ts'
import { findRefund, listRefunds, type Refund } from '../../refunds/store.ts'
import { findPayoutsOf } from '../../settlements/store.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

/** A refund as v2 shows it; a new one is in no payout. */
export const refundView = (it: Refund, payout: string | null = null): RefundOut => ({
  id: it.id,
  amount: it.amount,
  created: unixSeconds(it.created),
  currency: it.currency as RefundOut['currency'],
  date_bank: it.date_bank,
  date_refund: it.date_refund,
  payment: it.payment,
  payment_intent: it.payment_intent,
  payout,
  status: it.status,
})

/** Refunds as v2 shows them, with the payout that each is in. */
export async function refundViews(ctx: Reader, rows: readonly Refund[]): Promise<RefundOut[]> {
  const payouts = await findPayoutsOf(
    ctx,
    rows.map(({ id }) => id),
  )
  return rows.map((it) => refundView(it, payouts.get(it.id)))
}

async function shown(ctx: Reader, it: Refund): Promise<RefundOut> {
  const [view] = await refundViews(ctx, [it])
  return view as RefundOut
}

export const refundHandlers: Handlers<typeof operations> = {
  'list-refunds': reading(async ({ ctx, query }) => {
    const page = await listRefunds(ctx, query)
    return { range: rangeOf(page), refunds: await refundViews(ctx, page.rows) }
  }),
  'create-refund': async ({ ctx, body }) => refundView(await createRefund(ctx, body)),
  'read-refund': reading(async ({ ctx, params }) => {
    const refund = await findRefund(ctx, params.id)
    if (!refund) throw notFound('refund', params.id)
    return shown(ctx, refund)
  }),
  'dishonor-refund': async ({ ctx, params }) => {
    // The test bank has nothing to say to live money.
    if (ctx.live) throw notFound('refund', params.id)
    return shown(ctx, await dishonorRefund(ctx, params))
  },
}
