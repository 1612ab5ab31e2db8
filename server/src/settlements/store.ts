import { table } from '../platform/change.ts'
import type { Context, Reader } from '../platform/context.ts'
import type { Method } from '../processors/processor.ts'

export type SettlementKind = 'payment' | 'refund' | 'dispute' | 'disbursement'

/** One line of what is settled with the merchant. It enters one payout, and never a second. */
export interface SettlementItem {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  kind: SettlementKind
  object_id: string
  method: Method
  currency: string
  /** Minor units in favour of the merchant; what is taken from them is negative. */
  amount: bigint
  /** What the service costs of it, and the tax on that. */
  fee: bigint
  vat: bigint
  payout: string | null
  /** When it enters the next payout; null once it is in one. */
  due_at: Date | null
}

export const settlementItems = table<SettlementItem>('settlement_items', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  kind: true,
  object_id: true,
  method: true,
  currency: true,
  amount: true,
  fee: true,
  vat: true,
  payout: true,
  due_at: true,
})

/** The condition that finds, in a list of objects of this kind, those in the payout `?`. */
export const findSettledIn = (kind: SettlementKind): string =>
  `id in (select i.object_id from settlement_items i
     where i.account = $1 and i.live = $2 and i.payout = ? and i.kind = '${kind}')`

/**
 * Object → the payout that its first line is in. Objects without one are not in the answer. Looked
 * up one by one: a plan from when there were few lines would go on reading all of them.
 */
export async function findPayoutsOf(
  ctx: Reader,
  object_ids: readonly string[],
): Promise<Map<string, string>> {
  if (!object_ids.length) return new Map()
  const rows = await ctx.db.query<{ object_id: string; payout: string }>(
    `select o.id as object_id, i.payout from unnest($3::text[]) as o (id) cross join lateral (
       select payout from settlement_items i
       where i.account = $1 and i.live = $2 and i.object_id = o.id and i.payout is not null
       order by i.id limit 1) i`,
    [ctx.account, ctx.live, object_ids],
  )
  return new Map(rows.map(({ object_id, payout }) => [object_id, payout]))
}

/** The condition that finds, in a list of payouts, those that the payment `?` is in. */
export const findHoldingPayment = `id in (select i.payout from settlement_items i
     where i.account = $1 and i.live = $2 and i.object_id = ? and i.kind = 'payment'
       and i.payout is not null)`

/** A line of this currency that is due and in no payout yet, but none of these. */
export async function findDueItem(
  ctx: Context,
  currency: string,
  but: readonly string[] = [],
): Promise<Pick<SettlementItem, 'id'> | undefined> {
  const [row] = await ctx.db.query<Pick<SettlementItem, 'id'>>(
    `select id from settlement_items
     where account = $1 and live = $2 and due_at <= $3 and currency = $4 and id <> all($5)
     limit 1`,
    [ctx.account, ctx.live, ctx.now, currency, but],
  )
  return row
}

/** All lines of these objects, in a payout or not, in the order in which they were written. */
export async function findItemsOf(
  ctx: Reader,
  object_ids: readonly string[],
): Promise<SettlementItem[]> {
  if (!object_ids.length) return []
  return ctx.db.query<SettlementItem>(
    `select * from settlement_items
     where account = $1 and live = $2 and object_id = any($3) order by id`,
    [ctx.account, ctx.live, object_ids],
  )
}

/** Lines in no payout yet, due or not, that were there at the context's instant: the oldest. */
export const findWaitingItems = (
  ctx: Context,
  currency: string,
  limit: number,
): Promise<SettlementItem[]> =>
  ctx.db.query<SettlementItem>(
    `select * from settlement_items
     where account = $1 and live = $2 and due_at is not null and currency = $3 and created <= $4
     order by due_at, id limit $5`,
    [ctx.account, ctx.live, currency, ctx.now, limit],
  )

/** Currency → what the lines in no payout yet come to, fees and tax taken off. */
export async function findWaitingSums(ctx: Context): Promise<Map<string, bigint>> {
  const rows = await ctx.db.query<{ currency: string; amount: bigint }>(
    `select currency, sum(amount - fee - vat)::bigint as amount from settlement_items
     where account = $1 and live = $2 and due_at is not null and created <= $3
     group by currency`,
    [ctx.account, ctx.live, ctx.now],
  )
  return new Map(rows.map(({ currency, amount }) => [currency, amount]))
}
