import { type AuthenticationAction, isOpen, walked } from '../authentications/authentication.ts'
import { authenticationPart } from '../authentications/authentication-part.ts'
import { findAuthentication } from '../authentications/store.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { Secret } from '../kernel/secret.ts'
import type { Part } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { keptTender } from './method.ts'
import { changeOf, type Progress, unmoved, walk } from './progress.ts'
import { findPayment, type Payment } from './store.ts'
import { authorize } from './tender-method.ts'

export interface SettleAuthentication {
  /** The session. */
  id: string
  result: Extract<AuthenticationAction, 'succeed' | 'decline' | 'fail' | 'expire'>
  /** Said in the session, for the merchant. */
  message?: string
  /** The test bank lets a session run out before its time. */
  early?: boolean
}

interface Asked extends SettleAuthentication {
  cvc: Secret<string> | null
  /** The payment came too late: its intent was paid otherwise, or has changed. */
  late?: boolean
}

/** Declined: the bank was not satisfied with who pays, its code for that is A1. */
const authenticationRequired = 'A1'

async function settled(ctx: Ctx, it: Progress, { result, cvc, late }: Asked): Promise<Progress> {
  const { payment } = it
  switch (result) {
    case 'succeed': {
      const tender = await keptTender(ctx, { method: 'card', id: payment.card ?? '' })
      if (tender.method === 'card') tender.cvc = cvc
      return authorize(ctx, it, tender, payment.capture ? 'capture' : 'authorize')
    }
    case 'decline':
      return walk(it, 'refuse', { response: authenticationRequired }, {})
    case 'fail':
      if (late) return walk(it, 'cancel', {}, {})
      return walk(it, 'fail', {}, {})
    case 'expire':
      return walk(it, 'lapse', {}, {})
  }
}

/** The end of a session whose time is over; undefined before it, or when it ended otherwise. */
export async function dueAuthentication(
  ctx: Ctx,
  session: { id: string },
): Promise<Part | undefined> {
  // The code of the card is wiped.
  ctx.cvcs.take(session.id, ctx.now)
  return (await plan(ctx, { id: session.id, result: 'expire', cvc: null })).change
}

async function plan(ctx: Ctx, input: Asked): Promise<Decision<Payment>> {
  const session = await findAuthentication(ctx, input.id)
  const payment = session && (await findPayment(ctx, session.payment))
  if (!session || !payment) throw notFound('payment', input.id)
  const waits = session.status === 'available' || session.status === 'attempted'
  const due = input.early || (session.due_at !== null && session.due_at <= ctx.now)
  if (input.result === 'expire' ? !due : !isOpen(session, ctx.now)) return { result: payment }
  const { message = session.message } = input
  const authentication = { ...walked(session, input.result), message }
  // A session that still waits for a card, or whose payment went another way, ends alone.
  if (!waits || payment.status !== 'authenticating' || payment.authentication !== session.id) {
    return { change: authenticationPart(session, authentication), result: payment }
  }
  const it = await settled(ctx, unmoved(payment, authentication), input)
  const { part, payment: after } = await changeOf(ctx, { payment, authentication: session }, it)
  return { change: part, result: after }
}

/**
 * The one door by which the end of a 3-D Secure session reaches its payment: success asks the bank
 * for the money, a decline refuses it, a failure fails it, the end of its time gives it back to the
 * payer undecided. A success that comes too late for its intent cancels the payment instead. What
 * is over stays over: a second answer changes nothing. The code of the card is wiped in each case.
 */
export async function settleAuthentication(
  ctx: Ctx,
  input: SettleAuthentication,
): Promise<Payment> {
  // Once, before the decision, which may be repeated.
  const code = ctx.cvcs.take(input.id, ctx.now)
  const cvc = code === null ? null : new Secret(code)
  try {
    return await settle(ctx, { ...input, cvc })
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'illegal_transition') throw error
    const message = 'The intent was paid by another try, or changed meanwhile'
    return settle(ctx, { id: input.id, result: 'fail', message, cvc: null, late: true })
  }
}

const settle = verb(plan)
