import { Refusal } from '../kernel/problem.ts'
import { joined, move, type Part } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { planRefund } from '../refunds/create-refund.ts'
import { bookedAt } from './create-refund.ts'
import { readStanPayment } from './read-payment.ts'
import { type StanRefund, stanPayments, stanRefunds } from './store.ts'

/** The core's refund. Undefined when the core says no: the payment was given back otherwise. */
async function refunded(ctx: Ctx, payment: string, amount: bigint) {
  try {
    return await planRefund(ctx, { payment, amount })
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}

/**
 * What becomes of a refund that waited for its payment to be booked: it is made, or it fails for
 * good where the payment was contested or given back meanwhile. Undefined before its time.
 */
export async function dueStanRefund(ctx: Ctx, it: StanRefund): Promise<Part | undefined> {
  if (!it.due_at || it.due_at > ctx.now) return undefined
  const { stan, payment } = await readStanPayment(ctx, it.payment)
  const due_at = bookedAt(ctx, payment)
  if (due_at) return { move: [move(stanRefunds, it, { ...it, due_at })] }
  const made = await refunded(ctx, payment.id, it.amount)
  const refund = made?.result.id ?? null
  const left = stan.refunds_waiting - it.amount
  return joined(made?.change ?? {}, {
    move: [
      move(stanRefunds, it, { ...it, refund, due_at: null }),
      move(stanPayments, stan, { ...stan, refunds_waiting: left }),
    ],
  })
}
