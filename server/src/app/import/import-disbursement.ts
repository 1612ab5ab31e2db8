import type { DisbursementStatus } from '../../disbursements/disbursement.ts'
import { books } from '../../disbursements/progress.ts'
import type { Disbursement } from '../../disbursements/store.ts'
import { insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { type Due, elsewhere, onDay, settled, unsettled } from './books.ts'
import { dueOf, type Imported, imported, named, Unusable, whole } from './imported.ts'
import type { DisbursementLine } from './line-schemas.ts'
import { tables } from './tables.ts'

/** What a bank was asked and told at each status; null: never the status of one here. */
const steps: Record<DisbursementStatus, Parameters<typeof books>[2][] | null> = {
  awaiting_approval: null,
  to_disburse: ['disburse'],
  disburse_sent: ['disburse'],
  disbursed: ['disburse', 'book_disbursement'],
  not_honored: ['disburse', 'return_disbursement'],
  refused: [],
  failed: [],
}

function rowOf(ctx: Ctx, it: DisbursementLine): Disbursement {
  const { bankDays, now } = ctx
  return {
    ...whole(ctx, it),
    created: it.created,
    status: it.status,
    amount: it.amount,
    currency: it.currency,
    card: it.card,
    response: it.response ?? null,
    date_disbursement: it.date_disbursement ?? null,
    date_bank: it.date_bank ?? null,
    due_at: dueOf(it.status, it.due_at, {
      to_disburse: () => bankDays.cutoffAfter(now),
      disburse_sent: () => bankDays.bookingAfter(now),
    }),
  }
}

/** A disbursement as it was elsewhere, with its books. Throws Unusable. */
export function importDisbursement(ctx: Ctx, it: DisbursementLine): Imported {
  const { status } = it
  const asked = steps[status]
  if (!asked) throw new Unusable(`status: ${status} is never the status of a disbursement here`)
  const row = rowOf(ctx, it)
  const { amount, currency, created } = row
  const [made, ended] = [elsewhere(ctx, created), elsewhere(ctx, onDay(row.date_bank, created))]
  const written = asked.flatMap((kind, n) => books(n ? ended : made, row, kind))
  const due: Due[] = asked.length ? [{ amount: -amount }] : []
  if (status === 'not_honored') due.push({ amount })
  const about = { kind: 'disbursement', object_id: row.id, method: 'card', currency } as const
  const { items, insert } = settled(made, about, due, it)
  return imported('disbursement', row, {
    insert: [insertion(tables.disbursement, row), ...unsettled(written), ...insert],
    status,
    names: named({ card: [row.card] }),
    items,
  })
}
