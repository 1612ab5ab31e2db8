import { randomUUID } from 'node:crypto'
import {
  type AuthenticationStatus,
  authenticationMachine,
} from '../../authentications/authentication.ts'
import type { Authentication } from '../../authentications/store.ts'
import { settledInstruction } from '../../instructions/instruction.ts'
import { limits } from '../../kernel/limits.ts'
import { later } from '../../kernel/time.ts'
import { feeTransfers } from '../../payments/clear-payment.ts'
import { isAccepted, isBooked, type PaymentStatus, paymentMachine } from '../../payments/payment.ts'
import { ended, promised } from '../../payments/promise.ts'
import type { Payment } from '../../payments/store.ts'
import { type Insertion, insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import type { SettlementItem } from '../../settlements/store.ts'
import { elsewhere, importing, onDay, settled } from './books.ts'
import { dueOf, type Imported, imported, named, Unusable, whole } from './imported.ts'
import type { PaymentLine } from './line-schemas.ts'
import { tables } from './tables.ts'

const idOf = (it: { id: string } | string | null | undefined): string | null =>
  typeof it === 'object' ? (it?.id ?? null) : (it ?? null)

/** The token stands at the end of the address that was handed out. */
const tokenOf = (url: string | null | undefined): string | null =>
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(url ?? '')?.[0] ?? null

function session(ctx: Ctx, it: PaymentLine): Authentication | null {
  const { auth } = it
  if (!auth?.status) return null
  if (!(auth.status in authenticationMachine)) {
    throw new Unusable(`auth.status: ${auth.status} is never the status of a session here`)
  }
  const status = auth.status as AuthenticationStatus
  const isOver = Object.keys(authenticationMachine[status]).length === 0
  return {
    ...whole(ctx, { id: auth.uuid ?? randomUUID() }),
    created: it.created,
    payment: it.id,
    status,
    return_url: auth.return_url ?? null,
    token: tokenOf(auth.redirect_url),
    // Nobody is before the bank's page any more: an open session can only run out.
    code: null,
    tries: 0,
    message: auth.message ?? null,
    due_at: isOver ? null : (auth.due_at ?? later(it.created, limits.authentication_ms)),
  }
}

function statusOf(it: PaymentLine, auth: Authentication | null): PaymentStatus {
  if (!it.status) {
    return auth && ['available', 'attempted'].includes(auth.status) ? 'authenticating' : 'created'
  }
  if (it.status in paymentMachine) return it.status as PaymentStatus
  throw new Unusable(`status: ${it.status} is a command, not the status of a payment`)
}

function authorizedOf({ amount, authorized = amount }: PaymentLine): bigint {
  if (authorized >= amount) return authorized
  throw new Unusable(`authorized: less than the amount, which is ${amount}`)
}

function dueAt(ctx: Ctx, it: PaymentLine, status: PaymentStatus): Date | null {
  const { bankDays, now } = ctx
  return dueOf(status, it.due_at, {
    authorized: () => later(it.date_paym ?? it.created, limits.authorization_ms),
    to_capture: () => bankDays.cutoffAfter(now),
    capture_sent: () => bankDays.bookingAfter(now),
  })
}

function rowOf(ctx: Ctx, it: PaymentLine, auth: Authentication | null): Payment {
  const status = statusOf(it, auth)
  const [paymentCard, paymentSepa] = [idOf(it.card), idOf(it.sepa)]
  return {
    ...whole(ctx, it),
    created: it.created,
    status,
    amount: it.amount,
    authorized: isAccepted(status) ? authorizedOf(it) : null,
    promise: null,
    // Its refunds are counted once they are there.
    refunded: 0n,
    currency: it.currency,
    method: it.method ?? (paymentCard ? 'card' : paymentSepa ? 'sepa' : null),
    methods_allowed: it.methods_allowed ?? null,
    card: paymentCard,
    sepa: paymentSepa,
    customer: idOf(it.customer),
    authentication: auth?.id ?? null,
    payment_intent: it.payment_intent ?? null,
    order_id: it.order_id ?? null,
    unique_id: it.unique_id ?? null,
    description: it.description ?? null,
    return_url: it.return_url ?? null,
    capture: it.capture ?? true,
    response: it.response ?? null,
    response_author: it.response_author ?? null,
    fee: it.fee ?? null,
    date_paym: it.date_paym ?? null,
    date_bank: it.date_bank ?? null,
    date_settlement: it.date_settlement ?? null,
    device: it.device ?? null,
    billing_address: it.billing_address ?? null,
    shipping_address: it.shipping_address ?? null,
    origin: it.origin ?? 1,
    tries: it.tries ?? 0,
    due_at: dueAt(ctx, it, status),
  }
}

interface Books {
  row: Payment
  insert: Insertion[]
  items: readonly SettlementItem[]
}

/** What a bank agreed to, captured, and what it cost, as if it had been here. */
function withBooks(ctx: Ctx, it: Payment, line: PaymentLine): Books {
  const { id: object_id, currency, response, amount, authorized } = it
  const method = it.method ?? 'card'
  const due = isBooked(it) && amount > 0n ? [{ amount, fee: it.fee ?? 0n }] : []
  const agreed_at = it.date_paym ?? it.created
  const agreed = elsewhere(ctx, agreed_at)
  const booked = elsewhere(ctx, onDay(it.date_bank, agreed_at))
  const about = { kind: 'payment', object_id, method, currency } as const
  const { items, insert: paid, vat } = settled(booked, about, due, line)
  if (authorized === null) return { row: it, insert: [], items }

  const told = { object_id, processor: importing, status: 'approved', currency, response } as const
  const asked = settledInstruction(agreed, { ...told, kind: 'authorize', amount: authorized })
  const promise = promised(agreed, { ...it, amount: authorized }, asked.row.id)
  const row: Payment = { ...it, promise: promise.promise }
  const insert = [asked.insert, ...promise.insert]
  if (!isBooked(it)) return { row, insert, items }

  const captured = settledInstruction(booked, { ...told, kind: 'capture', amount })
  const instruction = captured.row.id
  insert.push(
    captured.insert,
    ...ended(booked, row, { instruction, amount, reason: 'capture' }),
    ...feeTransfers(booked, { instruction, fee: due[0]?.fee ?? 0n, currency, vat }),
    ...paid,
  )
  return { row: { ...row, promise: null }, insert, items }
}

/**
 * A payment as it was elsewhere, with its books. What is under way goes on here. Throws Unusable.
 */
export function importPayment(ctx: Ctx, it: PaymentLine): Imported {
  const auth = session(ctx, it)
  const { row, insert, items } = withBooks(ctx, rowOf(ctx, it, auth), it)
  const scope = 'payment.unique_id'
  const { card, sepa, customer, payment_intent } = row
  return imported('payment', row, {
    insert: [
      insertion(tables.payment, row),
      ...(auth ? [insertion(tables.authentication, auth)] : []),
      ...insert,
    ],
    status: row.status,
    claims: row.unique_id ? [{ scope, value: row.unique_id, owner: row.id }] : [],
    names: named({
      customer: [customer],
      card: [card],
      sepa: [sepa],
      payment_intent: [payment_intent],
    }),
    items,
  })
}
