import { isOpen } from '../../authentications/authentication.ts'
import { type Authentication, findAuthentications } from '../../authentications/store.ts'
import { findBankAccounts } from '../../bank-accounts/store.ts'
import { findCards } from '../../cards/store.ts'
import { isPayable as isIntentPayable } from '../../intents/intent.ts'
import { payIntent } from '../../intents/pay-intent.ts'
import type { Intent } from '../../intents/store.ts'
import { limits } from '../../kernel/limits.ts'
import type { MethodInput } from '../../payments/method.ts'
import { payPayment } from '../../payments/pay-payment.ts'
import { isAccepted, isPayable } from '../../payments/payment.ts'
import type { PaymentParts } from '../../payments/read-payment.ts'
import { findPayment, listPayments, type Payment } from '../../payments/store.ts'
import type { Ctx } from '../../processors/ctx.ts'
import type { Method, Order, SavedMethod } from './page-model.ts'
import { type RefusalReason, refusalReason } from './refusal.ts'

/** Where a payment or an intent stands, as far as the payer can see. */
export type Phase =
  | { at: 'open'; refusal: RefusalReason | null }
  /** The payer was sent to the bank and has not come back. */
  | { at: 'bank'; authentication: Authentication }
  | { at: 'paid' }
  | { at: 'refused'; refusal: RefusalReason | null }
  | { at: 'canceled' | 'expired' | 'refunded' }

/** What a page is about: a payment or an intent, which differ in nothing that the payer sees. */
export interface Payable {
  ctx: Ctx
  id: string
  order: Order
  methods: Method[]
  saved: SavedMethod | null
  phase: Phase
  tries: number
  bank: 'passed' | 'failed' | null
  pay(given: MethodInput | undefined, auth_return_url: string): Promise<PaymentParts>
  /** The payer gives up for good; where they go then. Absent: they may only leave. */
  cancel?(): Promise<string>
}

export const canceledByPayer = 'Canceled by the payer'

/** Why the last try failed, from the bank's code or from the session that it ended in. */
function reasonOf(payment: Payment, session: Authentication | undefined): RefusalReason {
  if (session?.status === 'declined') {
    return session.message === canceledByPayer ? 'verification_canceled' : 'verification_failed'
  }
  if (session?.status === 'failed') return 'technical'
  return refusalReason(payment.response)
}

function phaseOf(
  ctx: Ctx,
  payment: Payment | undefined,
  session: Authentication | undefined,
): Phase {
  if (!payment) return { at: 'open', refusal: null }
  if (isAccepted(payment.status)) return { at: 'paid' }
  switch (payment.status) {
    case 'canceled':
    case 'expired':
      return { at: payment.status }
    case 'authenticating':
      return session && isOpen(session, ctx.now)
        ? { at: 'bank', authentication: session }
        : { at: 'open', refusal: 'verification_expired' }
    case 'refused':
    case 'failed':
      return { at: 'open', refusal: reasonOf(payment, session) }
    default:
      return {
        at: 'open',
        // A session without a token ended before the payer had seen it.
        refusal: session?.token && session.status === 'expired' ? 'verification_expired' : null,
      }
  }
}

const bankOf = (session: Authentication | undefined): Payable['bank'] => {
  if (!session?.token) return null
  if (session.status === 'success') return 'passed'
  return ['declined', 'failed', 'expired'].includes(session.status) ? 'failed' : null
}

function methodsOf(ctx: Ctx, it: Pick<Payment, 'methods_allowed' | 'currency'>): Method[] {
  const processor = ctx.live ? ctx.processors.live : ctx.processors.test
  const allowed = it.methods_allowed ?? (['card', 'sepa'] as const)
  return allowed.filter((method) => processor?.capabilities[method].includes(it.currency))
}

async function savedOf(
  ctx: Ctx,
  it: { card: string | null; sepa: string | null },
): Promise<SavedMethod | null> {
  const [[card], [sepa]] = await Promise.all([
    findCards(ctx, it.card ? [it.card] : []),
    findBankAccounts(ctx, it.sepa ? [it.sepa] : []),
  ])
  if (card && !card.deleted) {
    const { brand, last4, exp_month, exp_year } = card
    return { kind: 'card', brand, last4, exp_month, exp_year }
  }
  return sepa && !sepa.deleted ? { kind: 'sepa', holder: sepa.name, last4: sepa.last4 } : null
}

