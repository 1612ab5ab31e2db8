import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HtmlAnswer } from '../../src/dialects/page/document.tsx'
import type {
  ClosedState,
  FormState,
  Order,
  OrderModel,
  RedirectState,
  SavedState,
} from '../../src/dialects/page/page-model.ts'
import { parsePayment } from '../../src/dialects/page/parse-payment.ts'
import { renderPage } from '../../src/dialects/page/render-page.tsx'
import { chooseLang } from '../../src/dialects/page/texts/language.ts'
import type { Lang } from '../../src/dialects/page/texts/texts.ts'
import {
  type AskingChallenge,
  type ChallengeModel,
  renderChallenge,
} from '../../src/dialects/threeds/challenge-view.tsx'

/** Every state of the two pages, as a function of the language and of the shop's origin. */
export type View = (lang: Lang, shop: string) => HtmlAnswer

const orderAt = (shop: string): Order => ({
  live: false,
  merchant: 'Boutique Lumière',
  amount: 4590n,
  currency: 'eur',
  description: 'Lampe de bureau, laiton',
  order_id: '2026-0042',
  return_url: `${shop}/done`,
  payment_status: null,
})

const asking = {
  csrf: 'token',
  refusal: null,
  attempts_left: null,
  mandate: { creditor: 'Boutique Lumière', creditor_id: 'FR72ZZZ123456', reference: 'R-1' },
  can_cancel: false,
}

const form: FormState = {
  ...asking,
  state: 'form',
  methods: ['card', 'sepa'],
  method: 'card',
  values: {},
  errors: {},
}

const saved: SavedState = {
  ...asking,
  state: 'saved_card',
  saved: { kind: 'card', brand: 'visa', last4: '4242', exp_month: 9, exp_year: 2031 },
  can_change: true,
}

const challenge: AskingChallenge = {
  state: 'challenge',
  csrf: 'token',
  merchant: 'Boutique Lumière',
  amount: 4590n,
  currency: 'eur',
  brand: 'visa',
  last4: '3220',
  at: new Date('2026-11-21T10:00:00Z'),
  code: '481903',
  error: null,
  tries_left: 3,
}

/** A state with what it shows; where the page stands and its order come from `view`. */
type Shown = (FormState | SavedState | RedirectState | ClosedState) & Pick<OrderModel, 'bank'>

const view =
  (state: Shown, order: Partial<Order> = {}): View =>
  (lang, shop) =>
    renderPage({
      lang,
      address: `/${state.state}`,
      order: { ...orderAt(shop), ...order },
      ...state,
    } as OrderModel)

const bank =
  (state: Partial<AskingChallenge> | { state: 'over' | 'not_found' }): View =>
  (lang) =>
    renderChallenge({ lang, address: '/challenge', ...challenge, ...state } as ChallengeModel)

const cardErrors = {
  number: { code: 'number_invalid' },
  expiry: { code: 'expiry_past' },
  csc: { code: 'csc_missing' },
} as const
const sepaErrors = {
  iban: { code: 'iban_length', expected: 27 },
  holder: { code: 'holder_missing' },
} as const

export const views: Record<string, View> = {
  form: view(form),
  'form-live': view(form, { live: true, description: null, order_id: null, return_url: null }),
  'form-card-only': view({ ...form, methods: ['card'] }),
  'form-sepa': view({ ...form, method: 'sepa' }),
  'form-save-card': view({ ...form, methods: ['card'] }, { amount: 0n }),
  'form-card-errors': view({ ...form, values: { number: '4242' }, errors: cardErrors }),
  'form-sepa-errors': view({ ...form, method: 'sepa', errors: sepaErrors }),
  'form-refusal': view({ ...form, refusal: 'declined', attempts_left: 1 }),
  'form-long': view(form, {
    merchant: 'Établissements-de-fabrication-artisanale-Montgolfier-et-Compagnie',
    amount: 4294967295n,
    currency: 'nok',
    description: 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz',
    order_id: '0123456789abcdef0123456789abcdef0123',
  }),
  'saved-card': view(saved),
  'saved-sepa': view({ ...saved, saved: { kind: 'sepa', holder: 'Pierre Martin', last4: '2606' } }),
  'saved-refused': view({ ...saved, refusal: 'funds', bank: 'failed' }),
  paid: view({ state: 'paid', stay: true, bank: 'passed' }, { payment_status: 'to_capture' }),
  'paid-no-return': view({ state: 'paid' }, { return_url: null, payment_status: 'to_capture' }),
  'paid-saved': view({ state: 'paid', stay: true }, { amount: 0n }),
  checking: view({ state: 'checking' }),
  refused: view({ state: 'refused', refusal: 'declined' }, { payment_status: 'failed' }),
  canceled: view({ state: 'canceled' }),
  expired: view({ state: 'expired' }),
  unavailable: view({ state: 'unavailable' }, { live: true }),
  'not-found': (lang) =>
    renderPage({ lang, address: '/x', state: 'not_found', request_id: 'req_1' }),
  error: (lang) => renderPage({ lang, address: '/x', state: 'error', request_id: 'req_1' }),
  // An address that leads nowhere keeps these two still.
  'to-bank': view({ state: 'redirecting', to: 'bank', url: '' }),
  'to-shop': view({ state: 'redirecting', to: 'shop', url: '' }),
  challenge: bank({}),
  'challenge-wrong': bank({ error: 'wrong', tries_left: 1 }),
  'challenge-missing': bank({ error: 'missing' }),
  'challenge-over': bank({ state: 'over' }),
  'challenge-not-found': bank({ state: 'not_found' }),
}

