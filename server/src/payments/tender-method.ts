import { offered, requestedAuthentication, walked } from '../authentications/authentication.ts'
import type { Authentication } from '../authentications/store.ts'
import { newId } from '../kernel/ids.ts'
import { joined } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { type CardAuthorization, isChallenged } from '../processors/processor.ts'
import { checkMethod, type Tender } from './method.ts'
import { type Progress, walk } from './progress.ts'
import { type Asked, settleAuthorization } from './settle-authorization.ts'

/** Puts the method on the payment, undecided. Refuses a method that the payment does not take. */
export function attach(ctx: Ctx, it: Progress, tender: Tender): Progress {
  checkMethod(ctx, it.payment, tender.method)
  const card = tender.method === 'card' ? tender.card.id : null
  const sepa = tender.method === 'sepa' ? tender.sepa.id : null
  return {
    ...it,
    payment: { ...it.payment, method: tender.method, card, sepa },
    part: joined(it.part, tender.part),
  }
}

type CardTender = Extract<Tender, { method: 'card' }>

/**
 * A session that can be used for this card: the waiting one, or a new one when an earlier try used
 * it up.
 */
const fresh = (ctx: Ctx, it: Authentication): Authentication =>
  it.status === 'requested'
    ? it
    : requestedAuthentication(ctx, { payment: it.payment, return_url: it.return_url })

/**
 * 3-D Secure for this card: either the payer must go to the bank first, and the payment waits; or
 * the card takes no part in it, and the session says so.
 */
function authenticate(
  ctx: Ctx,
  it: Progress,
  tender: CardTender,
  session: Authentication,
): { waiting: boolean; it: Progress } {
  const enrolment = processorOf(ctx).enrolment(tender.number)
  // Without an address of its own the session leads back to where the payment does.
  const return_url = session.return_url ?? it.payment.return_url
  const requested = { ...fresh(ctx, session), return_url }
  if (isChallenged(enrolment)) {
    const authentication = offered(ctx, requested)
    const { id, due_at } = authentication
    const { cvc } = tender
    const done = cvc ? () => ctx.cvcs.hold(id, cvc.reveal(), due_at as Date) : undefined
    const values = { authentication: id, tries: it.payment.tries + 1 }
    const next = walk(it, 'authenticate', values, {})
    return { waiting: true, it: { ...next, authentication, done } }
  }
  const authentication = walked(requested, enrolment === 'not_required' ? 'succeed' : 'skip')
  const payment = { ...it.payment, authentication: authentication.id }
  return { waiting: false, it: { ...it, payment, authentication } }
}

/** Asks the processor of this mode, which answers within the decision, and settles. */
export function authorize(ctx: Ctx, it: Progress, tender: Tender, aim: Asked['aim']): Progress {
  const { payment } = it
  const processor = processorOf(ctx)
  const id = newId('inst')
  const asked: Asked = { instruction: id, processor: processor.name, aim }
  const { account, amount, currency } = payment
  const about = { id, account, amount, currency, now: ctx.now }
  if (tender.method === 'sepa') {
    const { name, mandate, date_mandate } = tender.sepa
    const debit = { ...about, iban: tender.iban, name, mandate, date_mandate }
    return settleAuthorization(ctx, it, processor.debitAccount(debit), asked)
  }
  const authentication: CardAuthorization['authentication'] =
    it.authentication?.status === 'success' ? { status: 'success' } : null
  const { exp_month, exp_year } = tender.card
  const card = { number: tender.number, cvc: tender.cvc, exp_month, exp_year, authentication }
  return settleAuthorization(ctx, it, processor.authorizeCard({ ...about, ...card }), asked)
}

/** Tries the method: 3-D Secure first where it was asked for, else the bank at once. */
export function tenderMethod(ctx: Ctx, it: Progress, tender: Tender, aim: Asked['aim']): Progress {
  const attached = attach(ctx, it, tender)
  if (tender.method === 'card' && attached.authentication) {
    const { waiting, it: next } = authenticate(ctx, attached, tender, attached.authentication)
    return waiting ? next : authorize(ctx, next, tender, aim)
  }
  return authorize(ctx, attached, tender, aim)
}
