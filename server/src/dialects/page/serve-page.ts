import { checkIban } from '@obole/sepa/iban.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { newId } from '../../kernel/ids.ts'
import { limits } from '../../kernel/limits.ts'
import { Refusal } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import type { MethodInput } from '../../payments/method.ts'
import type { PaymentParts } from '../../payments/read-payment.ts'
import { loggable } from '../../platform/log.ts'
import { originsOf } from '../../platform/origins.ts'
import type { Services } from '../operation-route.ts'
import { redirectUrl } from '../payment-view.ts'
import type { HtmlAnswer } from './document.tsx'
import { formToken, isFormToken } from './form-token.ts'
import type { FieldErrors, FormValues, Method, OrderModel } from './page-model.ts'
import { type IbanVerdict, type ParsedPayment, parsePayment } from './parse-payment.ts'
import type { Payable } from './payable.ts'
import { renderPage } from './render-page.tsx'
import { sendHtml } from './send-html.ts'
import { chooseLang } from './texts/language.ts'

type Query = Readonly<Record<string, string | string[] | undefined>>

const last = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.at(-1) : value

/** What a view knows of its request: its language and its own path. */
export interface View {
  lang: ReturnType<typeof chooseLang>
  address: string
  query: Query
  /** The language, when the address asked for one: it goes along to the bank and back. */
  asked: string | undefined
}

export function viewOf(request: FastifyRequest): View {
  const query = request.query as Query
  const asked = last(query.lang)
  return {
    lang: chooseLang(asked, request.headers['accept-language']),
    address: request.url.split('?', 1)[0] ?? '/',
    query,
    asked,
  }
}

export const withLang = (url: string, asked: string | undefined): string =>
  asked ? `${url}?lang=${encodeURIComponent(asked)}` : url

const verdictOf = (text: string): IbanVerdict => {
  const checked = checkIban(text)
  if (checked.ok) return { ok: true }
  const { reason, expected_length } = checked
  if (reason === 'country') return { ok: false, reason }
  if (reason !== 'length') return { ok: false, reason: 'checksum' }
  return { ok: false, reason, ...(expected_length && { expected: expected_length }) }
}

/** Shown when few tries are left, so that nobody is surprised by the last one. */
const triesLeft = ({ tries }: Payable): number | null =>
  limits.attempts_max - tries <= 3 ? limits.attempts_max - tries : null

/**
 * A form is good for one try at the price that it shows: sent again, it shows how the first one
 * ended, and after a change of the price, the new one.
 */
const formOfTry = ({ id, tries }: Payable, price: string): string => `${id} ${tries} ${price}`

const priceOf = ({ order }: Payable): string => `${order.amount}-${order.currency}`

/** The token of a form and the price that it was shown with, which the token vouches for. */
const signedForm = (services: Services, it: Payable): string => {
  const price = priceOf(it)
  return `${formToken(services.vault, formOfTry(it, price), it.ctx.now)}.${price}`
}

/** The price on a form that is good for a try now; undefined for any other form. */
function shownPrice(services: Services, it: Payable, csrf = ''): string | undefined {
  const [token = '', price = ''] = csrf.split('.', 2)
  const isOurs = isFormToken(services.vault, formOfTry(it, price), it.ctx.now, token)
  return isOurs ? price : undefined
}

interface Typed {
  method: Method
  values: FormValues
  errors: FieldErrors
}

function openModel(
  services: Services,
  view: View,
  it: Payable,
  refusal: Extract<Payable['phase'], { at: 'open' }>['refusal'],
  typed?: Typed,
): OrderModel {
  const { lang, address, query } = view
  const base = { lang, address, order: it.order, bank: it.bank }
  const [method] = it.methods
  if (!method) return { ...base, state: 'unavailable' }
  const asking = {
    csrf: signedForm(services, it),
    refusal,
    attempts_left: triesLeft(it),
    mandate: { creditor: it.order.merchant, creditor_id: null, reference: null },
    can_cancel: it.cancel !== undefined,
  }
  if (it.saved && !typed && !refusal && query.other === undefined) {
    return { ...base, ...asking, state: 'saved_card', saved: it.saved, can_change: true }
  }
  const { values, errors } = typed ?? { values: {}, errors: {} }
  const chosen = typed && it.methods.includes(typed.method) ? typed.method : method
  const form = { methods: it.methods, method: chosen, values, errors }
  return { ...base, ...asking, state: 'form', ...form }
}

