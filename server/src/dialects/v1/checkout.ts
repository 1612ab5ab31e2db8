import type {
  operations,
  PaymentIn,
  PaymentOut,
  PaymentPatch,
} from '@obole/contract/v1/checkout.js'
import { notFound, Refusal } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { capturePayment } from '../../payments/capture-payment.ts'
import { createPayment, type PaymentFields } from '../../payments/create-payment.ts'
import type { MethodInput } from '../../payments/method.ts'
import { completePayments, type PaymentParts, readPayment } from '../../payments/read-payment.ts'
import { listPayments, type Payment } from '../../payments/store.ts'
import { updatePayment } from '../../payments/update-payment.ts'
import type { Reader } from '../../platform/context.ts'
import type { Origins } from '../../platform/origins.ts'
import { findRefundsOf, type Refund } from '../../refunds/store.ts'
import { type CallOf, type Handlers, reading } from '../operation-route.ts'
import { apiOrigin, deviceView, publicStatus, redirectUrl } from '../payment-view.ts'
import { cardInput, cardView } from './cards.ts'
import { customerView } from './customers.ts'
import { rangeOf } from './list.ts'
import { refundView } from './refunds.ts'
import { sepaInput, sepaView } from './sepa.ts'

type Body = PaymentIn | PaymentPatch

function paymentView(
  parts: PaymentParts,
  refunds: readonly Refund[],
  origins: Origins,
): PaymentOut {
  const { payment: it, card, sepa, customer, authentication } = parts
  return {
    amount: it.amount,
    auth: authentication && {
      redirect_url: redirectUrl(authentication, origins, 'v1'),
      return_url: authentication.return_url,
      status: authentication.status,
    },
    capture: it.capture,
    card: card && cardView(card),
    country: card?.country ?? sepa?.country ?? null,
    created: unixSeconds(it.created),
    currency: it.currency,
    customer: customer && customerView(customer),
    date_bank: it.date_bank === null ? null : Date.parse(it.date_bank) / 1000,
    date_paym: it.date_paym && unixSeconds(it.date_paym),
    description: it.description,
    device: deviceView(it.device),
    fee: it.fee,
    id: it.id,
    live_mode: it.live,
    method: it.method,
    ...(it.methods_allowed && { methods_allowed: it.methods_allowed }),
    order_id: it.order_id,
    refunds: refunds.map(refundView),
    response: it.response,
    response_author: it.response_author,
    return_url: it.return_url,
    ...(sepa && { sepa: sepaView(sepa) }),
    status: publicStatus(it),
    unique_id: it.unique_id,
  }
}

/** Payments as v1 shows them, each with its refunds: one read of these, however many payments. */
export async function paymentViews(
  ctx: Reader,
  all: readonly PaymentParts[],
  origins: Origins,
): Promise<PaymentOut[]> {
  const refunds = new Map(all.map(({ payment }): [string, Refund[]] => [payment.id, []]))
  for (const it of await findRefundsOf(ctx, [...refunds.keys()])) refunds.get(it.payment)?.push(it)
  return all.map((it) => paymentView(it, refunds.get(it.payment.id) ?? [], origins))
}

async function shown(ctx: Reader, parts: PaymentParts, origins: Origins): Promise<PaymentOut> {
  const [view] = await paymentViews(ctx, [parts], origins)
  return view as PaymentOut
}

const cardNumber = /^[\d\s-]{12,}$/

/**
 * The method of a request. Refuses more than one, and a card number in place of an id: no answer
 * repeats one.
 */
function methodInput({ card, sepa }: Body): MethodInput | undefined {
  const refuse = (member: string, message: string): Refusal =>
    new Refusal('invalid_request', { loc: ['body', member], message })
  if (card !== undefined && sepa !== undefined) {
    throw refuse('sepa', 'A payment takes a card or a sepa, not both')
  }
  if (typeof card === 'string' && cardNumber.test(card)) {
    throw refuse('card', 'A card is given by its id, or as an object with its number')
  }
  if (typeof card === 'string') return { method: 'card', id: card }
  if (card) {
    const cvc = card.cvc === undefined ? null : new Secret(card.cvc)
    return { method: 'card', given: cardInput(card, 'reuse', 'body', 'card'), cvc }
  }
  if (typeof sepa === 'string') return { method: 'sepa', id: sepa }
  return sepa && { method: 'sepa', given: sepaInput(sepa, 'body', 'sepa') }
}

/**
 * 3-D Secure as asked for: `true`, or an object whatever its status says. The bank sends the payer
 * back to the address in it; the payment's own one takes its place once there is a card.
 */
function authInput({ auth }: Body) {
  if (auth === undefined || auth === false) return undefined
  return { return_url: (auth === true ? undefined : auth.return_url) ?? null }
}

/** A customer that is described is the one with this e-mail, mobile and external id, if any. */
const customerInput = (customer: Body['customer']) =>
  typeof customer === 'object' ? { ...customer, unique: 'triple_or_reuse' as const } : customer

/** The members that were sent and that the payment keeps as they are. */
function sent<T extends Body, K extends keyof T>(body: T, ...names: K[]): Partial<Pick<T, K>> {
  const fields: Partial<Pick<T, K>> = {}
  for (const name of names) if (body[name] !== undefined) fields[name] = body[name]
  return fields
}

function fieldsOf(body: Body): Partial<PaymentFields> {
  const { methods_allowed, ...fields } = sent(
    body,
    'description',
    'order_id',
    'methods_allowed',
    'return_url',
    'device',
  )
  // None named is none excluded.
  const methods = methods_allowed?.length ? methods_allowed : null
  return { ...fields, ...(methods_allowed && { methods_allowed: methods }) }
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
  return paymentView(parts, [], origins)
}

/** A method that comes later waits for a command, unless 3-D Secure comes between. */
async function update({ ctx, params, body, origins }: CallOf<(typeof operations)[3]>) {
  const price: Partial<Payment> = sent(body, 'amount', 'currency', 'capture')
  const parts = await updatePayment(ctx, {
    id: params.id,
    fields: { ...fieldsOf(body), ...price },
    customer: customerInput(body.customer),
    method: methodInput(body),
    auth: authInput(body),
    command: body.status,
    decide: false,
  })
  return shown(ctx, parts, origins)
}

export const paymentHandlers: Handlers<typeof operations> = {
  'list-payments': reading(async ({ ctx, query, origins }) => {
    const page = await listPayments(ctx, { ...query, order: 'asc' })
    const parts = await completePayments(ctx, page.rows)
    return {
      live_mode: ctx.live,
      payments: await paymentViews(ctx, parts, origins),
      range: rangeOf(page),
    }
  }),
  'create-payment': create,
  'read-payment': reading(async ({ ctx, params, origins }) =>
    shown(ctx, await readPayment(ctx, params.id), origins),
  ),
  'update-payment': update,
  'capture-payment': async ({ ctx, params, body, origins }) => {
    const payment = await capturePayment(ctx, { ...params, amount: body?.amount })
    const [parts] = await completePayments(ctx, [payment])
    if (!parts) throw notFound('payment', params.id)
    return shown(ctx, parts, origins)
  },
}
