import type { AuthOut } from '@obole/contract/v2/authentications.js'
import type {
  operations,
  PaymentIn,
  PaymentOut,
  PaymentPatch,
} from '@obole/contract/v2/payments.js'
import type { Authentication } from '../../authentications/store.ts'
import { listDisputes } from '../../disputes/store.ts'
import { notFound, Refusal } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { capturePayment } from '../../payments/capture-payment.ts'
import { createPayment, type PaymentFields } from '../../payments/create-payment.ts'
import type { MethodInput } from '../../payments/method.ts'
import { completePayments, type PaymentParts, readPayment } from '../../payments/read-payment.ts'
import { findPayment, listPayments, type Payment } from '../../payments/store.ts'
import { updatePayment } from '../../payments/update-payment.ts'
import type { Reader } from '../../platform/context.ts'
import type { Origins } from '../../platform/origins.ts'
import { createRefund } from '../../refunds/create-refund.ts'
import { findRefundsOf } from '../../refunds/store.ts'
import { type CallOf, type Handlers, reading } from '../operation-route.ts'
import { apiOrigin, deviceView, publicStatus, redirectUrl } from '../payment-view.ts'
import { cardInput, cardView } from './cards.ts'
import { customerView } from './customers.ts'
import { disputeViews } from './disputes.ts'
import { rangeOf } from './list.ts'
import { foundIntent } from './payment-intents.ts'
import { refundView, refundViews } from './refunds.ts'
import { sepaInput, sepaView } from './sepa.ts'

const authView = (it: Authentication, origins: Origins): AuthOut => ({
  device: null,
  message: it.message,
  redirect_url: redirectUrl(it, origins, 'v2'),
  return_url: it.return_url,
  status: it.status,
  uuid: it.id,
})

export function paymentView(parts: PaymentParts, origins: Origins): PaymentOut {
  const { payment: it, card, sepa, customer, authentication } = parts
  return {
    id: it.id,
    amount: it.amount,
    auth: authentication && authView(authentication, origins),
    capture: it.capture,
    card: card && cardView(card),
    created: unixSeconds(it.created),
    currency: it.currency as PaymentOut['currency'],
    customer: customer && customerView(customer),
    date_bank: it.date_bank,
    date_paym: it.date_paym && unixSeconds(it.date_paym),
    date_settlement: it.date_settlement,
    description: it.description,
    device: deviceView(it.device),
    fee: it.fee,
    method: it.method,
    methods_allowed: it.methods_allowed,
    order_id: it.order_id,
    origin: it.origin,
    payment_intent: it.payment_intent,
    payout: parts.payout,
    response: it.response,
    response_author: it.response_author,
    return_url: it.return_url,
    sepa: sepa && sepaView(sepa),
    status: publicStatus(it),
    unique_id: it.unique_id,
    billing_address: it.billing_address,
    shipping_address: it.shipping_address,
  }
}

/** The method of a request. Refuses more than one, and a wallet: none can be opened here. */
function methodInput({ card, sepa, wallet }: PaymentPatch | PaymentIn): MethodInput | undefined {
  const refuse = (member: string, message: string): Refusal =>
    new Refusal('invalid_request', { loc: ['body', member], message })
  if (wallet) throw refuse('wallet', 'Wallets need a configured processor; none is set up here')
  if (card !== undefined && sepa !== undefined) {
    throw refuse('sepa', 'A payment takes a card or a sepa, not both')
  }
  if (typeof card === 'string') return { method: 'card', id: card }
  if (card) {
    const cvc = card.cvc === undefined ? null : new Secret(card.cvc)
    return { method: 'card', given: cardInput(card, 'body', 'card'), cvc }
  }
  if (typeof sepa === 'string') return { method: 'sepa', id: sepa }
  return sepa && { method: 'sepa', given: sepaInput(sepa, 'body', 'sepa') }
}

