import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { revokeKey } from '../../../src/accounts/revoke-key.ts'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { fr } from '../../../src/dialects/page/texts/fr.ts'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Json, type Merchant, startServer, type TestServer } from '../../harness.ts'
import { account, card, onwardOf, payerOf, type Shop, type Shown, shopOf } from './payer.ts'

let server: TestServer
let other: Merchant
let shop: Shop
let payment: Json
let intent: Json
let live: { payment: Json; intent: Json }
const payer = payerOf()

const created = async (path: string, key: string): Promise<Json> =>
  (await server.call('POST', path, { key, body: { amount: 4590 } })).body

before(async () => {
  server = await startServer({ live: sandbox })
  other = await server.newMerchant()
  shop = shopOf(server)
  payment = await shop.payment({ description: 'Desk lamp', order_id: '2026-0042' })
  intent = await shop.intent()
  const { sprod } = server.merchant.keys
  live = {
    payment: await created('/v2/payments/', sprod),
    intent: await created('/v2/payment_intents/', sprod),
  }
})
after(() => server.close())

const asksFor = ({ status, text }: Shown, amount = '€45.90'): boolean =>
  status === 200 && text.includes(`Pay ${amount}`)

describe('the addresses of a page', () => {
  it('[B77] a payment by the public key, an intent in each of its three forms', async () => {
    const { ptest, pprod } = server.merchant.keys
    for (const path of [
      `/${ptest}/${payment.id}`,
      `/${ptest}/${payment.id}/`,
      `/${ptest}/${payment.id}?lang=en-GB&utm_source=x`,
      `/test_${intent.id}`,
      `/payment_intents/${intent.id}`,
      `/payment_intents/test_${intent.id}`,
      `/${pprod}/${live.payment.id}`,
      `/${live.intent.id}`,
      `/payment_intents/${live.intent.id}`,
    ]) {
      const shown = await payer.visit(server.url + path)
      assert.ok(asksFor(shown), `${path} ${shown.status}`)
      const inTest = !path.includes(live.payment.id) && !path.includes(live.intent.id)
      assert.equal(shown.text.includes(en.test_mode), inTest, path)
    }
  })

  it('shows whose payment of what it is', async () => {
    const { text, title } = await payer.visit(shop.pageOf(payment))
    for (const it of ['Test shop', 'Desk lamp', '2026-0042', '€45.90', 'shop.example']) {
      assert.ok(text.includes(it), it)
    }
    assert.equal(title, 'Pay €45.90 · Test shop')
  })

  it('[B78] wrong or secret key, foreign, unknown, other mode: one and the same 404', async () => {
    const { stest, ptest, pprod, sprod } = server.merchant.keys
    const unknown = 'A'.repeat(24)
    const bodies = new Map<string, string>()
    for (const path of [
      `/ptest_${unknown}/${payment.id}`,
      `/ptest_${unknown}/paym_${unknown}`,
      `/ptest_x/${payment.id}`,
      `/${stest}/${payment.id}`,
      `/${sprod}/${live.payment.id}`,
      `/${other.keys.ptest}/${payment.id}`,
      `/${pprod}/${payment.id}`,
      `/${ptest}/${live.payment.id}`,
      `/${ptest}/paym_${unknown}`,
      `/${ptest}/paym_short`,
      `/${ptest}/${intent.id}`,
      `/${ptest}/`,
      `/${ptest}`,
      `/${ptest}/${payment.id}/more`,
      `/${ptest}/${payment.id.toUpperCase()}`,
      `/${ptest}/%00`,
      `/${ptest}/%zz`,
      `/${ptest}/${'x'.repeat(4000)}`,
      `/${payment.id}`,
      `/${intent.id}`,
      `/test_${live.intent.id}`,
      `/payment_intents/test_${live.intent.id}`,
      `/test_pi_${unknown}`,
      `/pi_${unknown}`,
      `/pi_x`,
      `/payment_intents/${payment.id}`,
      `/payment_intents/`,
      `/payment_intents/__proto__`,
      '/',
      '/nothing',
    ]) {
      for (const fields of [undefined, { csrf: '', ...card('4242424242424242') }]) {
        const shown = await payer.visit(server.url + path, { ...(fields && { fields }) })
        assert.equal(shown.status, 404, path)
        bodies.set(shown.html, path)
      }
    }
    assert.equal(bodies.size, 1, [...bodies.values()].join(' '))
    const [html = ''] = bodies.keys()
    assert.ok(html.includes(en.not_found.title))
    assert.doesNotMatch(html, /[sp](test|prod)_|paym_|pi_/)
  })

  it('a revoked public key opens nothing', async () => {
    const gone = await server.newMerchant('Gone')
    const made = await created('/v2/payments/', gone.keys.stest)
    const { db, vault, clock } = server.services
    assert.ok(await revokeKey({ db, vault, now: clock.now() }, gone.keys.ptest))
    const shown = await payer.visit(`${server.url}/${gone.keys.ptest}/${made.id}`)
    assert.equal(shown.status, 404)
  })

  it('HEAD answers as GET without a body; no other method is known', async () => {
    for (const url of [shop.pageOf(payment), shop.pageOf(intent), `${server.url}/pi_x`]) {
      const [get, head] = [await payer.visit(url), await payer.visit(url, { method: 'HEAD' })]
      assert.deepEqual([head.status, head.html], [get.status, ''])
      for (const name of ['content-type', 'content-security-policy', 'vary', 'cache-control']) {
        assert.equal(head.headers.get(name), get.headers.get(name), name)
      }
      for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const shown = await payer.visit(url, { method })
        assert.equal(shown.status, 404, method)
        assert.equal(shown.headers.get('access-control-allow-origin'), null)
      }
    }
    assert.equal((await shop.read(payment)).status, null)
  })
})

