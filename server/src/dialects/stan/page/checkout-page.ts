import type { PaymentStatus } from '@obole/contract/stan/payments.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findAccount } from '../../../accounts/store.ts'
import { Refusal } from '../../../kernel/problem.ts'
import type { Ctx } from '../../../processors/ctx.ts'
import {
  askForOffer,
  askForPrice,
  type ConfirmedPrice,
  type Details,
  type Offer,
} from '../../../stan/ask-merchant.ts'
import { isOff, payCheckout } from '../../../stan/pay-checkout.ts'
import { readStanPayment } from '../../../stan/read-payment.ts'
import { withQuery } from '../../../stan/return-address.ts'
import { statusOf } from '../../../stan/status.ts'
import {
  findStanCheckoutByToken,
  findStanCustomer,
  type StanCheckout,
} from '../../../stan/store.ts'
import { contextOf, type Services } from '../../operation-route.ts'
import { formToken, isFormToken } from '../../page/form-token.ts'
import type { Order } from '../../page/page-model.ts'
import { renderPage } from '../../page/render-page.tsx'
import { sendHtml } from '../../page/send-html.ts'
import { bare, formOf, type View, viewOf, withLang } from '../../page/serve-page.ts'
import { apiOrigin } from '../../payment-view.ts'
import { type CheckoutModel, renderCheckout } from './checkout-view.tsx'
import { type DetailValues, parseDetails, valuesOf } from './parse-details.ts'
import { itemsOf, linesOf } from './payable.ts'

interface Visit {
  ctx: Ctx
  checkout: StanCheckout
  merchant: string
  view: View
  form: Record<string, string>
}

/** Where one goes back to who has no payment yet: there is a status to tell, and nothing else. */
const backOf = ({ return_url }: StanCheckout, payment_status: PaymentStatus): string =>
  withQuery(return_url, { payment_status })

const orderOf = ({ checkout, merchant }: Visit, status: PaymentStatus): Order => ({
  live: checkout.live,
  merchant,
  amount: checkout.total_amount,
  currency: 'eur',
  description: null,
  order_id: checkout.order_id || null,
  return_url: backOf(checkout, status),
  lines: linesOf({ ...checkout, shipping_amount: null, tax_amount: checkout.tax_cost }),
  items: itemsOf(checkout),
  payment_status: null,
})

const about = ({ checkout }: Visit, what = ''): string => `checkout ${checkout.id} ${what}`

/** What the second step knows of the first. It goes by the browser, which cannot change it. */
interface Carried {
  details: Details
  order_id: string | undefined
  methods: { id: string; label: string; cost: number }[]
}

function carriedOf(visit: Visit, details: Details, { order_id, methods }: Offer): string {
  const counted = methods.map((it) => ({ ...it, cost: Number(it.cost) }))
  const text = JSON.stringify({ details, order_id, methods: counted } satisfies Carried)
  const token = formToken(visit.ctx.vault, about(visit, text), visit.ctx.now)
  return `${Buffer.from(text).toString('base64url')}.${token}`
}

function readCarried(visit: Visit): { details: Details; offer: Offer } | undefined {
  const [packed = '', token = ''] = (visit.form.carried ?? '').split('.', 2)
  const text = Buffer.from(packed, 'base64url').toString()
  if (!isFormToken(visit.ctx.vault, about(visit, text), visit.ctx.now, token)) return undefined
  const { details, order_id, methods } = JSON.parse(text) as Carried
  const offered = methods.map((it) => ({ ...it, cost: BigInt(it.cost) }))
  return { details, offer: { order_id, methods: offered } }
}

const frameOf = (visit: Visit) => ({
  lang: visit.view.lang,
  address: visit.view.address,
  order: orderOf(visit, 'payment_cancelled'),
  csrf: formToken(visit.ctx.vault, about(visit), visit.ctx.now),
})

const asking = (visit: Visit, values: DetailValues): CheckoutModel => ({
  ...frameOf(visit),
  step: 'details',
  values,
  errors: {},
})

/** What is known of the payer before they say anything: the customer that the merchant named. */
async function knownValues({ ctx, checkout, view }: Visit): Promise<DetailValues> {
  const known = checkout.customer ? await findStanCustomer(ctx, checkout.customer) : undefined
  const values = known ? valuesOf(known) : {}
  return { ...values, country: values.country || (view.lang === 'fr' ? 'FR' : '') }
}

type Next = CheckoutModel | { to_payment: string } | 'again' | 'expired'

