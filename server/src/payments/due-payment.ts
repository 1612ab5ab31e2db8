import type { Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { cleared } from './clear-payment.ts'
import { changeOf, type Progress, unmoved, walk } from './progress.ts'
import type { Payment } from './store.ts'
import { withdrawn } from './withdraw-payment.ts'

function moved(ctx: Ctx, it: Progress): Progress | undefined {
  switch (it.payment.status) {
    // Not captured in 7 days, as published.
    case 'authorized':
      return withdrawn(ctx, it, 'expire')
    case 'to_capture':
      return walk(it, 'send', { due_at: ctx.bankDays.bookingAfter(ctx.now) }, {})
    case 'capture_sent':
      return cleared(ctx, it, processorOf(ctx).name)
    default:
      return undefined
  }
}

/**
 * What falls due of a payment: an authorization expires, a capture is sent at the cut-off, and
 * booked on the next business day. Undefined before its time. Reads nothing but the payment, except
 * the intent of one that expires.
 */
export async function duePayment(ctx: Ctx, payment: Payment): Promise<Part | undefined> {
  if (!payment.due_at || payment.due_at > ctx.now) return undefined
  const it = moved(ctx, unmoved(payment, null))
  return it && (await changeOf(ctx, { payment, authentication: null }, it)).part
}