/** The page of the state that the payment is in, whatever the browser asked for. */
function modelOf(services: Services, request: FastifyRequest, view: View, it: Payable): OrderModel {
  const { lang, address, query } = view
  const base = { lang, address, order: it.order, bank: it.bank }
  const { phase } = it
  switch (phase.at) {
    case 'open':
      return openModel(services, view, it, phase.refusal)
    case 'bank': {
      // Who was at the bank and is here without an answer came back to pay another way.
      const back = phase.authentication.status === 'attempted'
      if (back || query.other !== undefined) return openModel(services, view, it, null)
      const url = redirectUrl(phase.authentication, originsOf(services.origins, request), 'v2')
      return { ...base, state: 'redirecting', to: 'bank', url: withLang(url ?? '', view.asked) }
    }
    case 'paid':
      return { ...base, state: 'paid', stay: query.stay !== undefined }
    case 'refused':
      return { ...base, state: 'refused', refusal: phase.refusal }
    default:
      return { ...base, state: phase.at }
  }
}

/** A reference in the letters that banks take: an id's own, but for the sign after its prefix. */
const mandateReference = (): string => newId('mndt').replace('_', '-')

function methodInput(it: Payable, parsed: Extract<ParsedPayment, { ok: true }>['input']) {
  if (parsed.method === 'saved') return undefined
  if (parsed.method === 'card') {
    const { number, exp_month, exp_year, name, cvc } = parsed
    const given = { number: new Secret(number), exp_month, exp_year, name }
    return {
      method: 'card',
      given: { ...given, same_card: 'reuse', loc: ['body', 'number'] },
      cvc: new Secret(cvc),
    } satisfies MethodInput
  }
  return {
    method: 'sepa',
    given: {
      iban: new Secret(parsed.iban),
      name: parsed.name,
      mandate: mandateReference(),
      date_mandate: it.ctx.now.toISOString().slice(0, 10),
      loc: ['body', 'iban'],
    },
  } satisfies MethodInput
}

/**
 * A refusal that the payer can mend becomes an error at its field; undefined when the page's state
 * must tell. What was kept cannot be mended, only replaced: its form is empty.
 */
function mendable(error: unknown, typed: Omit<Typed, 'errors'>, kept: boolean): Typed | undefined {
  if (!(error instanceof Refusal)) throw error
  if (kept) return error.code === 'invalid_request' ? { ...typed, errors: {} } : undefined
  if (error.code === 'test_number_required') {
    return { ...typed, errors: { number: { code: 'number_not_test' } } }
  }
  if (error.code === 'invalid_request') {
    const field = typed.method === 'card' ? 'number' : 'iban'
    return { ...typed, errors: { [field]: { code: `${field}_invalid` } } }
  }
  return undefined
}

/** Finds what an address is about. Undefined: nothing, or nothing that this caller may see. */
export type Find = (request: FastifyRequest) => Promise<Payable | undefined>

function typedIn(form: Record<string, string>, method: string): Omit<Typed, 'errors'> {
  const { number = '', expiry = '', name = '', holder = '', iban = '' } = form
  const values = { number, expiry, name, holder, iban }
  return { method: method === 'sepa' ? 'sepa' : 'card', values }
}

export const formOf = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(new URLSearchParams((request.body as Buffer | undefined)?.toString() ?? ''))

