import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { startServer, type TestServer } from '../../harness.ts'
import {
  account,
  alertOf,
  assertPaidOnce,
  card,
  challenged,
  filledIn,
  good,
  goodIban,
  kindsOf,
  payerOf,
  return_url,
  type Shop,
  shopOf,
  tokenOf,
  toldOf,
  triedOf,
} from './payer.ts'

const declined = '4000000000000002'

let server: TestServer
let shop: Shop
const payer = payerOf()

before(async () => {
  server = await startServer()
  shop = shopOf(server)
})
after(() => server.close())

const kinds = kindsOf(() => shop)

describe('after success on the page', () => {
  for (const [capture, status] of [
    [true, 'to_capture'],
    [false, 'authorized'],
  ] as const) {
    it(`[B79] a payment with capture:${capture} is ${status}, returned to its page`, async () => {
      const payment = await shop.payment({ capture, return_url })
      const page = shop.pageOf(payment)
      const shown = await payer.payAndConfirm(page, card(challenged))
      assert.ok(shown.text.includes(en.paid.title))
      const paid = await shop.read(payment)
      assert.deepEqual(
        [paid.status, paid.auth.status, paid.auth.return_url, paid.return_url],
        [status, 'success', page, return_url],
      )
      assert.equal(paid.capture, capture)
      await assertPaidOnce(server, [payment.id])
    })

    it(`[B79] so is the payment of an intent with capture:${capture}`, async () => {
      const intent = await shop.intent({ capture, return_url })
      await payer.payAndConfirm(intent.url, card(challenged))
      const paid = await shop.read(intent)
      const [payment] = await shop.paymentsOf(intent)
      assert.deepEqual(
        [paid.status, paid.return_url, paid.payment],
        [capture ? 'captured' : 'authorized', return_url, payment.id],
      )
      assert.match(paid.card, /^card_/)
      assert.deepEqual(
        [payment.status, payment.auth.status, payment.auth.return_url, payment.return_url],
        [status, 'success', intent.url, return_url],
      )
      await assertPaidOnce(server, [intent.id])
    })
  }

  it('v1 reads the same payment in its own words', async () => {
    const payment = await shop.payment()
    await payer.payAndConfirm(shop.pageOf(payment), card(challenged))
    const { body } = await server.call('GET', `/v1/checkout/${payment.id}`)
    assert.deepEqual([body.status, body.auth.status], ['to_capture', 'success'])
  })

  it('a card to keep for later is saved for nothing', async () => {
    const intent = await shop.intent({ amount: 0, capture: false })
    const shown = await payer.payAndConfirm(intent.url, card(challenged))
    assert.ok(shown.text.includes(en.saved.title))
    const { status, card: kept } = await shop.read(intent)
    assert.equal(status, 'authorized')
    assert.match(kept, /^card_/)
  })

  for (const { kind, make } of kinds) {
    it(`a window around ${kind} hears where to go, and how it stands`, async () => {
      const made = await make()
      assert.deepEqual(toldOf(await payer.visit(shop.pageOf(made))), {
        messages: ['init'],
        url: return_url,
        paymentStatus: null,
      })
      const shown = await payer.payAndConfirm(shop.pageOf(made), card(challenged))
      assert.deepEqual(toldOf(shown), {
        messages: ['init', 'secure-auth-end', 'finished'],
        url: return_url,
        paymentStatus: 'to_capture',
      })
      const without = await make({ return_url: undefined })
      const end = await payer.payAndConfirm(shop.pageOf(without), card(challenged))
      assert.deepEqual([toldOf(end).url, toldOf(end).paymentStatus], [null, 'to_capture'])
      assert.ok(end.text.includes(en.close))
    })
  }
})

for (const { kind, make } of kinds) {
  describe(`a refused try of ${kind}`, () => {
    it('is told in words, keeps the form but for the code, and is not the last', async () => {
      const made = await make({ auth: undefined, ...(kind === 'an intent' && { threeds: 'none' }) })
      const url = shop.pageOf(made)
      const shown = await payer.pay(url, card(declined, { number: '4000 0000 0000 0002' }))
      assert.equal(alertOf(shown), `${en.refused_title} ${en.refusals.declined}`)
      assert.match(shown.title, new RegExp(`^${en.error_prefix} `))
      assert.deepEqual(
        ['number', 'expiry', 'name', 'csc'].map((id) => filledIn(shown, id)),
        ['4000 0000 0000 0002', '12/34', 'Zoé Martin', ''],
      )
      const said = shown.html.replace(/<(style|script)>.*?<\/\1>/gs, '')
      assert.doesNotMatch(said.replace(/name="csrf" value="[^"]*"/, ''), /\b987\b/)
      assert.deepEqual(toldOf(shown).messages, ['init', 'error'])
      assert.equal(toldOf(shown).paymentStatus, 'refused')
      const again = await payer.visit(url)
      assert.equal(alertOf(again), alertOf(shown))
      assert.equal(filledIn(again, 'number'), '')

      const paid = await payer.pay(url, card(good))
      assert.ok(paid.text.includes(en.paid.title))
      await assertPaidOnce(server, [made.id])
    })

    it('may be followed by another method', async () => {
      const made = await make()
      const url = shop.pageOf(made)
      await payer.payAndConfirm(url, card(declined))
      const paid = await payer.pay(url, account(goodIban))
      assert.ok(paid.text.includes(en.paid.title), paid.text)
      const last = (await triedOf(shop, made)).find((it) => it.status === 'to_capture')
      assert.deepEqual([last.method, last.response], ['sepa', '00'])
      await assertPaidOnce(server, [made.id])
    })

    it('is counted: after the last one the page is closed, and stays so', async () => {
      const made = await make({ auth: undefined, ...(kind === 'an intent' && { threeds: 'none' }) })
      const url = shop.pageOf(made)
      for (let left = limits.attempts_max - 1; left > 0; left--) {
        const shown = await payer.pay(url, card(declined))
        assert.equal(shown.text.includes(en.last_try), left === 1, `${left} left`)
      }
      const late = tokenOf(await payer.visit(url))
      const closed = await payer.pay(url, card(declined))
      assert.ok(closed.text.includes(en.refused.title), closed.text)
      assert.ok(closed.text.includes(en.refusals.declined))
      assert.deepEqual(toldOf(closed).messages, ['init', 'finished'])
      assert.doesNotMatch(closed.html, /<form/)
      for (const csrf of [late, '', 'x']) {
        const shown = await payer.visit(url, { fields: { csrf, ...card(good) } })
        assert.equal(shown.status, 303)
      }
      assert.equal((await payer.visit(url)).text, closed.text)
      const all = await triedOf(shop, made)
      assert.ok(all.every((it) => it.status === 'refused'))
      assert.equal((await shop.read(made)).status, kind === 'an intent' ? 'unpaid' : 'refused')
    })
  })
}
