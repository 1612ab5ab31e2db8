import { dueDisbursement } from '../disbursements/due-disbursement.ts'
import type { Disbursement } from '../disbursements/store.ts'
import { dueDispute } from '../disputes/due-dispute.ts'
import type { Dispute } from '../disputes/store.ts'
import { duePayment } from '../payments/due-payment.ts'
import { dueAuthentication } from '../payments/settle-authentication.ts'
import type { Payment } from '../payments/store.ts'
import { duePayout } from '../payouts/due-payout.ts'
import { fillPayout } from '../payouts/fill-payout.ts'
import type { Payout } from '../payouts/store.ts'
import type { Part } from '../platform/change.ts'
import type { DueRow } from '../platform/due.ts'
import type { Ctx } from '../processors/ctx.ts'
import { dueRefund } from '../refunds/due-refund.ts'
import type { Refund } from '../refunds/store.ts'
import type { SettlementItem } from '../settlements/store.ts'
import { dueStanPayment } from '../stan/due-payment.ts'
import { dueStanRefund } from '../stan/due-refund.ts'
import type { StanPayment, StanRefund } from '../stan/store.ts'

/** What falls due in one table. */
export interface Job {
  name: string
  table: string
  /**
   * What becomes of a row that is due; undefined when it is not, or not any more. Decides by
   * `ctx.now`, writes nothing.
   */
  plan(ctx: Ctx, rows: readonly [never, ...never[]]): Promise<Part | undefined>
  /** Rows with the same key are planned together. Absent: each by itself. */
  together?(row: never): string
}

const each =
  <Row extends DueRow>(plan: (ctx: Ctx, row: Row) => Promise<Part | undefined>) =>
  (ctx: Ctx, [row]: readonly [Row, ...Row[]]) =>
    plan(ctx, row)

/** All that falls due by itself, in the order in which it is done when it falls due at once. */
export const jobs: readonly Job[] = [
  { name: 'expire-authentication', table: 'authentications', plan: each(dueAuthentication) },
  { name: 'move-payment', table: 'payments', plan: each<Payment>(duePayment) },
  { name: 'move-refund', table: 'refunds', plan: each<Refund>(dueRefund) },
  { name: 'move-dispute', table: 'disputes', plan: each<Dispute>(dueDispute) },
  { name: 'move-disbursement', table: 'disbursements', plan: each<Disbursement>(dueDisbursement) },
  {
    name: 'fill-payout',
    table: 'settlement_items',
    plan: fillPayout,
    together: ({ account, live, currency }: SettlementItem) => `${account} ${live} ${currency}`,
  },
  { name: 'move-payout', table: 'payouts', plan: each<Payout>(duePayout) },
  { name: 'expire-stan-payment', table: 'stan_payments', plan: each<StanPayment>(dueStanPayment) },
  { name: 'make-stan-refund', table: 'stan_refunds', plan: each<StanRefund>(dueStanRefund) },
]