/** States that go on by themselves: opened by the tests that follow them. */
const moving: Record<string, View> = {
  'paid-going': view({ state: 'paid', bank: 'passed' }, { payment_status: 'to_capture' }),
  'going-to-bank': (lang, shop) =>
    view({ state: 'redirecting', to: 'bank', url: `${shop}/bank` })(lang, shop),
  'going-to-shop': (lang, shop) =>
    view({ state: 'redirecting', to: 'shop', url: `${shop}/done` })(lang, shop),
  'challenge-done': (lang, shop) =>
    renderChallenge({ lang, address: '/challenge', state: 'done', url: `${shop}/done` }),
}

export interface Fixture {
  page: string
  shop: string
  /** The forms that arrived, oldest first. */
  posts: Record<string, string>[]
  /**
   * Forms are taken and not answered: the browser stays on its page, as while a payment is being
   * made.
   */
  silent: boolean
  close: () => Promise<void>
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  let body = ''
  for await (const chunk of request) body += chunk
  return Object.fromEntries(new URLSearchParams(body))
}

function send(response: ServerResponse, answer: HtmlAnswer): void {
  response.writeHead(answer.status, answer.headers).end(answer.html)
}

/**
 * As a shop frames the page: the sandbox of the published plugins, and a record of what it is
 * told.
 */
const parentPage = (src: string): string => `<!doctype html><title>shop</title><script>
messages = []; addEventListener('message', (event) => messages.push(event.data))</script>
<iframe allow="payment" width="400" height="400" src="${src}"
sandbox="allow-forms allow-scripts allow-same-origin allow-top-navigation"></iframe>`

async function listen(handle: (url: URL, req: IncomingMessage, res: ServerResponse) => unknown) {
  const server = createServer((request, response) => {
    void handle(new URL(request.url ?? '/', 'http://x'), request, response)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Two origins: one that serves the views and takes their forms, and a shop. */
export async function startFixture(): Promise<Fixture> {
  const posts: Fixture['posts'] = []
  const fixture = { posts, silent: false }
  const shop = await listen((url, _request, response) => {
    response.setHeader('content-type', 'text/html')
    const src = url.searchParams.get('src')
    response.end(src ? parentPage(src) : `<!doctype html><title>${url.pathname}</title>`)
  })
  const page = await listen(async (url, request, response) => {
    const lang = chooseLang(
      url.searchParams.get('lang') ?? undefined,
      request.headers['accept-language'],
    )
    if (request.method === 'POST') {
      const fields = await bodyOf(request)
      posts.push(fields)
      if (fixture.silent) return response.writeHead(204).end()
      if (fields.action) return send(response, bank({ error: 'wrong' })(lang, shop.origin))
      const parsed = parsePayment(fields, {
        methods: form.methods,
        saved: true,
        now: new Date(),
        checkIban: (iban) => (iban.length > 20 ? { ok: true } : { ok: false, reason: 'checksum' }),
      })
      const next: Shown = parsed.ok
        ? { state: 'redirecting', to: 'bank', url: `${shop.origin}/bank` }
        : { ...form, method: parsed.method, errors: parsed.errors, values: parsed.values }
      return send(response, view(next)(lang, shop.origin))
    }
    const name = url.pathname.slice(1)
    const shown = views[name] ?? moving[name]
    if (!shown) return response.writeHead(404).end()
    send(response, shown(lang, shop.origin))
  })
  return Object.assign(fixture, {
    page: page.origin,
    shop: shop.origin,
    close: async () => {
      for (const { server } of [shop, page]) {
        server.close()
        server.closeAllConnections()
      }
    },
  })
}
