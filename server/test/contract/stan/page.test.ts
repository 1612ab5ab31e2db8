import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { createStanRefund } from '../../../src/stan/create-refund.ts'
import { createCredentials } from '../../../src/stan/credentials.ts'
import { assertShown, blocksOf, commandsOf } from '../../guide.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import {
  alertOf,
  assertPaidOnce,
  card,
  challenged,
  good,
  onwardOf,
  payerOf,
  type Shown,
  tokenOf,
  toldOf,
} from '../page/payer.ts'
import { shopUrl, stanShopOf } from './stan-shop.ts'

const declined = '4000000000000002'

let server: TestServer
let shop: ReturnType<typeof stanShopOf>
const payer = payerOf()

/** A browser that goes to a page says so itself; `fetch` would say something else. */
const visitAs = (page: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<void>((done, fail) => {
    const navigation = { 'sec-fetch-mode': 'navigate', ...headers }
    request(page, { method, headers: navigation }, (answer) => answer.resume().on('end', done))
      .on('error', fail)
      .end()
  })

before(async () => {
  server = await startServer()
  shop = stanShopOf(server)
})
after(() => server.close())

const cancelAt = async (page: string, csrf?: string): Promise<Shown> =>
  payer.visit(page, {
    fields: { csrf: csrf ?? tokenOf(await payer.visit(page)), action: 'cancel' },
  })

/** Where a page sends its payer back to, and what it adds to the shop's address. */
function backOf(shown: Shown): { address: string; said: Record<string, string>; hash: string } {
  const url = new URL(onwardOf(shown) || (toldOf(shown).url ?? assert.fail('no way back')))
  const {
    payment_status = '',
    state = '',
    payment_id = '',
    ...rest
  } = Object.fromEntries(url.searchParams)
  assert.equal(url.href.split('?').length, 2)
  const address = `${url.origin}${url.pathname}?${new URLSearchParams(rest)}`
  return { address, said: { payment_status, state, payment_id }, hash: url.hash }
}

describe('the page of a payment of Stan', () => {
  it('shows what was given: order, merchant, prices, total; card alone', async () => {
    const { page } = await shop.prepare({
      subtotal_amount: 4000n,
      shipping_amount: 590n,
      discount_amount: 500n,
      tax_amount: 500n,
    })
    const shown = await payer.visit(`${page}?x=1&subtotal_amount=1.00&payment_id=1&vat_amount=0`)
    for (const text of [
      ...['Test shop', 'A-17', en.test_mode, 'Pay €45.90', 'Subtotal €40.00', 'Delivery €5.90'],
      ...['Discount -€5.00', 'Tax €5.00', 'Total €45.90'],
      'Cancel and go back to shop.example',
    ]) {
      assert.ok(shown.text.includes(text), text)
    }
    assert.doesNotMatch(shown.html, /name="iban"/)
    const bare = await payer.visit((await shop.prepare()).page)
    assert.doesNotMatch(bare.text, /Subtotal|Delivery|Discount|Tax|Total/)
  })

  it('is not there under any other address', async () => {
    const { stan, page } = await shop.prepare()
    const { text } = await payer.visit(`${server.url}/pi_x`)
    for (const path of [stan.id, stan.token.slice(1), `${stan.token}x`, 'A'.repeat(24), '%00']) {
      for (const at of [`/stan/${path}`, `/stan/checkout/${path}`]) {
        const shown = await payer.visit(server.url + at)
        assert.deepEqual([shown.status, shown.text], [404, text], at)
      }
    }
    assert.equal((await payer.visit(`${server.url}/stan/checkout/${stan.token}`)).status, 404)
    assert.equal((await payer.visit(`${page}/?lang=fr`)).status, 200)
  })

  it('[5] is pending from the first visit; a preview or HEAD changes nothing', async () => {
    const { stan, page } = await shop.prepare()
    await payer.visit(page)
    await visitAs(page, {}, 'HEAD')
    for (const name of ['sec-purpose', 'purpose', 'x-moz']) {
      await visitAs(page, { [name]: 'prefetch;prerender' })
    }
    assert.equal(await shop.statusOf(stan.id), 'payment_prepared')
    await visitAs(page)
    assert.equal(await shop.statusOf(stan.id), 'payment_pending')
  })

  it('[10] [11] paid, it leads to return_url: query kept, one ?, fragment last', async () => {
    const { stan, page } = await shop.prepare({ state: 'a&b= c/é' })
    const shown = await payer.payAndConfirm(page, card(challenged))
    assert.equal(shown.title, `${en.paid.title} · Test shop`)
    const said = { payment_status: 'payment_success', state: 'a&b= c/é', payment_id: stan.id }
    const address = 'https://shop.example/?wc-api=WC_Stan_Payment'
    assert.deepEqual(backOf(shown), { address, said, hash: '#thanks' })
    assert.match(shown.html, /<meta http-equiv="refresh" content="3;url=https:\/\/shop\.example/)
    await assertPaidOnce(server, [stan.payment])
  })

  for (const cancel_url of [null, 'https://shop.example/cart?id=3#top']) {
    const to = new URL(cancel_url ?? shopUrl)
    const where = `${cancel_url ? 'cancel_url' : 'return_url'}`

    it(`[12] given up, it leads to ${where} and takes no money any more`, async () => {
      const { stan, page } = await shop.prepare({ cancel_url })
      const form = tokenOf(await payer.visit(page))
      for (const csrf of ['', 'x', tokenOf(await payer.visit((await shop.prepare()).page))]) {
        assert.equal((await cancelAt(page, csrf)).status, 303)
      }
      await payer.visit(`${page}?action=cancel&csrf=${form}`)
      assert.equal(await shop.statusOf(stan.id), 'payment_prepared')
      const gone = await cancelAt(page)
      const said = {
        payment_status: 'payment_cancelled',
        state: stan.state,
        payment_id: stan.id,
      }
      assert.equal(gone.status, 200)
      assert.deepEqual(backOf(gone), { address: to.href.replace(to.hash, ''), said, hash: to.hash })
      const late = await payer.visit(page, { fields: { csrf: form, ...card(good) } })
      assert.equal(late.status, 303)
      const after = await payer.visit(page)
      assert.equal(after.title, `${en.canceled.title} · Test shop`)
      assert.deepEqual(backOf(after).said, said)
      assert.equal(await shop.statusOf(stan.id), 'payment_cancelled')
    })

    it(`refused once, it says why, asks no more, and leads to ${where}`, async () => {
      const { stan, page } = await shop.prepare({ cancel_url })
      const form = tokenOf(await payer.visit(page))
      const shown = await payer.payAndConfirm(page, card(declined))
      assert.equal(shown.title, `${en.refused.title} · Test shop`)
      assert.ok(shown.text.includes(en.refusals.declined))
      assert.equal(tokenOf(shown), '')
      assert.doesNotMatch(shown.html, /http-equiv="refresh"/)
      const { address, said } = backOf(shown)
      assert.equal(address, to.href.replace(to.hash, ''))
      assert.deepEqual([said.payment_status, said.state], ['payment_failure', stan.state])
      for (const fields of [card(good), { action: 'cancel' }]) {
        assert.equal((await payer.visit(page, { fields: { csrf: form, ...fields } })).status, 303)
      }
      assert.equal(await shop.statusOf(stan.id), 'payment_failure')
    })
  }

  it('a check that the bank refused is a failure too, in every tab that is open', async () => {
    const { stan, page } = await shop.prepare()
    const bank = await payer.payAsFarAsBank(page, card(challenged))
    // Back from the bank without an answer: the payer may use another card.
    const other = await payer.visit(page)
    assert.ok(tokenOf(other))
    await bank.answer('refuse')
    const late = await payer.visit(page, { fields: { csrf: tokenOf(other), ...card(good) } })
    assert.equal(late.status, 303)
    assert.ok((await payer.visit(page)).text.includes(en.refusals.verification_failed))
    assert.equal(await shop.statusOf(stan.id), 'payment_failure')
  })

  it('pays once, however often its form is sent, and cannot be canceled then', async () => {
    const { stan, page } = await shop.prepare()
    const fields = { csrf: tokenOf(await payer.visit(page)), ...card(good) }
    await Promise.all([1, 2, 3].map(() => payer.visit(page, { fields })))
    const late = await cancelAt(page, fields.csrf)
    assert.equal(late.status, 303)
    assert.equal(await shop.statusOf(stan.id), 'payment_success')
    await assertPaidOnce(server, [stan.payment])
  })

  it('paid or given up at one instant, it is one of both', async () => {
    const { stan, page } = await shop.prepare()
    const csrf = tokenOf(await payer.visit(page))
    await Promise.all([
      payer.visit(page, { fields: { csrf, ...card(good) } }),
      payer.visit(page, { fields: { csrf, action: 'cancel' } }),
    ])
    const { title } = await payer.visit(page)
    const status = await shop.statusOf(stan.id)
    const expected = status === 'payment_success' ? en.paid.title : en.canceled.title
    assert.equal(title, `${expected} · Test shop`)
    if (status === 'payment_success') await assertPaidOnce(server, [stan.payment])
  })

  it('[15] tells what was refunded, and the shop in which state it is', async () => {
    const { stan, page } = await shop.prepare()
    await payer.payAndConfirm(page, card('4000000000000077'))
    const refund = { payment: stan.id, reason: 'duplicate' } as const
    await createStanRefund(server.ctx(), { ...refund, amount: 1000n })
    const part = await payer.visit(page)
    assert.equal(part.title, `${en.paid.title} · Test shop`)
    assert.ok(part.text.includes(`${en.refunded_amount} €10.00`), part.text)
    assert.equal(backOf(part).said.payment_status, 'payment_partial_refunded')
    await createStanRefund(server.ctx(), { ...refund, amount: 3590n })
    const whole = await payer.visit(page)
    assert.equal(whole.title, `${en.refunded.title} · Test shop`)
    assert.equal(backOf(whole).said.payment_status, 'payment_refunded')
  })

  it('weighs at most 14 kB on the wire', async () => {
    const lines = { subtotal_amount: 1n, shipping_amount: 1n, discount_amount: 1n, tax_amount: 1n }
    const { html, headers } = await payer.visit((await shop.prepare(lines)).page, { lang: 'fr' })
    const head = [...headers].flat().join(': ').length
    assert.ok(gzipSync(html).length + head <= 14_000, `${gzipSync(html).length} + ${head}`)
  })
})

describe('the form of a page of Stan', () => {
  it('keeps what can be mended, and has not used up its try by that', async () => {
    const { stan, page } = await shop.prepare()
    const wrong = await payer.pay(page, card('4242', { expiry: '13/34' }))
    assert.equal(wrong.status, 422)
    assert.ok(alertOf(wrong).includes(en.errors.number_short))
    const foreign = await payer.pay(page, card('4539578763621486'))
    assert.ok(alertOf(foreign).includes(en.errors.number_not_test))
    await payer.pay(page, card(good))
    assert.equal(await shop.statusOf(stan.id), 'payment_success')
  })
})

describe('a page of Stan whose time is over', () => {
  it('[29] takes no money, also at the bank, and leads back with payment_expired', async () => {
    const open = await shop.prepare({ cancel_url: 'https://shop.example/cart' })
    const csrf = tokenOf(await payer.visit(open.page))
    const away = await shop.prepare()
    const bank = await payer.payAsFarAsBank(away.page, card(challenged))
    server.clock.advance(limits.stan_payment_ms)
    const late = await payer.visit(open.page, { fields: { csrf, ...card(good) } })
    assert.equal(late.status, 303)
    const fresh = await payer.visit(open.page)
    assert.equal(fresh.title, `${en.expired.title} · Test shop`)
    const { address, said } = backOf(fresh)
    assert.equal(address, 'https://shop.example/?wc-api=WC_Stan_Payment')
    assert.equal(said.payment_status, 'payment_expired')
    await bank.answer('accept')
    assert.equal((await payer.visit(away.page)).title, `${en.expired.title} · Test shop`)
    assert.notEqual(await shop.statusOf(open.stan.id), 'payment_success')
    assert.notEqual(await shop.statusOf(away.stan.id), 'payment_success')
  })
})

describe('the guide to Stan', () => {
  it('says what happens: each of its calls answers as it shows', async () => {
    const { committer, vault, clock } = server.services
    const whose = { account: server.merchant.id, live: false }
    const { row, secret } = await createCredentials({ committer, vault, now: clock.now() }, whose)
    const pair = Buffer.from(`${row.id}:${secret.reveal()}`).toString('base64')
    const guide = new URL('../../../../../docs/guides/stan.md', import.meta.url)
    let [printed, payment, shown]: [Json, string, number] = [{}, '', 0]
    for (const { language, text } of blocksOf(await readFile(guide, 'utf8'))) {
      if (language === 'json') {
        assertShown(printed, JSON.parse(text))
        shown++
        if (!printed.redirect_url) continue
        payment = printed.payment_id
        await payer.pay(printed.redirect_url, card(good))
      }
      const calls = language === 'sh' ? commandsOf(text) : []
      for (const [, path = '', , , , body] of calls.filter(([program]) => program === 'curl')) {
        const answer = await server.call(
          body ? 'POST' : 'GET',
          path.replace('$API', '').replace('$PAYMENT', payment),
          {
            key: null,
            headers: { authorization: `Basic ${pair}`, 'content-type': 'application/json' },
            ...(body && { body: body.replace('$PAYMENT', payment) }),
          },
        )
        assert.equal(answer.status, 200, answer.text)
        printed = answer.body
      }
    }
    assert.equal(shown, 3)
  })
})
