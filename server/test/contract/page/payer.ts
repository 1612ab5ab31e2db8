import assert from 'node:assert/strict'
import { trialBalance } from '../../../src/ledger/balances.ts'
import type { Json, TestServer } from '../../harness.ts'

/** An answer as a payer's browser gets it. */
export interface Shown {
  status: number
  headers: Headers
  html: string
  /** What stands on it to be read: no markup, no style, no script. */
  text: string
  title: string
}

export interface Visit {
  method?: string
  lang?: string
  headers?: Record<string, string>
  fields?: Record<string, string>
}

export const card = (number: string, more: Record<string, string> = {}) => ({
  method: 'card',
  number,
  expiry: '12/34',
  csc: '987',
  name: 'Zoé Martin',
  ...more,
})

export const good = '4242424242424242'
/** A card whose bank wants 3-D Secure when the merchant asks for it. */
export const challenged = '4000002760000016'
export const goodIban = 'FR1420041010050500013M02606'

export const account = (iban: string, holder = 'Pierre Martin') => ({
  method: 'sepa',
  iban,
  holder,
})

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' }
const unescaped = (html: string): string =>
  html.replace(/&(lt|gt|quot|amp);/g, (_, name: string) => entities[name] ?? '')

const attributeOf = (html: string, pattern: RegExp): string =>
  unescaped(pattern.exec(html)?.[1] ?? '')

export const tokenOf = ({ html }: Pick<Shown, 'html'>): string =>
  attributeOf(html, /name="csrf" value="([^"]*)"/)

/** Where a page that leads on leads to. */
export const onwardOf = ({ html }: Pick<Shown, 'html'>): string =>
  attributeOf(html, /data-go-url="([^"]*)"/)

/** The value that stands in a field. */
export const filledIn = ({ html }: Pick<Shown, 'html'>, id: string): string => {
  const [input = assert.fail(`no field ${id}`)] =
    new RegExp(`<input[^>]* id="${id}"[^>]*>`).exec(html) ?? []
  return attributeOf(input, / value="([^"]*)"/)
}

/** What a window around the page is told: the statuses, and what each message carries. */
export const toldOf = ({ html }: Pick<Shown, 'html'>) => ({
  messages: attributeOf(html, /data-messages="([^"]*)"/).split(' '),
  url: attributeOf(html, /data-return="([^"]*)"/) || null,
  paymentStatus: attributeOf(html, /data-payment-status="([^"]*)"/) || null,
})

/** What the page says is wrong: the text of its alert. */
export const alertOf = ({ html }: Pick<Shown, 'html'>): string =>
  textOf(/<div[^>]*role="alert"[^>]*>.*?<\/div>/s.exec(html)?.[0] ?? '')

const textOf = (html: string): string =>
  unescaped(
    html
      .replace(/<(style|script|title)>.*?<\/\1>/gs, ' ')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' '),
  ).trim()

/** A payer without a script: sees pages and sends their forms. Follows nothing by itself. */
export interface Payer {
  visit(url: string, it?: Visit): Promise<Shown>
  /** Opens the page, fills its form in, sends it, and follows a redirect to the page again. */
  pay(url: string, fields: Record<string, string>): Promise<Shown>
  /** Pays as far as the test bank, whose page is answered. */
  payAsFarAsBank(url: string, fields: Record<string, string>): Promise<Challenge>
  /** Opens the test bank's page at this address. */
  bankAt(url: string): Promise<Challenge>
  /** Pays, and says yes at the bank where it asks. Answers the page at the end. */
  payAndConfirm(url: string, fields: Record<string, string>): Promise<Shown>
}

export interface Challenge {
  url: string
  shown: Shown
  code: string
  /** Answers the bank, and gives what it shows then. */
  answer(action: string, code?: string): Promise<Shown>
}

