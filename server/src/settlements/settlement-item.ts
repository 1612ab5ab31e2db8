import { newId } from '../kernel/ids.ts'
import { vatOf } from '../kernel/pricing.ts'
import { type Insertion, insertion, type Move, move } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type SettlementItem, settlementItems } from './store.ts'

/** A line for the next payout: that of the day when its money is booked. */
export const settlementItem = (
  ctx: Ctx,
  it: Pick<SettlementItem, 'kind' | 'object_id' | 'method' | 'currency' | 'amount'> & {
    fee?: bigint
  },
): Insertion => {
  const { kind, object_id, method, currency, amount, fee = 0n } = it
  const row: SettlementItem = {
    account: ctx.account,
    live: ctx.live,
    id: newId('item'),
    version: 1,
    created: ctx.now,
    kind,
    object_id,
    method,
    currency,
    amount,
    fee,
    vat: vatOf(ctx.pricing, fee),
    payout: null,
    due_at: ctx.bankDays.payoutAfter(ctx.now),
  }
  return insertion(settlementItems, row)
}

/** The lines enter this payout, for good. */
export const entered = (items: readonly SettlementItem[], payout: string): Move[] =>
  items.map((it) => move(settlementItems, it, { ...it, payout, due_at: null }))
