import type { Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { books, walked } from './progress.ts'
import type { Disbursement } from './store.ts'

/**
 * What falls due of a disbursement: it is sent at the cut-off, and booked on the next business day.
 * Undefined before its time. Reads nothing but the disbursement.
 */
export async function dueDisbursement(ctx: Ctx, it: Disbursement): Promise<Part | undefined> {
  if (!it.due_at || it.due_at > ctx.now) return undefined
  const today = ctx.bankDays.dayOf(ctx.now)
  if (it.status === 'to_disburse') {
    const due_at = ctx.bankDays.bookingAfter(ctx.now)
    return walked(ctx, it, 'send', { date_disbursement: today, due_at }, []).part
  }
  if (it.status !== 'disburse_sent') return undefined
  const insert = books(ctx, it, 'book_disbursement')
  return walked(ctx, it, 'book', { date_bank: today }, insert).part
}
