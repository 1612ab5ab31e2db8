import { Refusal } from '../kernel/problem.ts'
import { planCancel } from '../payments/cancel-payment.ts'
import { joined, move, type Part } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { readStanPayment, type StanParts } from './read-payment.ts'
import { isOpen, statusOf } from './status.ts'
import { type StanPayment, stanPayments } from './store.ts'

/** A payment that ends unpaid, with the core's: who pays at the same instant meets this. */
export async function ended(
  ctx: Ctx,
  before: StanPayment,
  how: NonNullable<StanPayment['ended']>,
): Promise<{ part: Part; parts: StanParts }> {
  const { change, result: payment } = await planCancel(ctx, { id: before.payment })
  const stan = { ...before, ended: how, due_at: null, version: before.version + 1 }
  return {
    part: joined(change ?? {}, { move: [move(stanPayments, before, stan)] }),
    parts: { stan, payment },
  }
}

async function plan(ctx: Ctx, { id }: { id: string }): Promise<Decision<StanParts>> {
  const { stan, payment } = await readStanPayment(ctx, id)
  const status = statusOf(stan, payment)
  if (status === 'payment_cancelled') return { result: { stan, payment } }
  if (!isOpen(status)) {
    throw new Refusal('illegal_transition', { message: `A payment in ${status} stays as it is` })
  }
  const { part, parts } = await ended(ctx, stan, 'canceled')
  return { change: part, result: parts }
}

/**
 * The payer gives up: no money is taken any more, also not by a page that is still open elsewhere.
 * Refuses with not_found, illegal_transition once it is paid, failed or expired.
 */
export const cancelStanPayment = verb(plan)
