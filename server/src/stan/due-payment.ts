import { move, type Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { ended } from './cancel-payment.ts'
import { readStanPayment } from './read-payment.ts'
import { isOpen, statusOf } from './status.ts'
import { type StanPayment, stanPayments } from './store.ts'

/**
 * What becomes of a payment when its time is over: unpaid it expires, and takes no money any more;
 * what was decided before stays as it is. Undefined before its time.
 */
export async function dueStanPayment(ctx: Ctx, it: StanPayment): Promise<Part | undefined> {
  if (!it.due_at || it.due_at > ctx.now) return undefined
  const { payment } = await readStanPayment(ctx, it.id)
  if (isOpen(statusOf(it, payment))) return (await ended(ctx, it, 'expired')).part
  return { move: [move(stanPayments, it, { ...it, due_at: null })] }
}
