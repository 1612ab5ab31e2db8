import { findAuthentication } from '../authentications/store.ts'
import { limits } from '../kernel/limits.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { partsOf } from './create-payment.ts'
import { type MethodInput, tenderOf } from './method.ts'
import { isPayable } from './payment.ts'
import { changeOf, type Progress, unmoved } from './progress.ts'
import type { PaymentParts } from './read-payment.ts'
import { findPayment, type Payment } from './store.ts'
import { tenderMethod } from './tender-method.ts'

export interface PayPayment {
  id: string
  /** What the payer gave; absent: the method that the payment has. */
  method?: MethodInput | undefined
  /** The page that the browser comes back to from the bank. */
  auth_return_url: string
  /** What the payer saw. When it is not so any more, nothing is tried. */
  shown?: Shown | undefined
}

/** The price on the page, and how many tries there were before. */
export interface Shown {
  amount: bigint
  currency: string
  tries: number
}

/** Refuses with conflict what is not as the payer saw it: the price, or another try meanwhile. */
export function checkShown(it: Shown, shown: Shown | undefined): void {
  if (!shown) return
  const { amount, currency, tries } = shown
  if (amount !== it.amount || currency !== it.currency || tries !== it.tries) {
    throw new Refusal('conflict')
  }
}

function methodOf(payment: Payment, given: MethodInput | undefined): MethodInput {
  const kept = payment.method && payment[payment.method]
  if (given) return given
  if (payment.method && kept) return { method: payment.method, id: kept }
  throw new Refusal('invalid_request', {
    loc: ['body', 'card'],
    message: 'The payment has no method to pay with',
  })
}

/** Decides a try of the payer. Refuses as `payPayment`. */
export async function planPay(ctx: Ctx, input: PayPayment): Promise<Decision<PaymentParts>> {
  const payment = await findPayment(ctx, input.id)
  if (!payment) throw notFound('payment', input.id)
  if (!isPayable(payment.status) || payment.tries >= limits.attempts_max) {
    throw new Refusal('illegal_transition', {
      loc: ['body', '__root__'],
      message: `A ${payment.status} payment cannot be paid`,
    })
  }
  checkShown(payment, input.shown)
  const [session, tender] = await Promise.all([
    payment.authentication ? findAuthentication(ctx, payment.authentication) : undefined,
    tenderOf(ctx, methodOf(payment, input.method)),
  ])
  const before = { payment, authentication: session ?? null }
  // The page takes the place of the merchant's address for the way back from the bank.
  const waiting: Progress = unmoved(
    payment,
    session ? { ...session, return_url: input.auth_return_url } : null,
  )
  const it = tenderMethod(ctx, waiting, tender, payment.capture ? 'capture' : 'authorize')
  const { part, payment: after } = await changeOf(ctx, before, it)
  return { change: part, result: partsOf(after, it, tender, null), done: it.done }
}

/**
 * One try of the payer on the page. An earlier try that waits for the bank is given up. A payment
 * is paid once, however many pages are open. Refuses with not_found, illegal_transition, conflict,
 * and as the creation of a payment.
 */
export const payPayment = verb(planPay)
