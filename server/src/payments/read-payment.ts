import { type Authentication, findAuthentications } from '../authentications/store.ts'
import { type BankAccount, findBankAccounts } from '../bank-accounts/store.ts'
import { type Card, findCards } from '../cards/store.ts'
import { type Customer, findCustomers } from '../customers/store.ts'
import { notFound } from '../kernel/problem.ts'
import type { Reader } from '../platform/context.ts'
import { findPayoutsOf } from '../settlements/store.ts'
import { isBooked } from './payment.ts'
import { findPayment, type Payment } from './store.ts'

/** A payment with the objects that it names, as every dialect shows it. */
export interface PaymentParts {
  payment: Payment
  card: Card | null
  sepa: BankAccount | null
  customer: Customer | null
  authentication: Authentication | null
  /** The payout that it is in. */
  payout: string | null
}

const named = (ids: readonly (string | null)[]): string[] => [
  ...new Set(ids.filter((id) => id !== null)),
]

/**
 * The payments with what they name: at most one read of each kind, however many they are. `known`:
 * rows by id that are not read, as they are about to be written; by the payment's id the line that
 * it is booked by, which is in no payout yet.
 */
export async function completePayments(
  ctx: Reader,
  rows: readonly Payment[],
  known: ReadonlyMap<string, object> = new Map(),
): Promise<PaymentParts[]> {
  const read = async <T extends { id: string }>(
    find: (ctx: Reader, ids: readonly string[]) => Promise<T[]>,
    ids: readonly (string | null)[],
  ): Promise<T[]> => {
    const all = named(ids)
    const found = await find(
      ctx,
      all.filter((id) => !known.has(id)),
    )
    return [...found, ...all.flatMap((id) => (known.get(id) as T | undefined) ?? [])]
  }
  const [cards, sepas, customers, authentications, payouts] = await Promise.all([
    read(
      findCards,
      rows.map((it) => it.card),
    ),
    read(
      findBankAccounts,
      rows.map((it) => it.sepa),
    ),
    read(
      findCustomers,
      rows.map((it) => it.customer),
    ),
    read(
      findAuthentications,
      rows.map((it) => it.authentication),
    ),
    findPayoutsOf(
      ctx,
      rows.filter((it) => isBooked(it) && !known.has(it.id)).map((it) => it.id),
    ),
  ])
  const byId = <T extends { id: string }>(list: readonly T[]) =>
    new Map(list.map((it) => [it.id, it]))
  const [card, sepa, customer, authentication] = [
    byId(cards),
    byId(sepas),
    byId(customers),
    byId(authentications),
  ]
  return rows.map((payment) => ({
    payment,
    card: card.get(payment.card ?? '') ?? null,
    sepa: sepa.get(payment.sepa ?? '') ?? null,
    customer: customer.get(payment.customer ?? '') ?? null,
    authentication: authentication.get(payment.authentication ?? '') ?? null,
    payout: payouts.get(payment.id) ?? null,
  }))
}

/** Refuses with not_found. */
export async function readPayment(ctx: Reader, id: string): Promise<PaymentParts> {
  const payment = await findPayment(ctx, id)
  if (!payment) throw notFound('payment', id)
  const [parts] = await completePayments(ctx, [payment])
  return parts as PaymentParts
}
