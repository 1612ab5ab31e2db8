import { move } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { readStanPayment, type StanParts } from './read-payment.ts'
import { statusOf } from './status.ts'
import { stanPayments } from './store.ts'

async function plan(ctx: Ctx, { id }: { id: string }): Promise<Decision<StanParts>> {
  const { stan, payment } = await readStanPayment(ctx, id)
  const waits = statusOf(stan, payment) === 'payment_prepared' && !isOver(stan, ctx.now)
  if (!waits) return { result: { stan, payment } }
  const after = { ...stan, opened_at: ctx.now, version: stan.version + 1 }
  return {
    change: { move: [move(stanPayments, stan, after)] },
    result: { stan: after, payment },
  }
}

/**
 * The payer sees the page: what was prepared is pending from now on. Nothing else changes, however
 * often it is opened. Refuses with not_found.
 */
export const openPayment = verb(plan)

/** Whether its time is over, also when nobody has written that down yet. Pure. */
export const isOver = ({ due_at }: { due_at: Date | null }, now: Date): boolean =>
  due_at !== null && due_at <= now
