import { isBooked } from '../../payments/payment.ts'
import type { Payment } from '../../payments/store.ts'
import { insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { books as refundBooks } from '../../refunds/progress.ts'
import type { RefundStatus } from '../../refunds/refund.ts'
import type { Refund } from '../../refunds/store.ts'
import { elsewhere, onDay, settled, unsettled } from './books.ts'
import { checkCurrency, dueOf, type Imported, imported, Unusable, whole } from './imported.ts'
import type { RefundLine } from './line-schemas.ts'
import { tables } from './tables.ts'

/** What a bank was asked and told of a refund of each status; null: never its status here. */
const refundSteps: Record<RefundStatus, Parameters<typeof refundBooks>[2][] | null> = {
  awaiting_approval: null,
  to_refund: ['refund'],
  refund_sent: ['refund'],
  refunded: ['refund', 'book_refund'],
  not_honored: ['refund', 'return_refund'],
  payment_canceled: [],
  failed: [],
}

/** Refuses by Unusable a refund that its payment cannot have. */
function checkRefund(it: RefundLine, payment: Payment): void {
  checkCurrency(it, payment)
  const { id, status, amount, refunded } = payment
  const back = refundSteps[it.status]?.length
  const fits = back ? isBooked(payment) : it.status === 'failed' || status === 'canceled'
  if (!fits) throw new Unusable(`status: ${id} is ${status}, its refund cannot be ${it.status}`)
  const left = it.status === 'not_honored' ? amount : amount - refunded
  if (back && it.amount > left) {
    throw new Unusable(`amount: of ${amount} of ${id} only ${left} is left to refund`)
  }
}

/**
 * A refund as it was elsewhere, with its books, and the payment with what it gave back. Throws
 * Unusable.
 */
export function importRefund(
  ctx: Ctx,
  it: RefundLine,
  payment: Payment,
): { imported: Imported; payment: Payment } {
  const { status, amount, currency } = it
  const steps = refundSteps[status]
  if (!steps) throw new Unusable(`status: ${status} is never the status of a refund here`)
  checkRefund(it, payment)
  const { bankDays, now } = ctx
  const row: Refund = {
    ...whole(ctx, it),
    created: it.created,
    status,
    amount,
    currency,
    payment: payment.id,
    payment_intent: it.payment_intent ?? payment.payment_intent,
    method: payment.method,
    date_refund: it.date_refund ?? null,
    date_bank: it.date_bank ?? null,
    due_at: dueOf(status, it.due_at, {
      to_refund: () => bankDays.cutoffAfter(now),
      refund_sent: () => bankDays.bookingAfter(now),
    }),
  }
  const made = elsewhere(ctx, row.created)
  const ended = elsewhere(ctx, onDay(row.date_bank, row.created))
  const written = steps.flatMap((kind, n) => refundBooks(n ? ended : made, row, kind))
  const isBack = status === 'not_honored'
  const due = steps.length && amount > 0n ? [{ amount: -amount }] : []
  if (due.length && isBack) due.push({ amount })
  const method = payment.method ?? 'card'
  const about = { kind: 'refund', object_id: row.id, method, currency } as const
  const { items, insert } = settled(made, about, due, it)
  const counted = steps.length && !isBack ? amount : 0n
  return {
    imported: imported('refund', row, {
      insert: [insertion(tables.refund, row), ...unsettled(written), ...insert],
      status,
      items,
    }),
    payment: counted > 0n ? { ...payment, refunded: payment.refunded + counted } : payment,
  }
}
