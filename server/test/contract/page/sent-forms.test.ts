import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { startServer, type TestServer } from '../../harness.ts'
import {
  alertOf,
  card,
  challenged,
  filledIn,
  good,
  payerOf,
  return_url,
  type Shop,
  shopOf,
  tokenOf,
} from './payer.ts'

let server: TestServer
let shop: Shop
const payer = payerOf()

before(async () => {
  server = await startServer()
  shop = shopOf(server)
})
after(() => server.close())

describe('what a browser sends', () => {
  it('decides nothing but the method: amounts, results and statuses are not heard', async () => {
    const payment = await shop.payment()
    const url = shop.pageOf(payment)
    const tampered = {
      amount: '1',
      currency: 'usd',
      status: 'captured',
      result: 'success',
      return_url: 'https://evil.example/',
      capture: 'false',
      account: 'acct_x',
    }
    await payer.payAndConfirm(`${url}?${new URLSearchParams(tampered)}`, {
      ...card(challenged),
      ...tampered,
    })
    const paid = await shop.read(payment)
    assert.deepEqual(
      [paid.amount, paid.currency, paid.status, paid.capture, paid.return_url],
      [4590, 'eur', 'to_capture', true, return_url],
    )
    assert.equal(paid.auth.return_url, url)
  })

  it('is not heard without the token of this very form', async () => {
    const [one, two] = [await shop.payment(), await shop.payment()]
    const foreign = tokenOf(await payer.visit(shop.pageOf(two)))
    assert.ok(foreign)
    for (const csrf of [foreign, '', 'x'.repeat(5000), '\u0000']) {
      const sent = await payer.visit(shop.pageOf(one), { fields: { csrf, ...card(good) } })
      assert.equal(sent.status, 303)
    }
    const { csrf: _, ...fields } = { csrf: '', ...card(good) }
    assert.equal((await payer.visit(shop.pageOf(one), { fields })).status, 303)
    assert.equal((await shop.read(one)).status, null)
  })

  it('is taken as a form whatever it is called, and never breaks the page', async () => {
    const payment = await shop.payment()
    const url = shop.pageOf(payment)
    const csrf = tokenOf(await payer.visit(url))
    for (const [content, status] of [
      ['{"method":"card"}', 303],
      ['%', 303],
      ['', 303],
      [`csrf=${csrf}&method=card&number=%00%F0%28%8C%28`, 422],
      [`csrf=${csrf}&method=card&number=${'9'.repeat(100_000)}`, 422],
      [`csrf=${csrf}&method=${'<script>'.repeat(50)}`, 422],
      ['x'.repeat(300_000), 413],
    ] as const) {
      const { status: got, headers } = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        body: content,
        headers: { 'content-type': 'text/plain' },
      })
      assert.equal(got, status, content.slice(0, 60))
      if (got !== 303) assert.match(headers.get('content-type') ?? '', /^text\/html/)
    }
    assert.equal((await shop.read(payment)).status, null)
  })

  it('that can be mended is answered beside its field, with everything but the code', async () => {
    const payment = await shop.payment()
    const shown = await payer.pay(
      shop.pageOf(payment),
      card('4242 4242 4242 4241', { expiry: '13/34', csc: '1' }),
    )
    assert.equal(shown.status, 422)
    const { number_invalid, expiry_invalid, csc_invalid } = en.errors
    for (const text of [number_invalid, expiry_invalid, csc_invalid]) {
      assert.ok(alertOf(shown).includes(text), text)
      assert.equal(shown.text.split(text).length, 3, 'in the sum and at the field')
    }
    assert.equal(filledIn(shown, 'number'), '4242 4242 4242 4241')
    assert.equal(filledIn(shown, 'csc'), '')
    assert.equal((await shop.read(payment)).status, null)
  })

  it('a real card in test mode is not taken, and nothing of it is kept', async () => {
    const payment = await shop.payment()
    const shown = await payer.pay(shop.pageOf(payment), card('4929 0000 0000 6'))
    const real = await payer.pay(shop.pageOf(payment), card('4539578763621486'))
    assert.equal(shown.status, 422)
    assert.equal(real.status, 422)
    assert.ok(alertOf(real).includes(en.errors.number_not_test))
    const rows = await server.services.db.query('select * from cards where last4 = $1', ['1486'])
    assert.deepEqual(rows, [])
  })
})