export function payerOf(lang = 'en'): Payer {
  async function visit(url: string, it: Visit = {}): Promise<Shown> {
    const body = it.fields && new URLSearchParams(it.fields)
    const response = await fetch(url, {
      method: it.method ?? (body ? 'POST' : 'GET'),
      redirect: 'manual',
      headers: { 'accept-language': it.lang ?? lang, ...it.headers },
      ...(body && { body }),
    })
    const html = await response.text()
    const { status, headers } = response
    const title = unescaped(/<title>(.*?)<\/title>/s.exec(html)?.[1] ?? '')
    assert.equal(headers.get('set-cookie'), null)
    return { status, headers, html, text: textOf(html), title }
  }

  async function pay(url: string, fields: Record<string, string>): Promise<Shown> {
    const csrf = tokenOf(await visit(url))
    const shown = await visit(url, { fields: { csrf, ...fields } })
    if (shown.status !== 303) return shown
    return visit(new URL(shown.headers.get('location') ?? '', url).href)
  }

  async function bankAt(url: string): Promise<Challenge> {
    const shown = await visit(url)
    const code = /\b(\d{3}) ?(\d{3})\b/.exec(shown.text)?.slice(1).join('') ?? ''
    const answer = (action: string, typed = code): Promise<Shown> =>
      visit(url, { fields: { csrf: tokenOf(shown), action, code: typed } })
    return { url, shown, code, answer }
  }

  async function payAsFarAsBank(url: string, fields: Record<string, string>): Promise<Challenge> {
    const shown = await pay(url, fields)
    assert.match(onwardOf(shown), /\/redirect\/test_/, shown.text)
    return bankAt(onwardOf(shown))
  }

  async function payAndConfirm(url: string, fields: Record<string, string>): Promise<Shown> {
    const shown = await pay(url, fields)
    const bank = onwardOf(shown)
    if (!bank) return shown
    const { answer } = await bankAt(bank)
    return visit(onwardOf(await answer('accept')))
  }

  return { visit, pay, payAsFarAsBank, bankAt, payAndConfirm }
}

/** A shop's objects, and the addresses of their pages. */
export function shopOf(server: TestServer, keys = server.merchant.keys) {
  async function create(path: string, body: object): Promise<Json> {
    const answer = await server.call('POST', path, { key: keys.stest, body })
    assert.equal(answer.status, 200, answer.text)
    return answer.body
  }
  return {
    payment: (body: object = {}) =>
      create('/v2/payments/', { amount: 4590, auth: true, return_url, ...body }),
    intent: (body: object = {}) =>
      create('/v2/payment_intents/', { amount: 4590, return_url, ...body }),
    pageOf: ({ id }: { id: string }): string =>
      id.startsWith('pi_') ? `${server.url}/test_${id}` : `${server.url}/${keys.ptest}/${id}`,
    read: async ({ id }: { id: string }): Promise<Json> => {
      const path = id.startsWith('pi_') ? '/v2/payment_intents/' : '/v2/payments/'
      const answer = await server.call('GET', path + id, { key: keys.stest })
      assert.equal(answer.status, 200, answer.text)
      return answer.body
    },
    patch: async ({ id }: { id: string }, body: object): Promise<Json> => {
      const path = id.startsWith('pi_') ? '/v2/payment_intents/' : '/v2/payments/'
      const answer = await server.call('PATCH', path + id, { key: keys.stest, body })
      assert.equal(answer.status, 200, answer.text)
      return answer.body
    },
    paymentsOf: async ({ id }: { id: string }): Promise<Json[]> => {
      const path = `/v2/payment_intents/${id}/payments?limit=100`
      return (await server.call('GET', path, { key: keys.stest })).body.payments
    },
  }
}
export type Shop = ReturnType<typeof shopOf>

export const return_url = 'https://shop.example/thanks?order=1'

/**
 * Fails unless the bank agreed to each of these exactly once, and the books of the shop balance.
 */
export async function assertPaidOnce(server: TestServer, ids: readonly string[]): Promise<void> {
  const ctx = server.ctx()
  for (const id of ids) {
    const rows = await ctx.db.query<{ amount: bigint }>(
      `select i.amount from instructions i join payments p on p.id = i.object_id
       where i.kind = 'authorize' and i.status = 'approved' and $1 in (p.id, p.payment_intent)`,
      [id],
    )
    assert.equal(rows.length, 1, `${id} has ${rows.length} approved instructions`)
  }
  const sums = new Map<string, bigint>()
  for (const { currency, posted, pending } of await trialBalance(ctx)) {
    for (const [kind, sum] of [['posted', posted] as const, ['pending', pending] as const]) {
      const key = `${currency} ${kind}`
      sums.set(key, (sums.get(key) ?? 0n) + sum)
    }
  }
  for (const [key, sum] of sums) assert.equal(sum, 0n, key)
}

/** A payment and an intent: what holds for one holds for the other. */
export const kindsOf = (shop: () => Shop) =>
  [
    { kind: 'a payment', make: (body = {}) => shop().payment(body) },
    { kind: 'an intent', make: (body = {}) => shop().intent(body) },
  ] as const

/** The payments that were tried for a payment (itself) or an intent. */
export const triedOf = async (shop: Shop, made: Json): Promise<Json[]> =>
  made.id.startsWith('pi_') ? shop.paymentsOf(made) : [await shop.read(made)]
