import assert from 'node:assert/strict'
import { trialBalance } from '../src/ledger/balances.ts'
import { createPayment } from '../src/payments/create-payment.ts'
import { findPayment, type Payment } from '../src/payments/store.ts'
import { verb } from '../src/platform/context.ts'
import type { Ctx } from '../src/processors/ctx.ts'
import { dueRefund } from '../src/refunds/due-refund.ts'
import { findRefund, type Refund } from '../src/refunds/store.ts'
import { keepCard, numbers } from './core.ts'

// What tests of refunds share: payments to refund, and what stands in the books about them.

/** A Friday: its cut-off is on the same day, its booking on Monday. */
export const friday = new Date('2027-03-05T09:00:00Z')

/** A payment by a card of this kind: it is captured at once unless another is named. */
export async function pay(
  ctx: Ctx,
  { number = numbers.captured, amount = 1000n }: { number?: string; amount?: bigint } = {},
): Promise<Payment> {
  const { id } = await keepCard(ctx, number)
  const { payment } = await createPayment(ctx, {
    amount,
    currency: 'eur',
    capture: true,
    origin: 1,
    method: { method: 'card', id },
    decide: true,
    fields: {},
  })
  return payment
}

/** What falls due of it at the context's instant. */
const fallDueNow = verb(async (ctx: Ctx, { id }: { id: string }) => {
  const found = await findRefund(ctx, id)
  const change = found && (await dueRefund(ctx, found))
  return { ...(change && { change }), result: undefined }
})

export async function readRefund(ctx: Ctx, id: string): Promise<Refund> {
  const found = await findRefund(ctx, id)
  assert.ok(found)
  return found
}

export async function paymentOf(ctx: Ctx, id: string): Promise<Payment> {
  const found = await findPayment(ctx, id)
  assert.ok(found)
  return found
}

/** What falls due of a refund, at its instant or so many milliseconds later. */
export async function fallDue(ctx: Ctx, id: string, later_ms = 0): Promise<Refund> {
  const { due_at } = await readRefund(ctx, id)
  assert.ok(due_at)
  await fallDueNow({ ...ctx, now: new Date(due_at.getTime() + later_ms) }, { id })
  return readRefund(ctx, id)
}

export const rowsOf = (ctx: Ctx, sql: string, id: string): Promise<unknown[][]> =>
  ctx.db
    .query<Record<string, unknown>>(sql, [ctx.account, id])
    .then((rows) => rows.map(Object.values))

/** What stands in the books about it: instructions with their transfers, and settlement items. */
export async function books(ctx: Ctx, id: string): Promise<unknown[][]> {
  const moved = await rowsOf(
    ctx,
    `select i.kind, i.status, i.response, t.debit, t.credit, t.amount from instructions i
     left join transfers t on t.account = i.account and t.live = i.live and t.instruction = i.id
     where i.account = $1 and i.object_id = $2 order by i.id, t.id`,
    id,
  )
  const settled = await rowsOf(
    ctx,
    `select kind, method, amount, fee, vat from settlement_items
     where account = $1 and object_id = $2 order by id`,
    id,
  )
  return [...moved, ...settled]
}

/** The steps of an object, each with the event that told it. */
export const stepsOf = (ctx: Ctx, id: string): Promise<unknown[][]> =>
  rowsOf(
    ctx,
    `select h.action, h.status, e.type from history h join events e on e.account = h.account
       and e.live = h.live and e.object_id = h.object_id and e.version = h.version
       and e.type not like '%.created'
     where h.account = $1 and h.object_id = $2 order by h.version`,
    id,
  )

/** Ledger account → what stands on it, where that is not nothing. */
export async function balancesOf(ctx: Ctx): Promise<Record<string, bigint>> {
  const rows = (await trialBalance(ctx)).filter((it) => it.posted !== 0n)
  return Object.fromEntries(rows.map((it) => [it.ledger_account, it.posted]))
}