async function sessionOf(ctx: Ctx, payment: Payment | undefined) {
  const ids = payment?.authentication ? [payment.authentication] : []
  const [session] = await findAuthentications(ctx, ids)
  return session
}

const orderOf = (
  it: Pick<Payment, 'live' | 'amount' | 'currency' | 'description' | 'order_id' | 'return_url'>,
  merchant: string,
  payment_status: string | null,
): Order => ({
  live: it.live,
  merchant,
  amount: it.amount,
  currency: it.currency,
  description: it.description,
  order_id: it.order_id,
  return_url: it.return_url,
  payment_status,
})

const shownStatus = (payment: Payment | undefined): string | null =>
  !payment || payment.status === 'created' || payment.status === 'authenticating'
    ? null
    : payment.status

/** After the last try nothing is open any more. */
const bounded = (phase: Phase, tries: number): Phase =>
  phase.at === 'open' && tries >= limits.attempts_max
    ? { at: 'refused', refusal: phase.refusal }
    : phase

export async function payableOfPayment(
  ctx: Ctx,
  payment: Payment,
  merchant: string,
): Promise<Payable> {
  const session = await sessionOf(ctx, payment)
  const phase = phaseOf(ctx, payment, session)
  // A method that a try used is the payer's to choose again; one that the merchant gave waits to
  // be confirmed.
  const given = payment.status === 'created' && payment.tries === 0
  return {
    ctx,
    id: payment.id,
    order: orderOf(payment, merchant, shownStatus(payment)),
    methods: methodsOf(ctx, payment),
    saved: given ? await savedOf(ctx, payment) : null,
    phase: bounded(phase, payment.tries),
    tries: payment.tries,
    bank: isPayable(payment.status) || isAccepted(payment.status) ? bankOf(session) : null,
    pay: (method, auth_return_url) =>
      payPayment(ctx, { id: payment.id, method, auth_return_url, shown: payment }),
  }
}

/**
 * The payment that an intent's page tells of: the one that paid it, else the last try. One at
 * another price is nothing to go on with: a success of it would be refused.
 */
async function currentPayment(ctx: Ctx, intent: Intent): Promise<Payment | undefined> {
  if (intent.payment) return findPayment(ctx, intent.payment)
  const { rows } = await listPayments(ctx, { payment_intent: intent.id, limit: 1 })
  return rows.find((it) => it.amount === intent.amount && it.currency === intent.currency)
}

async function intentPhase(
  ctx: Ctx,
  intent: Intent,
  last: Payment | undefined,
  session: Authentication | undefined,
): Promise<Phase> {
  if (intent.status === 'authorized' || intent.status === 'captured') return { at: 'paid' }
  if (intent.status === 'canceled') return { at: 'canceled' }
  const phase = phaseOf(ctx, last, session)
  const refusal = phase.at === 'open' ? phase.refusal : null
  if (!isIntentPayable(intent.status)) return { at: 'refused', refusal }
  return phase.at === 'bank' ? phase : { at: 'open', refusal }
}

export async function payableOfIntent(
  ctx: Ctx,
  intent: Intent,
  merchant: string,
): Promise<Payable> {
  const last = await currentPayment(ctx, intent)
  const session = await sessionOf(ctx, last)
  return {
    ctx,
    id: intent.id,
    order: orderOf(intent, merchant, shownStatus(last)),
    methods: methodsOf(ctx, intent),
    saved: isIntentPayable(intent.status) ? await savedOf(ctx, intent) : null,
    phase: bounded(await intentPhase(ctx, intent, last, session), intent.tries),
    tries: intent.tries,
    bank: bankOf(session),
    pay: (method, auth_return_url) =>
      payIntent(ctx, { id: intent.id, method, auth_return_url, shown: intent }),
  }
}
