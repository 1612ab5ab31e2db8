import { joined, type Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { books, walked } from './progress.ts'
import type { Refund } from './store.ts'

/**
 * What falls due of a refund: it is sent at the cut-off, and booked on the next business day.
 * Undefined before its time. Reads nothing but the refund.
 */
export async function dueRefund(ctx: Ctx, it: Refund): Promise<Part | undefined> {
  if (!it.due_at || it.due_at > ctx.now) return undefined
  const today = ctx.bankDays.dayOf(ctx.now)
  if (it.status === 'to_refund') {
    const due_at = ctx.bankDays.bookingAfter(ctx.now)
    return walked(ctx, it, 'send', { date_refund: today, due_at }).part
  }
  if (it.status !== 'refund_sent') return undefined
  const { part } = walked(ctx, it, 'book', { date_bank: today })
  return joined(part, { insert: books(ctx, it, 'book_refund') })
}
