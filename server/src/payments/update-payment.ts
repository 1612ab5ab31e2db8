import { checkAddresses } from '../addresses/check-addresses.ts'
import { requestedAuthentication } from '../authentications/authentication.ts'
import { findAuthentication } from '../authentications/store.ts'
import { findBankAccounts } from '../bank-accounts/store.ts'
import { findCards } from '../cards/store.ts'
import { findCustomers } from '../customers/store.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { joined } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { captured } from './capture-payment.ts'
import { priced } from './clear-payment.ts'
import { type CreatePayment, customerOf, type PaymentFields } from './create-payment.ts'
import { type MethodInput, type Tender, tenderOf } from './method.ts'
import { isPayable, paymentMachine } from './payment.ts'
import { changeOf, type Progress, unmoved } from './progress.ts'
import { checkPromised } from './promise.ts'
import type { PaymentParts } from './read-payment.ts'
import { findPayment, type Payment } from './store.ts'
import { attach, tenderMethod } from './tender-method.ts'

export interface UpdatePayment {
  id: string
  fields: Partial<PaymentFields & Pick<Payment, 'amount' | 'currency' | 'capture'>>
  customer?: CreatePayment['customer']
  method?: MethodInput | undefined
  auth?: { return_url: string | null } | undefined
  /** What the `status` of a request asks for. */
  command?: 'authorize' | 'capture' | undefined
  /** Whether a method that is given is tried at once; otherwise it waits for a command. */
  decide: boolean
}

const illegal = (payment: Payment, what: string): Refusal =>
  new Refusal('illegal_transition', {
    loc: ['body', '__root__'],
    message: `The ${what} of a payment cannot change once it is ${payment.status}`,
  })

/**
 * Refuses changes that come too late: all after the capture began, the price while or after the
 * bank decides.
 */
function checkFields(payment: Payment, { fields, customer }: UpdatePayment): void {
  const touched = Object.keys(fields).length > 0 || customer !== undefined
  const open = isPayable(payment.status)
  if (touched && !open && paymentMachine[payment.status].cancel === undefined) {
    throw illegal(payment, 'content')
  }
  const { amount, currency } = fields
  if (currency !== undefined && currency !== payment.currency) {
    if (!open || payment.status === 'authenticating') throw illegal(payment, 'currency')
  }
  if (amount === undefined || amount === payment.amount) return
  if (payment.status === 'authenticating') throw illegal(payment, 'amount')
  checkPromised(payment, amount)
}

function withAuth(ctx: Ctx, it: Progress, auth: UpdatePayment['auth']): Progress {
  if (!auth || !isPayable(it.payment.status)) return it
  const { return_url } = auth
  // The payer is at the bank: another session would leave this one without a payment to come back
  // to.
  const waiting = it.payment.status === 'authenticating' ? it.authentication : null
  if (waiting) return { ...it, authentication: { ...waiting, return_url } }
  const authentication = requestedAuthentication(ctx, { payment: it.payment.id, return_url })
  return { ...it, payment: { ...it.payment, authentication: authentication.id }, authentication }
}

const aimOf = (it: Progress, command: UpdatePayment['command']): 'authorize' | 'capture' =>
  command ?? (it.payment.capture ? 'capture' : 'authorize')

/** A command on a payment whose method waits, or on an authorized one. */
async function commanded(
  ctx: Ctx,
  it: Progress,
  command: UpdatePayment['command'],
  tender: Tender | undefined,
): Promise<Progress> {
  const { status, method } = it.payment
  if (!command || (command === 'capture' && status === 'to_capture')) return it
  if (command === 'capture' && status === 'authorized') return captured(ctx, it)
  const kept = method && it.payment[method]
  if (status !== 'created' || !method || !kept) {
    throw new Refusal('illegal_transition', {
      loc: ['body', 'status'],
      message: method
        ? `A ${status} payment cannot ${command}`
        : `A payment without a method cannot ${command}`,
    })
  }
  const given = tender ?? (await tenderOf(ctx, { method, id: kept }))
  return tenderMethod(ctx, it, given, command)
}

async function advance(
  ctx: Ctx,
  it: Progress,
  input: UpdatePayment,
  tender: Tender | undefined,
): Promise<Progress> {
  if (!tender) return commanded(ctx, it, input.command, tender)
  if (!isPayable(it.payment.status)) throw illegal(it.payment, 'method')
  // A command in the same request decides the method; so does 3-D Secure, which must come first.
  if (input.decide || input.command || it.authentication) {
    return tenderMethod(ctx, it, tender, aimOf(it, input.command))
  }
  return attach(ctx, it, tender)
}

async function shown(ctx: Ctx, payment: Payment, it: Progress): Promise<PaymentParts> {
  const [cards, sepas, customers] = await Promise.all([
    findCards(ctx, payment.card ? [payment.card] : []),
    findBankAccounts(ctx, payment.sepa ? [payment.sepa] : []),
    findCustomers(ctx, payment.customer ? [payment.customer] : []),
  ])
  return {
    payment,
    card: cards[0] ?? null,
    sepa: sepas[0] ?? null,
    customer: customers[0] ?? null,
    authentication: it.authentication,
    payout: null,
  }
}

/** Decides an update. Refuses as `updatePayment`. */
export async function planUpdate(ctx: Ctx, input: UpdatePayment): Promise<Decision<PaymentParts>> {
  const payment = await findPayment(ctx, input.id)
  if (!payment) throw notFound('payment', input.id)
  checkFields(payment, input)
  const [session, { customer, part: customerPart }, tender] = await Promise.all([
    payment.authentication ? findAuthentication(ctx, payment.authentication) : undefined,
    customerOf(ctx, input.customer),
    input.method && tenderOf(ctx, input.method),
    checkAddresses(ctx, input.fields),
  ])
  const before = { payment, authentication: session ?? null }
  const { amount = payment.amount, ...fields } = input.fields
  const customerId = customer?.id ?? payment.customer
  const changed = { ...priced(ctx, payment, amount), ...fields, customer: customerId }
  const it = withAuth(ctx, unmoved(changed, before.authentication), input.auth)
  const next = await advance(ctx, it, input, tender)
  const { part, payment: after } = await changeOf(ctx, before, next)
  const result = await shown(ctx, after, next)
  // What was made in this request is not in the database yet.
  if (tender?.method === 'card') result.card = tender.card
  if (tender?.method === 'sepa') result.sepa = tender.sepa
  if (customer) result.customer = customer
  return { change: joined(customerPart, part), result, done: next.done }
}

/**
 * Changes a payment until its capture; a method that is given is tried. Refuses with not_found,
 * illegal_transition, amount_exceeds_authorized, and as `createPayment`.
 */
export const updatePayment = verb(planUpdate)
