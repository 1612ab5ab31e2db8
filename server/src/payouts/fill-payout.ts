import { newId } from '../kernel/ids.ts'
import { wholeSecond } from '../kernel/time.ts'
import type { Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { entered } from '../settlements/settlement-item.ts'
import { findDueItem, type SettlementItem } from '../settlements/store.ts'
import { referenceOf } from './payout.ts'
import { books, changeOf, type Progress, unmoved } from './progress.ts'
import { completed } from './steps.ts'
import { findOpenPayout, type Payout } from './store.ts'
import { netOfTotals, withItems } from './totals.ts'

/** An open payout without lines. Pure but for its id. */
export function newPayout(ctx: Ctx, currency: string): Payout {
  const id = newId('pout')
  const now = wholeSecond(ctx.now)
  return {
    account: ctx.account,
    live: ctx.live,
    id,
    version: 1,
    created: now,
    status: 'pending',
    reference: referenceOf(id, ctx.bankDays.dayOf(ctx.now)),
    currency,
    totals: {},
    amount: 0n,
    fees: 0n,
    fees_vat: 0n,
    description: null,
    date: now,
    date_bank: null,
    due_at: null,
  }
}

/**
 * The payout with these lines, which are in it for good. What the processor owes us of them is at
 * our bank now. Pure but for ids.
 */
export function filled(
  ctx: Ctx,
  { payout, steps, part }: Progress,
  items: readonly SettlementItem[],
): Progress {
  const totals = withItems(payout.totals, items)
  const captured = items
    .filter(({ kind }) => kind === 'payment')
    .reduce((sum, it) => sum + it.amount, 0n)
  return {
    steps,
    payout: { ...payout, totals, ...netOfTotals(totals) },
    part: {
      ...part,
      move: [...(part.move ?? []), ...entered(items, payout.id)],
      insert: [
        ...(part.insert ?? []),
        ...(captured > 0n ? books(ctx, payout, 'settle', captured) : []),
      ],
    },
  }
}

/**
 * The open payout of a currency with these lines, made when there is none. `due_at`: when it is
 * looked at, should nobody close it before.
 */
export async function openFilled(
  ctx: Ctx,
  items: readonly [SettlementItem, ...SettlementItem[]],
  due_at: Date,
): Promise<{ before: Payout | null; it: Progress }> {
  const { currency } = items[0]
  const before = (await findOpenPayout(ctx, currency)) ?? null
  const it = filled(ctx, unmoved(before ?? newPayout(ctx, currency)), items)
  return { before, it: { ...it, payout: { ...it.payout, due_at } } }
}

const isDue = (ctx: Ctx, { due_at }: SettlementItem): boolean =>
  due_at !== null && due_at <= ctx.now

/**
 * Lines of one account, mode and currency that are due enter its open payout: a batch of them in
 * one Change, however many follow. The last batch closes it: each saw all that was written before,
 * or it meets another on the payout's row. Undefined when none of the lines is due.
 */
export async function fillPayout(
  ctx: Ctx,
  items: readonly SettlementItem[],
): Promise<Part | undefined> {
  const [first, ...rest] = items.filter((it) => isDue(ctx, it))
  if (!first) return undefined
  const all = [first, ...rest] as const
  // Asked before the open payout is: lines that enter one meanwhile are then still seen as due, so
  // that this one stays open too, and meets the other.
  const more = await findDueItem(
    ctx,
    first.currency,
    all.map(({ id }) => id),
  )
  const instants = all.map(({ due_at }) => due_at?.getTime() ?? 0)
  // Not the present, which the clock that looks for due work may not have reached yet.
  const { before, it } = await openFilled(ctx, all, new Date(Math.max(...instants)))
  return changeOf(ctx, before, more ? it : completed(ctx, it)).change
}
