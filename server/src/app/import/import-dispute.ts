import type { DisputeStatus } from '../../disputes/dispute.ts'
import { assertFiles } from '../../disputes/evidence.ts'
import { openBooks } from '../../disputes/open-dispute.ts'
import { lostBooks, wonBooks } from '../../disputes/settle-dispute.ts'
import type { Dispute, Evidence } from '../../disputes/store.ts'
import { limits } from '../../kernel/limits.ts'
import { later } from '../../kernel/time.ts'
import { isBooked } from '../../payments/payment.ts'
import type { Payment } from '../../payments/store.ts'
import { insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { type Due, elsewhere, importing, settled, unsettled } from './books.ts'
import {
  checkCurrency,
  dueOf,
  type Imported,
  imported,
  named,
  Unusable,
  whole,
} from './imported.ts'
import type { DisputeLine, EvidenceLine } from './line-schemas.ts'
import { tables } from './tables.ts'

/** How a dispute ended → where its money went; null: it has not ended. */
const ends: Record<DisputeStatus, typeof lostBooks | null> = {
  open: null,
  evidence_pending: null,
  evidence_sent: null,
  evidence_verification: null,
  accepted: lostBooks,
  won: wonBooks,
  lost: lostBooks,
  out_of_time: lostBooks,
  not_contestable: lostBooks,
}

/** Refuses by Unusable a dispute that its payment cannot have. */
function checkDispute(it: DisputeLine, status: DisputeStatus, payment: Payment): void {
  checkCurrency(it, payment)
  const { id } = payment
  if (it.amount > payment.amount) {
    throw new Unusable(`amount: ${id} is of ${payment.amount}, no more of it can be disputed`)
  }
  if (status === 'won' ? !isBooked(payment) : payment.status !== 'disputed') {
    throw new Unusable(`status: ${id} is ${payment.status}, its dispute cannot be ${status}`)
  }
}

function rowOf(ctx: Ctx, it: DisputeLine, status: DisputeStatus, payment: Payment): Dispute {
  const { evidence_due_at = null, submitted_at = null } = it
  const deadline = () => evidence_due_at
  return {
    ...whole(ctx, it),
    created: it.created,
    payment: payment.id,
    amount: it.amount,
    currency: it.currency,
    response: it.response,
    status,
    type: it.type ?? 'dispute',
    order_id: it.order_id ?? payment.order_id,
    payment_intent: it.payment_intent ?? payment.payment_intent,
    fee: it.fee ?? null,
    date_bank: it.date_bank ?? null,
    method: payment.method,
    evidence_due_at,
    submitted_at,
    due_at: dueOf(status, it.due_at, {
      open: deadline,
      evidence_pending: deadline,
      evidence_sent: () => ctx.bankDays.bookingAfter(ctx.now),
      evidence_verification: () => later(ctx.now, limits.verdict_ms),
    }),
  }
}

/**
 * A dispute as it was elsewhere, with its books. One whose deadline nobody tells stays open until
 * it is answered. Throws Unusable.
 */
export function importDispute(ctx: Ctx, it: DisputeLine, payment: Payment): Imported {
  const status = it.status ?? 'open'
  checkDispute(it, status, payment)
  const row = rowOf(ctx, it, status, payment)
  const { amount, currency } = row
  const at = elsewhere(ctx, row.created)
  const due: Due[] = [{ amount: -amount, fee: row.fee ?? 0n }]
  if (status === 'won') due.push({ amount })
  const method = payment.method ?? 'card'
  const about = { kind: 'dispute', object_id: row.id, method, currency } as const
  const { items, insert, vat } = settled(at, about, due, it)
  const written = [
    ...openBooks(at, row, { processor: importing, vat }),
    ...(ends[status]?.(at, row, importing) ?? []),
  ]
  return imported('dispute', row, {
    insert: [insertion(tables.dispute, row), ...unsettled(written), ...insert],
    status,
    items,
  })
}

function contentOf({ name, type, content }: EvidenceLine) {
  if (name === undefined || type === undefined || content === undefined) {
    throw new Unusable('text, or name, type and content: required of evidence')
  }
  const file = { name, type, content: Buffer.from(content, 'base64') }
  if (file.content.toString('base64') !== content) throw new Unusable('content: not base64')
  assertFiles([file], 0)
  return file
}

/** A text or a file that was given against a dispute. Throws Unusable, or refuses as its giving. */
export function importEvidence(ctx: Ctx, it: EvidenceLine): Imported {
  const { text } = it
  const file = text === undefined ? contentOf(it) : { name: null, type: null, content: null }
  const { account, live, id } = whole(ctx, it)
  const { dispute, created } = it
  const about = { account, live, id, created, dispute, dispute_version: 1 }
  const row: Evidence = { ...about, text: text ?? null, ...file }
  return imported('evidence', row, {
    insert: [insertion(tables.evidence, row)],
    names: named({ dispute: [dispute] }),
  })
}