describe('the language of a page', () => {
  for (const [query, accept, lang] of [
    ['?lang=fr-FR', 'en', 'fr'],
    ['?lang=en_GB', 'fr', 'en'],
    ['?lang=de&lang=fr', 'en', 'fr'],
    ['?lang=xx', 'fr-CA,en;q=0.5', 'fr'],
    ['', 'fr-FR,fr;q=0.9', 'fr'],
    ['', 'de', 'en'],
    ['?lang=%00%22%3E%3Cscript%3E', 'de', 'en'],
  ] as const) {
    it(`[B77] is ${lang} for ${query || 'no query'} and Accept-Language ${accept}`, async () => {
      for (const url of [shop.pageOf(payment), shop.pageOf(intent), `${server.url}/pi_x`]) {
        const { html, text } = await payer.visit(url + query, { lang: accept })
        assert.ok(html.startsWith(`<!doctype html><html lang="${lang}">`))
        const texts = lang === 'fr' ? fr : en
        assert.ok(text.includes(texts.test_mode) || text.includes(texts.not_found.title), text)
        assert.doesNotMatch(html, /%00|"><script>/)
      }
    })
  }

  it('stays when a form is sent', async () => {
    const url = `${shop.pageOf(payment)}?lang=fr-FR`
    const sent = await payer.visit(url, { fields: { csrf: '' } })
    assert.equal(sent.headers.get('location'), `${new URL(url).pathname}?lang=fr-FR`)
    const { text } = await payer.pay(url, card('4242'))
    assert.ok(text.includes(fr.errors.number_short), text)
  })
})

/** Every state that a page and the bank's page can be in, as the server shows it. */
async function everyState(): Promise<Record<string, Shown>> {
  const open = await shop.payment()
  const url = shop.pageOf(open)
  const states: Record<string, Shown> = {
    form: await payer.visit(shop.pageOf(payment)),
    'not found': await payer.visit(`${server.url}/pi_x`),
    errors: await payer.pay(url, card('', { expiry: '', csc: '' })),
    'errors of an account': await payer.pay(url, account('FR14', '')),
    'on the way to the bank': await payer.pay(url, card('4000002760000016')),
  }
  const bank = await payer.bankAt(onwardOf(states['on the way to the bank'] ?? assert.fail()))
  states.bank = bank.shown
  states['wrong code'] = await bank.answer('accept', '1')
  states.answered = await bank.answer('refuse')
  states['refused check'] = await payer.visit(url)
  states['bank not found'] = await payer.visit(`${server.url}/v2/redirect/test_x`)
  const plain = await shop.payment({ auth: undefined })
  states['refused try'] = await payer.pay(shop.pageOf(plain), card('4000000000000002'))
  states.paid = await payer.pay(shop.pageOf(plain), card('4242424242424242'))
  const canceled = await shop.intent()
  await server.call('DELETE', `/v2/payment_intents/${canceled.id}`)
  states.canceled = await payer.visit(canceled.url)
  const none = await shop.payment({ currency: 'usd', methods_allowed: ['sepa'] })
  states.unavailable = await payer.visit(shop.pageOf(none))
  return states
}

/** The bytes that cross the wire for a page. */
const wireOf = (
  url: string,
  encoding: string,
): Promise<{ type: string; body: Buffer; head: number }> =>
  new Promise((resolve, reject) => {
    request(
      url,
      { headers: { 'accept-encoding': encoding, 'accept-language': 'fr' } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({
            type: String(answer.headers['content-encoding']),
            body: Buffer.concat(chunks),
            head: answer.rawHeaders.join(': ').length,
          }),
        )
      },
    )
      .on('error', reject)
      .end()
  })

describe('each state of the pages', () => {
  it('runs only what stands in it, is kept nowhere, and may be framed', async () => {
    for (const [name, { html, headers }] of Object.entries(await everyState())) {
      const policy = headers.get('content-security-policy') ?? ''
      const hash = (tag: string) => {
        const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(html) ?? []
        return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
      }
      assert.deepEqual(
        policy.split('; ').filter((it) => !it.startsWith('require-trusted')),
        [
          "default-src 'none'",
          `script-src ${hash('script')}`,
          `style-src ${hash('style')}`,
          'img-src data:',
          "connect-src 'self'",
          "form-action 'self'",
          "base-uri 'none'",
          'frame-ancestors *',
        ],
        name,
      )
      assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
      assert.equal(headers.get('x-frame-options'), null)
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('vary'), 'accept-language, accept-encoding')
      assert.match(headers.get('permissions-policy') ?? '', /payment=\(self\)/)
      assert.doesNotMatch(html, /\ssrc=|@import|url\(|\son\w+=|\sstyle=/, name)
    }
  })

  it('weighs at most 14 kB on the wire, headers and all', async () => {
    const states = await everyState()
    assert.ok(Object.keys(states).length >= 14)
    const open = await shop.payment()
    const bank = onwardOf(await payer.pay(shop.pageOf(open), card('4000002760000016')))
    for (const url of [shop.pageOf(payment), shop.pageOf(intent), bank, `${server.url}/pi_x`]) {
      const { type, body, head } = await wireOf(url, 'br, gzip;q=0.9')
      assert.equal(type, 'gzip')
      assert.ok(body.length + head <= 14_000, `${url} ${body.length} + ${head}`)
      const plain = await wireOf(url, 'identity')
      assert.equal(plain.type, 'undefined')
      assert.equal(gunzipSync(body).length, plain.body.length)
    }
    for (const [name, { headers }] of Object.entries(states)) {
      assert.equal(headers.get('content-encoding'), 'gzip', name)
      const length = Number(headers.get('content-length'))
      assert.ok(length > 0 && length <= 13_000, `${name} ${length}`)
    }
  })
})
