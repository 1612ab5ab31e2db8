import type { operations, PayoutOut } from '@obole/contract/v2/payouts.js'
import { listDisputes } from '../../disputes/store.ts'
import { notFound } from '../../kernel/problem.ts'
import { completePayments } from '../../payments/read-payment.ts'
import { listPayments } from '../../payments/store.ts'
import { createPayout } from '../../payouts/create-payout.ts'
import { failPayout } from '../../payouts/fail-payout.ts'
import { findPayout, listPayouts, type Payout } from '../../payouts/store.ts'
import { totalOf } from '../../payouts/totals.ts'
import type { Reader } from '../../platform/context.ts'
import { listRefunds } from '../../refunds/store.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { disputeViews } from './disputes.ts'
import { rangeOf } from './list.ts'
import { paymentView } from './payments.ts'
import { refundViews } from './refunds.ts'

export const payoutView = (it: Payout): PayoutOut => ({
  id: it.id,
  reference: it.reference,
  currency: it.currency as PayoutOut['currency'],
  payments: totalOf(it.totals, ['payment']),
  // Disbursements are published under the tag of refunds, and count among them.
  refunds: totalOf(it.totals, ['refund', 'disbursement']),
  disputes: totalOf(it.totals, ['dispute']),
  amount: it.amount,
  fees: it.fees,
  fees_vat: it.fees_vat,
  status: it.status,
  date: it.date.toISOString(),
  date_bank: it.date_bank,
})

async function found(ctx: Reader, id: string): Promise<Payout> {
  const payout = await findPayout(ctx, id)
  if (!payout) throw notFound('payout', id)
  return payout
}

export const payoutHandlers: Handlers<typeof operations> = {
  'list-payouts': reading(async ({ ctx, query }) => {
    const page = await listPayouts(ctx, query)
    return { range: rangeOf(page), payouts: page.rows.map(payoutView) }
  }),
  'create-payout': async ({ ctx, body }) => {
    const { date = null, description = null, ...asked } = body
    return payoutView(await createPayout(ctx, { ...asked, date, description }))
  },
  'read-payout': reading(async ({ ctx, params }) => payoutView(await found(ctx, params.id))),
  'list-payout-payments': reading(async ({ ctx, params, query, origins }) => {
    const { id: payout } = await found(ctx, params.id)
    const page = await listPayments(ctx, { ...query, payout })
    const parts = await completePayments(ctx, page.rows)
    return { range: rangeOf(page), payments: parts.map((it) => paymentView(it, origins)) }
  }),
  'list-payout-refunds': reading(async ({ ctx, params, query }) => {
    const { id: payout } = await found(ctx, params.id)
    const page = await listRefunds(ctx, { ...query, payout })
    return { range: rangeOf(page), refunds: await refundViews(ctx, page.rows) }
  }),
  'list-payout-disputes': reading(async ({ ctx, params, query }) => {
    const { id: payout } = await found(ctx, params.id)
    const page = await listDisputes(ctx, { ...query, payout })
    return { range: rangeOf(page), disputes: await disputeViews(ctx, page.rows) }
  }),
  'fail-payout': async ({ ctx, params }) => {
    // The test bank has nothing to say to live money.
    if (ctx.live) throw notFound('payout', params.id)
    return payoutView(await failPayout(ctx, params))
  },
}
