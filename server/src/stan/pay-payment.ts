import { Refusal } from '../kernel/problem.ts'
import { type PayPayment, planPay } from '../payments/pay-payment.ts'
import type { PaymentParts } from '../payments/read-payment.ts'
import { joined, move } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { isOver } from './open-payment.ts'
import { readStanPayment } from './read-payment.ts'
import { isOpen, statusOf } from './status.ts'
import { stanPayments } from './store.ts'

async function plan(ctx: Ctx, { id, ...input }: PayPayment): Promise<Decision<PaymentParts>> {
  const { stan, payment } = await readStanPayment(ctx, id)
  const status = statusOf(stan, payment)
  if (!isOpen(status) || isOver(stan, ctx.now)) {
    throw new Refusal('illegal_transition', { message: `A payment in ${status} takes no money` })
  }
  const paid = await planPay(ctx, { ...input, id: payment.id })
  if (stan.opened_at) return paid
  const opened = { move: [move(stanPayments, stan, { ...stan, opened_at: ctx.now })] }
  return { ...paid, change: joined(paid.change ?? {}, opened) }
}

/**
 * One try of the payer on the page. Where the core lets them try again, a payment of Stan that
 * failed is over, as is one whose time has passed. Who pays has seen it, whatever their browser
 * told. Refuses as the core's.
 */
export const payStanPayment = verb(plan)
