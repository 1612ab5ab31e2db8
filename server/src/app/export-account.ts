import type { Address } from '../addresses/store.ts'
import type { BankAccount } from '../bank-accounts/store.ts'
import type { Card } from '../cards/store.ts'
import type { Customer } from '../customers/store.ts'
import { contextOf, type Services } from '../dialects/operation-route.ts'
import { addressView } from '../dialects/v2/addresses.ts'
import { cardView } from '../dialects/v2/cards.ts'
import { customerView } from '../dialects/v2/customers.ts'
import { disbursementView } from '../dialects/v2/disbursements.ts'
import { disputeView } from '../dialects/v2/disputes.ts'
import { intentView } from '../dialects/v2/payment-intents.ts'
import { paymentView } from '../dialects/v2/payments.ts'
import { payoutView } from '../dialects/v2/payouts.ts'
import { refundView } from '../dialects/v2/refunds.ts'
import { sepaView } from '../dialects/v2/sepa.ts'
import type { Disbursement } from '../disbursements/store.ts'
import type { Dispute, Evidence } from '../disputes/store.ts'
import type { Intent } from '../intents/store.ts'
import { unixSeconds } from '../kernel/time.ts'
import { completePayments, type PaymentParts } from '../payments/read-payment.ts'
import type { Payment } from '../payments/store.ts'
import type { Payout } from '../payouts/store.ts'
import { everyRow } from '../platform/every-row.ts'
import type { Origins } from '../platform/origins.ts'
import type { Ctx } from '../processors/ctx.ts'
import type { Refund } from '../refunds/store.ts'
import { findItemsOf, type SettlementItem } from '../settlements/store.ts'
import type { LineObject } from './import/line-schemas.ts'

/** Amounts are integers on the wire; none of them is beyond what JSON holds exactly. */
const lineOf = (object: LineObject, live: boolean, view: object): string =>
  JSON.stringify({ object, live_mode: live, ...view }, (_, value) =>
    typeof value === 'bigint' ? Number(value) : value,
  )

async function* each<Row extends { id: string }>(
  ctx: Ctx,
  table: string,
  object: LineObject,
  view: (row: Row) => object,
): AsyncGenerator<string> {
  for await (const row of everyRow<Row>(ctx, table)) yield lineOf(object, ctx.live, view(row))
}