/** 3-D Secure as asked for: its own return address, or the payment's. */
function authInput(body: PaymentPatch | PaymentIn) {
  const { auth } = body
  if (auth === undefined) return undefined
  const own = auth === true ? undefined : auth.return_url
  return { return_url: own ?? body.return_url ?? null }
}

const fieldNames = [
  'description',
  'order_id',
  'methods_allowed',
  'return_url',
  'device',
  'date_settlement',
  'billing_address',
  'shipping_address',
] as const

/** The members that the payment keeps as they are. */
function fieldsOf(body: PaymentPatch | PaymentIn): Partial<PaymentFields> {
  const fields: Record<string, unknown> = {}
  for (const name of fieldNames) if (body[name] !== undefined) fields[name] = body[name]
  const { auth } = body
  if (typeof auth === 'object' && auth.device && !body.device) fields.device = auth.device
  return fields
}

const customerInput = (customer: PaymentIn['customer']) =>
  typeof customer === 'object' ? { ...customer, unique: 'external_id' as const } : customer

async function update({ ctx, params, body, origins }: CallOf<(typeof operations)[3]>) {
  const { amount, currency, capture, status } = body
  const price = { amount, currency, capture }
  for (const name of ['amount', 'currency', 'capture'] as const) {
    if (price[name] === undefined) delete price[name]
  }
  const parts = await updatePayment(ctx, {
    id: params.id,
    fields: { ...fieldsOf(body), ...(price as Partial<Payment>) },
    customer: customerInput(body.customer),
    method: methodInput(body),
    auth: authInput(body),
    command: status,
    decide: true,
  })
  return paymentView(parts, origins)
}

async function create({ ctx, body, origins }: CallOf<(typeof operations)[1]>) {
  const parts = await createPayment(ctx, {
    amount: body.amount,
    currency: body.currency,
    capture: body.capture,
    origin: apiOrigin,
    unique_id: body.unique_id ?? null,
    fields: fieldsOf(body),
    customer: customerInput(body.customer),
    method: methodInput(body),
    auth: authInput(body),
    decide: true,
  })
  return paymentView(parts, origins)
}

async function found(ctx: Reader, id: string): Promise<Payment> {
  const payment = await findPayment(ctx, id)
  if (!payment) throw notFound('payment', id)
  return payment
}

export const paymentHandlers: Handlers<typeof operations> = {
  'list-payments': reading(async ({ ctx, query, origins }) => {
    const page = await listPayments(ctx, query)
    const parts = await completePayments(ctx, page.rows)
    return { range: rangeOf(page), payments: parts.map((it) => paymentView(it, origins)) }
  }),
  'create-payment': create,
  'read-payment': reading(async ({ ctx, params, origins }) =>
    paymentView(await readPayment(ctx, params.id), origins),
  ),
  'update-payment': update,
  'capture-payment': async ({ ctx, params, body, origins }) => {
    const payment = await capturePayment(ctx, { ...params, amount: body?.amount })
    const [parts] = await completePayments(ctx, [payment])
    return paymentView(parts as PaymentParts, origins)
  },
  'refund-payment': async ({ ctx, params, body }) =>
    refundView(await createRefund(ctx, { payment: params.id, amount: body?.amount })),
  'list-payment-refunds': reading(async ({ ctx, params }) => {
    await found(ctx, params.id)
    return refundViews(ctx, await findRefundsOf(ctx, [params.id]))
  }),
  'list-payment-disputes': reading(async ({ ctx, params }) => {
    await found(ctx, params.id)
    const page = await listDisputes(ctx, { payment: params.id, order: 'asc', limit: 100 })
    return disputeViews(ctx, page.rows)
  }),
  'list-payment-intent-payments': reading(async ({ ctx, params, query, origins }) => {
    await foundIntent(ctx, params.id)
    const page = await listPayments(ctx, { ...query, payment_intent: params.id })
    const parts = await completePayments(ctx, page.rows)
    return { range: rangeOf(page), payments: parts.map((it) => paymentView(it, origins)) }
  }),
}
