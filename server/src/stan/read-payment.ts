import { assert } from '../kernel/assert.ts'
import { notFound } from '../kernel/problem.ts'
import { findPayment, findPayments, type Payment } from '../payments/store.ts'
import type { Context, Reader } from '../platform/context.ts'
import { findStanPayment, type StanPayment } from './store.ts'

/** A payment of Stan with the core's behind it. */
export interface StanParts {
  stan: StanPayment
  payment: Payment
}

/** Payments with those behind them: one read, however many they are. */
export async function completeStanPayments(
  ctx: Reader,
  rows: readonly StanPayment[],
): Promise<StanParts[]> {
  const found = await findPayments(
    ctx,
    rows.map((it) => it.payment),
  )
  const byId = new Map(found.map((it) => [it.id, it]))
  return rows.map((stan) => {
    const payment = byId.get(stan.payment)
    assert(payment, 'a payment of Stan has one of the core')
    return { stan, payment }
  })
}

/** Refuses with not_found. */
export async function readStanPayment(ctx: Context, id: string): Promise<StanParts> {
  const stan = await findStanPayment(ctx, id)
  if (!stan) throw notFound('payment', id)
  const payment = await findPayment(ctx, stan.payment)
  assert(payment, 'a payment of Stan has one of the core')
  return { stan, payment }
}
