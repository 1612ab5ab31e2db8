import { checkAddresses } from '../addresses/check-addresses.ts'
import { requestedAuthentication } from '../authentications/authentication.ts'
import { type CreateCustomer, planCustomer } from '../customers/create-customer.ts'
import { type Customer, findCustomer } from '../customers/store.ts'
import { newId } from '../kernel/ids.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { wholeSecond } from '../kernel/time.ts'
import { type Claim, joined, type Part } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { type MethodInput, type Tender, tenderOf } from './method.ts'
import { changeOf, type Progress, unmoved } from './progress.ts'
import type { PaymentParts } from './read-payment.ts'
import { findByUniqueId, type Payment } from './store.ts'
import { attach, tenderMethod } from './tender-method.ts'

export type PaymentFields = Pick<
  Payment,
  | 'description'
  | 'order_id'
  | 'methods_allowed'
  | 'return_url'
  | 'device'
  | 'date_settlement'
  | 'billing_address'
  | 'shipping_address'
>

export interface CreatePayment {
  amount: bigint
  currency: Payment['currency']
  capture: boolean
  origin: number
  unique_id?: string | null
  payment_intent?: string | null
  fields: Partial<PaymentFields>
  customer?: string | CreateCustomer | undefined
  method?: MethodInput | undefined
  /** Present: 3-D Secure is asked for, and the browser goes there when it is over. */
  auth?: { return_url: string | null } | undefined
  /** False: the method is kept and waits for a command. */
  decide: boolean
}

const claimOf = (it: Payment): Claim[] =>
  it.unique_id === null ? [] : [{ scope: 'payment.unique_id', value: it.unique_id, owner: it.id }]

async function refuseDuplicate(ctx: Ctx, unique_id: string | null | undefined): Promise<void> {
  const other = unique_id ? await findByUniqueId(ctx, unique_id) : undefined
  if (other) throw new Refusal('duplicate', { kind: 'payment', id: other.id })
}

/**
 * The customer that is named, or the one that is described. Refuses with not_found, duplicate,
 * invalid_request.
 */
export async function customerOf(
  ctx: Ctx,
  input: CreatePayment['customer'],
): Promise<{ customer: Customer | null; part: Part }> {
  if (input === undefined) return { customer: null, part: {} }
  if (typeof input !== 'string') {
    const { result, change } = await planCustomer(ctx, input)
    return { customer: result, part: change ?? {} }
  }
  const customer = await findCustomer(ctx, input)
  if (!customer) throw notFound('customer', input)
  return { customer, part: {} }
}

const draft = (ctx: Ctx, input: CreatePayment, customer: Customer | null): Payment => ({
  account: ctx.account,
  live: ctx.live,
  id: newId('paym'),
  version: 1,
  created: wholeSecond(ctx.now),
  status: 'created',
  amount: input.amount,
  authorized: null,
  promise: null,
  refunded: 0n,
  currency: input.currency,
  method: null,
  methods_allowed: null,
  card: null,
  sepa: null,
  customer: customer?.id ?? null,
  authentication: null,
  payment_intent: input.payment_intent ?? null,
  order_id: null,
  unique_id: input.unique_id ?? null,
  description: null,
  return_url: null,
  capture: input.capture,
  response: null,
  response_author: null,
  fee: null,
  date_paym: null,
  date_bank: null,
  date_settlement: null,
  device: null,
  billing_address: null,
  shipping_address: null,
  origin: input.origin,
  tries: 0,
  due_at: null,
  ...input.fields,
})

function start(ctx: Ctx, payment: Payment, auth: CreatePayment['auth']): Progress {
  if (!auth) return unmoved(payment, null)
  const { return_url } = auth
  const session = requestedAuthentication(ctx, { payment: payment.id, return_url })
  return unmoved({ ...payment, authentication: session.id }, session)
}

function advance(ctx: Ctx, it: Progress, tender: Tender | undefined, decide: boolean): Progress {
  if (!tender) return it
  if (!decide) return attach(ctx, it, tender)
  return tenderMethod(ctx, it, tender, it.payment.capture ? 'capture' : 'authorize')
}

/** The parts as they will be once the Change is true. */
export const partsOf = (
  payment: Payment,
  it: Progress,
  tender: Tender | undefined,
  customer: Customer | null,
): PaymentParts => ({
  payment,
  card: tender?.method === 'card' ? tender.card : null,
  sepa: tender?.method === 'sepa' ? tender.sepa : null,
  customer,
  authentication: it.authentication,
  payout: null,
})

/** Decides a new payment. Refuses as `createPayment`. */
export async function planPayment(ctx: Ctx, input: CreatePayment): Promise<Decision<PaymentParts>> {
  processorOf(ctx)
  const [{ customer, part: customerPart }, tender] = await Promise.all([
    customerOf(ctx, input.customer),
    input.method && tenderOf(ctx, input.method),
    refuseDuplicate(ctx, input.unique_id),
    checkAddresses(ctx, input.fields),
  ])
  const started = start(ctx, draft(ctx, input, customer), input.auth)
  const it = advance(ctx, started, tender, input.decide)
  const { part, payment } = await changeOf(ctx, null, it)
  return {
    change: joined(customerPart, part, { claim: claimOf(payment) }),
    result: partsOf(payment, it, tender, customer),
    done: it.done,
  }
}

/**
 * Makes a payment; with a method, tries it: 3-D Secure first where it was asked for. A decline is
 * an outcome, not a refusal. Refuses with duplicate (unique_id), not_found (customer, card, sepa,
 * address), invalid_request, method_not_allowed_for_currency, test_number_required,
 * processor_not_configured.
 */
export const createPayment = verb(planPayment)
