import { assert } from '../kernel/assert.ts'
import { wholeSecond } from '../kernel/time.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type Progress, walk } from './progress.ts'

/** Comes to nothing, or less: it waits for what follows to make up for it. */
const carried = (ctx: Ctx, it: Progress): Progress => walk(ctx, it, 'carry', {})

/** Takes no more lines: what it comes to is ordered from the bank, and sent at this cut-off. */
export function closed(
  ctx: Ctx,
  it: Progress,
  cutoff: Date = ctx.bankDays.cutoffAfter(ctx.now),
): Progress {
  assert(it.payout.amount > 0n, 'a payout pays something')
  return walk(ctx, it, 'close', { date: cutoff, due_at: cutoff })
}

/** All that is due is in it. */
export const completed = (ctx: Ctx, it: Progress): Progress =>
  it.payout.amount > 0n ? closed(ctx, it) : carried(ctx, it)

/** Is with the bank, which books it on the next business day. */
export const sent = (ctx: Ctx, it: Progress): Progress =>
  walk(ctx, it, 'send', {
    date: wholeSecond(ctx.now),
    due_at: ctx.bankDays.bookingAfter(ctx.now),
  })

/** The merchant's bank has it, since this day. */
export const booked = (
  ctx: Ctx,
  it: Progress,
  date_bank: string = ctx.bankDays.dayOf(ctx.now),
): Progress => walk(ctx, it, 'book', { date_bank })

/** Came back: the money is the merchant's as before, and goes out again on the next payout day. */
export const failed = (ctx: Ctx, it: Progress): Progress =>
  walk(ctx, it, 'fail', { due_at: ctx.bankDays.payoutAfter(ctx.now) })

/** Is ordered again, with the same lines. */
export function retried(ctx: Ctx, it: Progress): Progress {
  const cutoff = ctx.bankDays.cutoffAfter(ctx.now)
  return walk(ctx, it, 'retry', { date: cutoff, due_at: cutoff })
}