/** Rows in pieces, so that what they name is read once for each piece. */
async function* inPieces<Row extends { id: string }>(
  ctx: Ctx,
  table: string,
): AsyncGenerator<Row[]> {
  let piece: Row[] = []
  for await (const row of everyRow<Row>(ctx, table)) {
    if (piece.push(row) < 200) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

/** What an import needs beyond the answer; nothing of what is not there. */
function beyond(members: Record<string, unknown>): object {
  const there = Object.entries(members).filter(([, value]) => value !== null)
  return Object.fromEntries(there)
}

/** The lines of an object: each is in a payout, or says when it enters one. */
const settlementOf = (items: readonly SettlementItem[]) =>
  items.length === 0
    ? null
    : items.map(({ amount, fee, vat, payout, due_at }) => ({
        amount,
        fee,
        vat,
        ...(payout === null ? { due_at } : { payout }),
      }))

/** The payout that an object shows: that of its first line that is in one. */
const payoutOf = (items: readonly SettlementItem[]): string | null =>
  items.find(({ payout }) => payout !== null)?.payout ?? null

async function itemsOf(
  ctx: Ctx,
  rows: readonly { id: string }[],
): Promise<(row: { id: string }) => readonly SettlementItem[]> {
  const of = new Map<string, SettlementItem[]>()
  const ids = rows.map(({ id }) => id)
  for (const it of await findItemsOf(ctx, ids)) {
    of.set(it.object_id, [...(of.get(it.object_id) ?? []), it])
  }
  return ({ id }) => of.get(id) ?? []
}

/** Objects that are settled. */
async function* eachSettled<Row extends { id: string; due_at: Date | null }>(
  ctx: Ctx,
  table: string,
  object: LineObject,
  view: (row: Row, payout: string | null) => object,
): AsyncGenerator<string> {
  for await (const rows of inPieces<Row>(ctx, table)) {
    const items = await itemsOf(ctx, rows)
    for (const row of rows) {
      const mine = items(row)
      const more = beyond({ due_at: row.due_at, settlement: settlementOf(mine) })
      yield lineOf(object, ctx.live, { ...view(row, payoutOf(mine)), ...more })
    }
  }
}

function paymentLine(parts: PaymentParts, origins: Origins, items: readonly SettlementItem[]) {
  const { payment, authentication } = parts
  const { tries, authorized, amount, due_at } = payment
  const { auth, ...view } = paymentView(parts, origins)
  const session = auth && { ...auth, ...beyond({ due_at: authentication?.due_at ?? null }) }
  const more = beyond({
    authorized: authorized === amount ? null : authorized,
    due_at,
    settlement: settlementOf(items),
  })
  return { ...view, auth: session, tries, ...more }
}

async function* paymentLines(ctx: Ctx, origins: Origins): AsyncGenerator<string> {
  for await (const rows of inPieces<Payment>(ctx, 'payments')) {
    const [all, items] = await Promise.all([completePayments(ctx, rows), itemsOf(ctx, rows)])
    for (const parts of all) {
      yield lineOf('payment', ctx.live, paymentLine(parts, origins, items(parts.payment)))
    }
  }
}

const evidenceLine = ({ id, created, dispute, text, name, type, content }: Evidence) => ({
  id,
  created,
  dispute,
  ...beyond({ text, name, type, content: content?.toString('base64') }),
})

const payoutLine = (it: Payout) => ({
  ...payoutView(it),
  created: unixSeconds(it.created),
  ...beyond({ description: it.description, due_at: it.due_at }),
})

/** What moved money, or is about to. */
async function* moneyLines(ctx: Ctx, origins: Origins): AsyncGenerator<string> {
  yield* paymentLines(ctx, origins)
  yield* eachSettled<Refund>(ctx, 'refunds', 'refund', refundView)
  yield* eachSettled<Dispute>(ctx, 'disputes', 'dispute', (it, payout) => {
    const { response, evidence_due_at, submitted_at } = it
    // The true code: what is shown of it is for others.
    return { ...disputeView(it, payout), response, ...beyond({ evidence_due_at, submitted_at }) }
  })
  yield* each<Evidence>(ctx, 'evidence', 'evidence', evidenceLine)
  yield* eachSettled<Disbursement>(ctx, 'disbursements', 'disbursement', (it, payout) => {
    const { response } = it
    return { ...disbursementView(it, payout), response }
  })
  yield* each<Payout>(ctx, 'payouts', 'payout', payoutLine)
}

/**
 * All objects of an account and mode, one in a line, in the shape of v2's answers, and with what an
 * import needs beyond them. Card numbers and IBANs are not among it: they never leave the vault.
 */
export async function* exportAccount(
  services: Services,
  whose: { account: string; live: boolean },
  origins: Origins,
): AsyncGenerator<string> {
  const ctx = await contextOf(services, { ...whose, request_id: 'export' })
  yield* each<Address>(ctx, 'addresses', 'address', addressView)
  yield* each<Customer>(ctx, 'customers', 'customer', customerView)
  yield* each<Card>(ctx, 'cards', 'card', (it) => ({ ...cardView(it), tokenize: it.tokenize }))
  yield* each<BankAccount>(ctx, 'bank_accounts', 'sepa', (it) => {
    const { country, date_birth } = it
    return { ...sepaView(it), country, date_birth }
  })
  yield* each<Intent>(ctx, 'payment_intents', 'payment_intent', (it) => ({
    ...intentView(it, origins),
    tries: it.tries,
  }))
  yield* moneyLines(ctx, origins)
}
