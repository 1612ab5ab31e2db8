import { type PayoutStatus, payoutMachine, referenceOf } from '../../payouts/payout.ts'
import { books } from '../../payouts/progress.ts'
import type { Payout } from '../../payouts/store.ts'
import { netOfTotals, type Totals, totalOf } from '../../payouts/totals.ts'
import { insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { elsewhere, onDay } from './books.ts'
import { dueOf, type Imported, imported, Unusable, whole } from './imported.ts'
import type { PayoutLine } from './line-schemas.ts'
import { tables } from './tables.ts'

/** What a file settles in one payout. */
export interface SettledIn {
  currency: string
  totals: Totals
}

type Told = readonly [path: string, told: bigint | number | undefined, sum: bigint | number]

/** The sums of objects of one list, as they were told and as they are. */
const sumsOf = (name: string, told: PayoutLine['payments'], sum: ReturnType<typeof totalOf>) => [
  [`${name}.amount`, told?.amount, sum.amount] as Told,
  ...(['card', 'sepa'] as const).flatMap((method) =>
    (['amount', 'count', 'fees'] as const).map(
      (it): Told => [
        `${name}.method.${method}.${it}`,
        told?.method[method][it],
        sum.method[method][it],
      ],
    ),
  ),
]

/** Refuses by Unusable a sum that is told and is not that of the lines. */
function checkSums(it: PayoutLine, { totals, amount, fees, fees_vat }: Payout): void {
  const all: Told[] = [
    ...sumsOf('payments', it.payments, totalOf(totals, ['payment'])),
    ...sumsOf('refunds', it.refunds, totalOf(totals, ['refund', 'disbursement'])),
    ...sumsOf('disputes', it.disputes, totalOf(totals, ['dispute'])),
    ['amount', it.amount, amount],
    ['fees', it.fees, fees],
    ['fees_vat', it.fees_vat, fees_vat],
  ]
  const wrong = all.find(([, told, sum]) => told !== undefined && told !== sum)
  if (!wrong) return
  const [path, told, sum] = wrong
  throw new Unusable(`${path}: ${told}, but what is settled in it comes to ${sum}`)
}

function statusOf(it: PayoutLine): PayoutStatus {
  if (it.status in payoutMachine) return it.status as PayoutStatus
  throw new Unusable(`status: ${it.status} is never the status of a payout here`)
}

/** What was ordered of its bank, and told by it. */
const steps: Record<PayoutStatus, Parameters<typeof books>[2][]> = {
  pending: [],
  to_pay: ['payout'],
  sent: ['payout'],
  paid: ['payout', 'book_payout'],
  failed: ['payout', 'return_payout'],
}

function rowOf(ctx: Ctx, it: PayoutLine, totals: Totals): Payout {
  const { created = it.date, status: _, ...told } = it
  const status = statusOf(it)
  const { bankDays, now } = ctx
  return {
    ...whole(ctx, it),
    created,
    status,
    reference: it.reference ?? referenceOf(it.id, bankDays.dayOf(created)),
    currency: told.currency,
    totals,
    ...netOfTotals(totals),
    description: told.description ?? null,
    date: told.date,
    date_bank: told.date_bank ?? null,
    due_at: dueOf(status, told.due_at, {
      // Nothing, until something enters it.
      pending: () => null,
      to_pay: () => bankDays.cutoffAfter(now),
      sent: () => bankDays.bookingAfter(now),
      failed: () => bankDays.payoutAfter(now),
    }),
  }
}

/**
 * A payout as it was elsewhere, with its books: the sum of what the file settles in it. Throws
 * Unusable.
 */
export function importPayout(ctx: Ctx, it: PayoutLine, lines: SettledIn | undefined): Imported {
  if (!lines) throw new Unusable('nothing in this file is settled in this payout')
  if (lines.currency !== it.currency) {
    throw new Unusable(`currency: ${it.currency}, but its lines are in ${lines.currency}`)
  }
  const row = rowOf(ctx, it, lines.totals)
  checkSums(it, row)
  const { status, amount, totals } = row
  if (status !== 'pending' && amount <= 0n) {
    throw new Unusable(`status: a payout that is ${status} pays something, this one ${amount}`)
  }
  const paid = totalOf(totals, ['payment']).amount
  const [made, ended] = [
    elsewhere(ctx, row.created),
    elsewhere(ctx, onDay(row.date_bank, row.date)),
  ]
  const scope = 'payout.open'
  return imported('payout', row, {
    insert: [
      insertion(tables.payout, row),
      ...(paid > 0n ? books(made, row, 'settle', paid) : []),
      ...steps[status].flatMap((way, n) => books(n ? ended : made, row, way, amount)),
    ],
    status,
    claim: status === 'pending' ? [{ scope, value: row.currency, owner: row.id }] : [],
  })
}
