import { limits } from '../kernel/limits.ts'
import { openNumber } from '../numbers/number.ts'
import { send } from '../platform/http-client.ts'
import { parseBody } from '../platform/parse-body.ts'
import type { Ctx } from '../processors/ctx.ts'
import { findEndpoint } from '../webhooks/store.ts'
import { hmacSignature, sessionHeader } from './notification.ts'
import { listCredentials, type StanAddress, type StanCheckout } from './store.ts'

export interface ShippingMethod {
  id: string
  label: string
  /** Minor units, tax in. */
  cost: bigint
}

/** What a payer said of themselves on the page of a checkout. */
export interface Details {
  email: string
  firstname: string
  lastname: string
  phone_number: string
  address: StanAddress
}

/** What the merchant said of them. */
export interface Offer {
  /** Their reference of the order, which they make when they hear of the payer. */
  order_id: string | undefined
  methods: ShippingMethod[]
}

export interface ConfirmedPrice {
  total_amount: bigint
  shipping_amount: bigint
}

type Said = { heard: true; data: unknown } | { heard: false }

const isObject = (it: unknown): it is Record<string, unknown> =>
  typeof it === 'object' && it !== null && !Array.isArray(it)

/** Where signed notifications of this mode go, with the secret; undefined when nobody listens. */
async function listener(ctx: Ctx): Promise<{ url: string; secret: Buffer } | undefined> {
  const rows = await listCredentials(ctx.db, ctx.account)
  const last = rows.findLast((it) => it.live === ctx.live && !it.revoked_at && it.webhook_endpoint)
  if (!last?.webhook_endpoint) return undefined
  const [endpoint, secret] = await Promise.all([
    findEndpoint(ctx, last.webhook_endpoint),
    openNumber(ctx, last.id),
  ])
  if (!endpoint?.enabled || !secret) return undefined
  return { url: endpoint.url, secret: Buffer.from(secret.reveal()) }
}

/**
 * Asks the merchant while the payer waits. Not heard: no answer in time. What is no success, or no
 * JSON of the promised shape, was heard and says nothing.
 */
async function ask(
  ctx: Ctx,
  checkout: StanCheckout,
  event_type: string,
  payload: object,
): Promise<Said> {
  const to = await listener(ctx)
  if (!to) return { heard: false }
  const body = JSON.stringify({ event_type, payload })
  const answer = await send({
    method: 'POST',
    url: to.url,
    live: ctx.live,
    timeout_ms: limits.stan_ask_ms,
    headers: {
      'content-type': 'application/json',
      'x-hmac-signature': hmacSignature(to.secret, body),
      ...sessionHeader(checkout.session_id),
    },
    body,
  })
  if (answer.result === 'unreachable') return { heard: false }
  const isGood = answer.status >= 200 && answer.status < 300 && !answer.truncated
  const parsed = isGood ? parseBody(Buffer.from(answer.body)) : undefined
  const said = parsed?.ok ? parsed.value : undefined
  const data = isObject(said) && said.success === true ? said.data : undefined
  return { heard: true, data }
}

/** An amount that can be paid, or a price of nothing. */
const amountOf = (it: unknown): bigint | undefined =>
  typeof it === 'number' && Number.isSafeInteger(it) && it >= 0 && BigInt(it) <= limits.amount_max
    ? BigInt(it)
    : undefined

const textMax = 200

/** A text of one line, or a number as PHP writes ids; undefined for anything else. */
function textOf(it: unknown): string | undefined {
  if (typeof it !== 'string' && typeof it !== 'number') return undefined
  const text = String(it)
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
  return text === '' || text.length > textMax ? undefined : text
}

/**
 * The methods that a merchant offers: what is none, or comes twice, or needs a relay point, which
 * the page cannot offer, is left out. Pure.
 */
function methodsOf(data: unknown): ShippingMethod[] {
  const methods = new Map<string, ShippingMethod>()
  for (const it of Array.isArray(data) ? data : []) {
    if (!isObject(it) || methods.size >= limits.stan_methods_max) continue
    const { relay_point_networks: networks } = it
    if (Array.isArray(networks) && networks.length > 0) continue
    const id = textOf(it.shipping_method_id)
    const label = textOf(it.shipping_label)
    const cost = amountOf(it.shipping_cost)
    if (!id || !label || cost === undefined || methods.has(id)) continue
    methods.set(id, { id, label, cost })
  }
  return [...methods.values()]
}

/** A price as the merchant confirms it: what is not wholly sound is none. Pure. */
function priceOf(data: unknown): ConfirmedPrice | undefined {
  if (!isObject(data)) return undefined
  const total_amount = amountOf(data.total_amount)
  const shipping_amount = amountOf(data.shipping_amount)
  if (!total_amount || shipping_amount === undefined || shipping_amount > total_amount) {
    return undefined
  }
  return { total_amount, shipping_amount }
}

/**
 * Tells the merchant who pays and where it goes, and hears their order and how it can be delivered.
 * Nothing that they do or leave undone stops the payer: the offer is then empty. Who does not
 * answer is not asked again.
 */
export async function askForOffer(
  ctx: Ctx,
  checkout: StanCheckout,
  { address, ...person }: Details,
): Promise<Offer> {
  const created = await ask(ctx, checkout, 'customer.created', person)
  if (!created.heard) return { order_id: undefined, methods: [] }
  const order_id = isObject(created.data) ? textOf(created.data.order_id) : undefined
  const moved = await ask(ctx, checkout, 'customer.shipping_address_changed', {
    ...person,
    company: '',
    ...address,
  })
  return { order_id, methods: moved.heard ? methodsOf(moved.data) : [] }
}

/** Asks what it costs with this delivery. Undefined: the merchant did not confirm any price. */
export async function askForPrice(
  ctx: Ctx,
  checkout: StanCheckout,
  method: ShippingMethod,
): Promise<ConfirmedPrice | undefined> {
  const said = await ask(ctx, checkout, 'checkout.shipping_method_changed', {
    shipping_method_id: method.id,
  })
  return said.heard ? priceOf(said.data) : undefined
}
