import type { Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { findDueItem } from '../settlements/store.ts'
import { changeOf, type Progress, unmoved } from './progress.ts'
import { booked, completed, retried, sent } from './steps.ts'
import type { Payout } from './store.ts'

async function moved(ctx: Ctx, payout: Payout): Promise<Progress | undefined> {
  const it = unmoved(payout)
  switch (payout.status) {
    case 'pending':
      // Lines that are due enter it first, and the last of them closes it. Here it comes when
      // somebody took that one for another payout, or died.
      return (await findDueItem(ctx, payout.currency)) ? undefined : completed(ctx, it)
    case 'to_pay':
      return sent(ctx, it)
    case 'sent':
      return booked(ctx, it)
    case 'failed':
      return retried(ctx, it)
    case 'paid':
      return undefined
  }
}

/**
 * What falls due of a payout: one that nobody completed is closed or carried over; it is sent at
 * the cut-off, booked on the next business day, and paid again when it failed. Undefined
 * before its time.
 */
export async function duePayout(ctx: Ctx, payout: Payout): Promise<Part | undefined> {
  if (!payout.due_at || payout.due_at > ctx.now) return undefined
  const it = await moved(ctx, payout)
  return it && changeOf(ctx, payout, it).change
}