/** The payer gives up, and is led to where the shop wants them then. */
async function giveUp(view: View, it: Payable): Promise<OrderModel | undefined> {
  try {
    const url = await it.cancel?.()
    if (url === undefined) return undefined
    const { lang, address } = view
    const order = { ...it.order, return_url: url }
    return { lang, address, order, state: 'redirecting', to: 'shop', url }
  } catch (error) {
    // It was paid meanwhile, or its time is over: its page tells.
    if (!(error instanceof Refusal)) throw error
    return undefined
  }
}

async function post(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  find: Find,
  it: Payable,
): Promise<FastifyReply> {
  const seeOther = () => reply.redirect(withLang(view.address, view.asked ?? view.lang), 303)
  const show = (model: OrderModel) => sendHtml(request, reply, renderPage(model))
  const form = formOf(request)
  const waits = it.phase.at === 'open' || it.phase.at === 'bank'
  const price = shownPrice(services, it, form.csrf)
  if (!waits || price === undefined) return seeOther()
  if (form.action === 'cancel') {
    const gone = await giveUp(view, it)
    return gone ? show(gone) : seeOther()
  }
  if (price !== priceOf(it)) {
    const typed = { ...typedIn(form, form.method ?? ''), errors: {} }
    return show(openModel(services, view, it, 'price_changed', typed))
  }
  const parsed = parsePayment(form, {
    methods: it.methods,
    saved: it.saved !== null,
    now: it.ctx.now,
    checkIban: verdictOf,
  })
  if (!parsed.ok) return show(openModel(services, view, it, null, parsed))
  const origins = originsOf(services.origins, request)
  const back = origins.payment + view.address
  let paid: PaymentParts
  try {
    paid = await it.pay(methodInput(it, parsed.input), back)
  } catch (error) {
    const kept = parsed.input.method === 'saved'
    const typed = mendable(error, typedIn(form, parsed.input.method), kept)
    if (!typed) return seeOther()
    return show(openModel(services, view, it, null, typed))
  }
  const again = await find(request)
  if (again?.phase.at === 'open' && again.phase.refusal) {
    // In direct answer to the form, so that what was typed is still there; but for the code.
    const typed = { ...typedIn(form, parsed.input.method), errors: {} }
    return show(openModel(services, view, again, again.phase.refusal, typed))
  }
  const url = paid.authentication && redirectUrl(paid.authentication, origins, 'v2')
  if (paid.payment.status !== 'authenticating' || !url) return seeOther()
  const { lang, address } = view
  const to = withLang(url, view.asked)
  const base = { lang, address, order: it.order, bank: null }
  return show({ ...base, state: 'redirecting', to: 'bank', url: to })
}

/** Says nothing of the address, which may hold a secret key: its links stay where they are. */
export const bare = (request: FastifyRequest, state: 'not_found' | 'error'): HtmlAnswer => {
  const { lang } = viewOf(request)
  const request_id = state === 'error' ? request.id : null
  return renderPage({ lang, address: '', state, request_id })
}

/** Errors under this scope are pages too: the payer never sees a line of JSON. */
export function sayErrors(app: FastifyInstance, services: Services): void {
  app.setErrorHandler((error, request, reply) => {
    const { statusCode: status = 500 } = error as { statusCode?: number }
    // The HTTP server itself refused it, such as a body that is too large: nothing of ours failed.
    if (status < 500) return sendHtml(request, reply, { ...bare(request, 'not_found'), status })
    services.log.error({ request_id: request.id, ...loggable(error) })
    return sendHtml(request, reply, bare(request, 'error'))
  })
}

/** Adds the payment page at one more address. */
export function mountPayable(
  app: FastifyInstance,
  services: Services,
  url: string,
  find: Find,
): void {
  app.route({
    method: ['GET', 'POST'],
    url,
    handler: async (request, reply) => {
      const it = await find(request)
      if (!it) return sendHtml(request, reply, bare(request, 'not_found'))
      const view = viewOf(request)
      if (request.method === 'POST') return post(services, request, reply, view, find, it)
      return sendHtml(request, reply, renderPage(modelOf(services, request, view, it)))
    },
  })
}
