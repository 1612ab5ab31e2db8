import { findDispute } from '../disputes/store.ts'
import { limits } from '../kernel/limits.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { findPayment } from '../payments/store.ts'
import { ahead, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { findRefund } from '../refunds/store.ts'
import {
  findItemsOf,
  findWaitingItems,
  findWaitingSums,
  type SettlementItem,
} from '../settlements/store.ts'
import { filled, newPayout, openFilled } from './fill-payout.ts'
import { changeOf, type Progress, unmoved } from './progress.ts'
import { booked, closed, sent } from './steps.ts'
import { findOpenPayout, findOpenPayouts, type Payout } from './store.ts'

const lists = ['payments', 'disputes', 'refunds'] as const
type List = (typeof lists)[number]

/** Which objects; none named: all that waits. */
export interface CreatePayout extends Record<List, readonly string[]> {
  /** paid: the merchant has the money already. to_pay: it is ordered from the bank. */
  status: 'to_pay' | 'paid'
  /** The day on which it was paid, or is sent at the earliest. */
  date: string | null
  description: string | null
}

const refusal = (message: string, ...loc: (string | number)[]): Refusal =>
  new Refusal('invalid_request', { loc: ['body', ...(loc.length ? loc : ['__root__'])], message })

const kindOf = { payments: 'payment', disputes: 'dispute', refunds: 'refund' } as const
const findOf = { payments: findPayment, disputes: findDispute, refunds: findRefund }

/** The first cut-off on this day or later. */
function cutoffOn({ bankDays, now }: Ctx, day: string): Date {
  const day_ms = 24 * 3600 * 1000
  let at = bankDays.cutoffAfter(new Date(Math.max(now.getTime(), Date.parse(day) - day_ms)))
  while (bankDays.dayOf(at) < day) at = bankDays.cutoffAfter(at)
  return at
}

/** Closed as it was asked for: ordered from the bank, or booked at once. */
function ended(ctx: Ctx, it: Progress, { status, date, description }: CreatePayout): Progress {
  const named = { ...it, payout: { ...it.payout, description } }
  if (status === 'to_pay') return closed(ctx, named, date ? cutoffOn(ctx, date) : undefined)
  const paid = booked(ctx, sent(ctx, closed(ctx, named)), date ?? undefined)
  return date ? { ...paid, payout: { ...paid.payout, date: new Date(date) } } : paid
}

/** Of the lines of one object those in no payout yet. Refuses with not_found, invalid_request. */
async function freeItems(
  ctx: Ctx,
  list: List,
  [place, id]: [number, string],
  items: readonly SettlementItem[] = [],
): Promise<SettlementItem[]> {
  if (!items.length && !(await findOf[list](ctx, id))) throw notFound(kindOf[list], id)
  if (!items.length) throw refusal(`${id} is not settled yet`, list, place)
  const free = items.filter((it) => it.payout === null)
  if (!free.length) throw refusal(`${id} is in a payout already`, list, place)
  return free
}

/** What is named, all of it in one currency. Refuses with not_found, invalid_request. */
async function namedItems(ctx: Ctx, input: CreatePayout): Promise<SettlementItem[]> {
  const ids = lists.flatMap((list) => input[list])
  const of = new Map<string, SettlementItem[]>()
  for (const it of await findItemsOf(ctx, ids)) {
    of.set(it.object_id, [...(of.get(it.object_id) ?? []), it])
  }
  const items: SettlementItem[] = []
  for (const list of lists) {
    for (const entry of input[list].entries()) {
      const free = await freeItems(ctx, list, entry, of.get(entry[1]))
      const { currency } = items[0] ?? (free[0] as SettlementItem)
      const [other] = free.filter((it) => it.currency !== currency)
      if (other) {
        const message = `${entry[1]} is in ${other.currency}, what stands before it in ${currency}`
        throw refusal(message, list, entry[0])
      }
      items.push(...free)
    }
  }
  return items
}

/** A payout of just these objects. */
const payNamed = verb(async (ctx: Ctx, input: CreatePayout) => {
  const items = await namedItems(ctx, input)
  const [first] = items
  const it = filled(ctx, unmoved(newPayout(ctx, first?.currency ?? '')), items)
  const { amount } = it.payout
  if (amount <= 0n) throw refusal(`These objects come to ${amount}, which cannot be paid out`)
  return changeOf(ctx, null, ended(ctx, it, input))
})

const nothing = (): Refusal => refusal('Nothing waits to be paid out')

/** The one currency in which something waits. Refuses with invalid_request. */
async function waitingCurrency(ctx: Ctx): Promise<string> {
  const sums = await findWaitingSums(ctx)
  for (const { currency, amount } of await findOpenPayouts(ctx)) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amount)
  }
  const [currency, ...others] = [...sums].filter(([, sum]) => sum > 0n).map(([it]) => it)
  if (!currency) throw nothing()
  if (!others.length) return currency
  const all = [currency, ...others].sort().join(', ')
  throw refusal(`Several currencies wait to be paid out (${all}): name the objects of one`)
}

/** A batch of what waits enters the open payout. Says whether there was any. */
const fillWaiting = verb(async (ctx: Ctx, { currency }: { currency: string }) => {
  const [first, ...rest] = await findWaitingItems(ctx, currency, limits.due_batch)
  if (!first) return { result: false }
  // Should nobody close it, it is looked at on the next payout day.
  const due_at = ctx.bankDays.payoutAfter(ctx.now)
  const { before, it } = await openFilled(ctx, [first, ...rest], due_at)
  return { ...changeOf(ctx, before, it), result: true }
})

const closeOpen = verb(async (ctx: Ctx, input: CreatePayout & { currency: string }) => {
  const before = await findOpenPayout(ctx, input.currency)
  // Somebody else closed it, or took too much from it meanwhile.
  if (!before || before.amount <= 0n) throw nothing()
  return changeOf(ctx, before, ended(ctx, unmoved(before), input))
})

/** All that waits, with what was carried over: in batches, then closed. */
async function payWaiting(ctx: Ctx, input: CreatePayout): Promise<Payout> {
  const currency = await waitingCurrency(ctx)
  while (await fillWaiting(ahead(ctx), { currency }));
  return closeOpen(ctx, { ...input, currency })
}

/**
 * Pays out at once, without waiting for the payout day: these objects, or all that waits. Refuses
 * with not_found, invalid_request (an object that is not settled, in a payout already or in another
 * currency; nothing to pay; a day to come on which it was paid), conflict.
 */
export async function createPayout(ctx: Ctx, input: CreatePayout): Promise<Payout> {
  const { status, date } = input
  if (status === 'paid' && date !== null && date > ctx.bankDays.dayOf(ctx.now)) {
    throw refusal('A day to come cannot be the day on which it was paid', 'date')
  }
  return lists.some((list) => input[list].length) ? payNamed(ctx, input) : payWaiting(ctx, input)
}
