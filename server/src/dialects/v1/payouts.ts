import type { operations, PayoutOut } from '@obole/contract/v1/payouts.js'
import { listDisputes } from '../../disputes/store.ts'
import { notFound, Refusal } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { completePayments } from '../../payments/read-payment.ts'
import { listPayments } from '../../payments/store.ts'
import { findPayout, listPayouts, type Payout } from '../../payouts/store.ts'
import { totalOf } from '../../payouts/totals.ts'
import type { Reader } from '../../platform/context.ts'
import { listRefunds } from '../../refunds/store.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { paymentViews } from './checkout.ts'
import { disputeView } from './disputes.ts'
import { rangeOf } from './list.ts'
import { refundView } from './refunds.ts'

const payoutView = (it: Payout): PayoutOut => ({
  amount: it.amount,
  created: unixSeconds(it.created),
  currency: it.currency,
  date_bank: it.date_bank === null ? null : Date.parse(it.date_bank) / 1000,
  date_paym: unixSeconds(it.date),
  disputes: totalOf(it.totals, ['dispute']),
  fees: it.fees,
  id: it.id,
  live_mode: it.live,
  payments: totalOf(it.totals, ['payment']),
  refunds: totalOf(it.totals, ['refund', 'disbursement']),
  statement_description: it.reference,
  status: it.status,
})

/** The published v1 has payouts of live money only, and says so whatever is asked for. */
function refuseTest({ live }: Reader): void {
  if (!live) throw new Refusal('not_implemented', { message: 'Payouts need a live key' })
}

async function found(ctx: Reader, id: string): Promise<Payout> {
  refuseTest(ctx)
  const payout = await findPayout(ctx, id)
  if (!payout) throw notFound('payout', id)
  return payout
}

export const payoutHandlers: Handlers<typeof operations> = {
  'list-payouts': reading(async ({ ctx, query }) => {
    refuseTest(ctx)
    const page = await listPayouts(ctx, { ...query, order: 'asc' })
    return { live_mode: ctx.live, payouts: page.rows.map(payoutView), range: rangeOf(page) }
  }),
  'read-payout': reading(async ({ ctx, params }) => payoutView(await found(ctx, params.id))),
  'list-payout-payments': reading(async ({ ctx, params, query, origins }) => {
    const { id: payout, live } = await found(ctx, params.id)
    const page = await listPayments(ctx, { ...query, payout, order: 'asc' })
    const parts = await completePayments(ctx, page.rows)
    const payments = await paymentViews(ctx, parts, origins)
    return { live_mode: live, payments, range: rangeOf(page) }
  }),
  'list-payout-refunds': reading(async ({ ctx, params, query }) => {
    const { id: payout, live } = await found(ctx, params.id)
    const page = await listRefunds(ctx, { ...query, payout, order: 'asc' })
    return { live_mode: live, refunds: page.rows.map(refundView), range: rangeOf(page) }
  }),
  'list-payout-disputes': reading(async ({ ctx, params, query }) => {
    const { id: payout, live } = await found(ctx, params.id)
    const page = await listDisputes(ctx, { ...query, payout, order: 'asc' })
    return { live_mode: live, disputes: page.rows.map(disputeView), range: rangeOf(page) }
  }),
}
