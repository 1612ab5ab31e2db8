import { settledInstruction } from '../../instructions/instruction.ts'
import type { InstructionKind } from '../../instructions/store.ts'
import { newId } from '../../kernel/ids.ts'
import { vatOf } from '../../kernel/pricing.ts'
import { type LedgerAccount, ledgerAccounts } from '../../ledger/accounts.ts'
import { transfer } from '../../ledger/transfer.ts'
import { type Insertion, insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import type { InlineProcessor } from '../../processors/processor.ts'
import { sandbox } from '../../processors/sandbox/sandbox.ts'
import type { SettlementItem } from '../../settlements/store.ts'
import { Unusable, whole } from './imported.ts'
import type { SettlementLine } from './line-schemas.ts'
import { tables } from './tables.ts'

export const importing = 'import'

/** Whom books of elsewhere name; it is asked nothing. */
const bank: InlineProcessor = { ...sandbox, name: importing }

/** The context of what a bank did elsewhere, at its instant. */
export const elsewhere = (ctx: Ctx, now: Date): Ctx => ({
  ...ctx,
  now,
  processors: { test: bank, live: bank },
})

/** In the morning of a day of the bank's books; not before what it followed. Pure. */
export const onDay = (day: string | null, after: Date): Date =>
  day === null ? after : new Date(Math.max(Date.parse(`${day}T05:00:00Z`), after.getTime()))

/** What a feature writes, but for the line that it would settle: the file says where that went. */
export const unsettled = (written: readonly Insertion[]): Insertion[] =>
  written.filter(({ table }) => table.name !== tables.settlement_item.name)

/** What is settled of an object by what happened to it, in that order. */
export interface Due {
  amount: bigint
  fee?: bigint
}

export interface Settled {
  items: SettlementItem[]
  insert: Insertion[]
  /** On the fee. */
  vat: bigint
}

type About = Pick<SettlementItem, 'kind' | 'object_id' | 'method' | 'currency'>

const { receivable, pending, bank: cash } = ledgerAccounts

type Sides = { debit: LedgerAccount; credit: LedgerAccount }

/** Kind → what moves by it. */
const ways = {
  settle: { debit: cash, credit: receivable },
  pay_elsewhere: { debit: pending, credit: cash },
  charge_elsewhere: { debit: cash, credit: pending },
} as const satisfies Partial<Record<InstructionKind, Sides>>

/** The merchant got it elsewhere, or gave it there: it ends in our bank account. */
function settledElsewhere(ctx: Ctx, about: About, { amount, fee }: Required<Due>, vat: bigint) {
  const { object_id, currency } = about
  const moved = (kind: keyof typeof ways, amount: bigint): Insertion[] => {
    if (amount === 0n) return []
    const asked = { object_id, currency, kind, amount, processor: importing, response: null }
    const { row, insert } = settledInstruction(ctx, { ...asked, status: 'approved' })
    const line = { instruction: row.id, phase: 'posted', amount, currency } as const
    return [insert, ...transfer(ctx, { ...ways[kind], ...line, reason: kind }).insert]
  }
  const net = amount - fee - vat
  return [
    ...(about.kind === 'payment' ? moved('settle', amount) : []),
    ...(net > 0n ? moved('pay_elsewhere', net) : moved('charge_elsewhere', -net)),
  ]
}

function itemOf(ctx: Ctx, about: About, due: Required<Due>, told: SettlementLine): SettlementItem {
  const { payout = null, due_at = null, vat = vatOf(ctx.pricing, due.fee) } = told
  if (payout !== null && due_at !== null) {
    throw new Unusable('settlement: a line is in a payout, or waits for one')
  }
  if (told.fee !== undefined && told.fee !== due.fee) {
    throw new Unusable(`settlement: the fee is ${due.fee}, not ${told.fee}`)
  }
  return {
    ...about,
    ...whole(ctx, { id: newId('item') }),
    created: ctx.now,
    amount: due.amount,
    fee: due.fee,
    vat,
    payout,
    due_at: payout === null ? (due_at ?? ctx.bankDays.payoutAfter(ctx.now)) : null,
  }
}

/**
 * What is settled of an object: lines of payouts, or waiting for one, as they were told. What is
 * due and was not told was settled elsewhere. Of an object that only names its payout, the first
 * line is in that. Throws Unusable when more is told than is due.
 */
export function settled(
  ctx: Ctx,
  about: About,
  due: readonly Due[],
  told: { settlement?: SettlementLine[] | undefined; payout?: string | null | undefined },
): Settled {
  const { payout } = told
  const [first] = due
  const named = first && payout ? [{ amount: first.amount, payout }] : []
  const lines = [...(told.settlement ?? named)]
  const it: Settled = { items: [], insert: [], vat: 0n }
  for (const { amount, fee = 0n } of due) {
    const place = lines.findIndex((line) => line.amount === amount)
    const [line] = place === -1 ? [] : lines.splice(place, 1)
    const item = itemOf(ctx, about, { amount, fee }, line ?? { amount })
    it.vat += item.vat
    if (line) it.items.push(item)
    else it.insert.push(...settledElsewhere(ctx, about, { amount, fee }, item.vat))
  }
  const [extra] = lines
  if (extra) throw new Unusable(`settlement: nothing of it comes to ${extra.amount}`)
  if (payout && !it.items.some((item) => item.payout === payout)) {
    throw new Unusable(`payout: nothing of it is settled in ${payout}`)
  }
  it.insert.push(...it.items.map((item) => insertion(tables.settlement_item, item)))
  return it
}