async function pay(
  { ctx, checkout }: Visit,
  payer: Details,
  order_id: string | undefined,
  price?: ConfirmedPrice,
): Promise<Next> {
  const { id } = checkout
  try {
    const { stan } = await payCheckout(ctx, { id, payer, order_id, price, origin: apiOrigin })
    return { to_payment: stan.token }
  } catch (error) {
    // Its time ended while the payer typed: the page tells.
    if (error instanceof Refusal && error.code === 'illegal_transition') return 'again'
    throw error
  }
}

async function afterDetails(visit: Visit): Promise<Next> {
  const parsed = parseDetails(visit.form)
  if (!parsed.ok) return { ...frameOf(visit), step: 'details', ...parsed }
  const { details } = parsed
  const offer = await askForOffer(visit.ctx, visit.checkout, details)
  const [first] = offer.methods
  if (!first) return pay(visit, details, offer.order_id)
  return {
    ...frameOf(visit),
    step: 'shipping',
    details,
    carried: carriedOf(visit, details, offer),
    methods: offer.methods,
    chosen: first.id,
    errors: {},
  }
}

async function afterShipping(visit: Visit): Promise<Next> {
  const carried = readCarried(visit)
  if (!carried) return 'again'
  const { details, offer } = carried
  if (visit.form.action === 'change') return asking(visit, valuesOf(details))
  const chosen = offer.methods.find((it) => it.id === visit.form.shipping)
  const price = chosen && (await askForPrice(visit.ctx, visit.checkout, chosen))
  if (price) return pay(visit, details, offer.order_id, price)
  return {
    ...frameOf(visit),
    step: 'shipping',
    details,
    carried: visit.form.carried ?? '',
    methods: offer.methods,
    chosen: chosen?.id ?? null,
    errors: { shipping: { code: chosen ? 'shipping_unconfirmed' : 'shipping_missing' } },
  }
}

/** The payment that this checkout came to, unless the payer may begin anew. */
async function madePayment({ ctx, checkout }: Visit): Promise<string | undefined> {
  if (!checkout.payment) return undefined
  const { stan, payment } = await readStanPayment(ctx, checkout.payment)
  return isOff(statusOf(stan, payment)) ? undefined : stan.token
}

async function nextOf(visit: Visit, request: FastifyRequest): Promise<Next> {
  const made = await madePayment(visit)
  if (made) return { to_payment: made }
  if (visit.checkout.expires_at <= visit.ctx.now) return 'expired'
  if (request.method !== 'POST') return asking(visit, await knownValues(visit))
  const { ctx, form } = visit
  if (!isFormToken(ctx.vault, about(visit), ctx.now, form.csrf ?? '')) return 'again'
  return form.carried === undefined ? afterDetails(visit) : afterShipping(visit)
}

async function visitOf(services: Services, request: FastifyRequest): Promise<Visit | undefined> {
  const { token = '' } = request.params as { token?: string }
  const checkout = await findStanCheckoutByToken(services.db, token)
  if (!checkout) return undefined
  const { account, live } = checkout
  const [ctx, owner] = await Promise.all([
    contextOf(services, { account, live, request_id: request.id }),
    findAccount(services.db, account),
  ])
  const form = request.method === 'POST' ? formOf(request) : {}
  return { ctx, checkout, merchant: owner?.name ?? '', view: viewOf(request), form }
}

async function serve(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visit = await visitOf(services, request)
  if (!visit) return sendHtml(request, reply, bare(request, 'not_found'))
  const { lang, address, asked } = visit.view
  const next = await nextOf(visit, request)
  if (next === 'again') return reply.redirect(withLang(address, asked ?? lang), 303)
  if (next === 'expired') {
    const order = orderOf(visit, 'payment_expired')
    return sendHtml(request, reply, renderPage({ lang, address, order, state: 'expired' }))
  }
  if ('step' in next) return sendHtml(request, reply, renderCheckout(next))
  return reply.redirect(withLang(`/stan/${next.to_payment}`, asked ?? lang), 303)
}

/**
 * Adds the page of a checkout: who pays and where it goes, how it is delivered when the merchant
 * has a choice, and then the page of the payment. Amounts are those of the checkout, or those that
 * the merchant confirmed for a delivery; never one that the browser said or that we computed.
 */
export function mountCheckout(app: FastifyInstance, services: Services, url: string): void {
  app.route({
    method: ['GET', 'POST'],
    url,
    handler: (request, reply) => serve(services, request, reply),
  })
}
