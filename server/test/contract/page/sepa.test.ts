import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { fr } from '../../../src/dialects/page/texts/fr.ts'
import { startServer, type TestServer } from '../../harness.ts'
import {
  account,
  alertOf,
  assertPaidOnce,
  card,
  filledIn,
  payerOf,
  type Shop,
  shopOf,
} from './payer.ts'

const iban = 'FR1420041010050500013M02606'

let server: TestServer
let shop: Shop
const payer = payerOf()

before(async () => {
  server = await startServer()
  shop = shopOf(server)
})
after(() => server.close())

const offers = (html: string): string[] => [
  ...(/id="number"/.test(html) ? ['card'] : []),
  ...(/id="iban"/.test(html) ? ['sepa'] : []),
]

describe('a direct debit on the page', () => {
  it('shows the mandate to whom it is given, in the language of the payer', async () => {
    const payment = await shop.payment()
    for (const [lang, texts] of [
      ['en', en],
      ['fr', fr],
    ] as const) {
      const { text } = await payer.visit(`${shop.pageOf(payment)}?lang=${lang}`)
      assert.ok(text.includes(texts.mandate_title))
      assert.ok(text.includes(texts.mandate.replaceAll('{creditor}', 'Test shop')))
      assert.ok(text.includes(texts.mandate_rights))
    }
  })

  it('keeps the mandate: its reference and its day are read in v2', async () => {
    const payment = await shop.payment()
    const shown = await payer.pay(
      shop.pageOf(payment),
      account('IBAN fr14 2004 1010 0505 0001 3m02 606', 'Zoé Martin'),
    )
    assert.ok(shown.text.includes(en.paid.title), shown.text)
    const { sepa, status, method, auth } = await shop.read(payment)
    assert.deepEqual(
      [status, method, sepa.name, sepa.last4],
      ['to_capture', 'sepa', 'Zoé Martin', '2606'],
    )
    assert.match(sepa.mandate, /^[0-9A-Za-z/?:().,'+ -]{1,35}$/)
    assert.equal(sepa.date_mandate, server.clock.now().toISOString().slice(0, 10))
    const { body } = await server.call('GET', `/v2/sepa/${sepa.id}`)
    assert.equal(body.mandate, sepa.mandate)
    assert.notEqual(auth.status, 'success', 'there was no card to authenticate')
    await assertPaidOnce(server, [payment.id])

    const other = await shop.payment()
    await payer.pay(shop.pageOf(other), account(iban, 'Zoé Martin'))
    assert.notEqual((await shop.read(other)).sepa.mandate, sepa.mandate)
  })

  for (const [typed, words] of [
    ['FR14 2004 1010 0505 0001 3M02 60', 'must have 27 characters'],
    ['DE89 3704 0044 0532 0130 0', 'must have 22 characters'],
    ['FR15 2004 1010 0505 0001 3M02 606', en.errors.iban_invalid],
    ['1234', en.errors.iban_country],
    ['', en.errors.iban_missing],
  ] as const) {
    it(`says beside the field what is wrong with ${JSON.stringify(typed)}`, async () => {
      const payment = await shop.payment()
      const shown = await payer.pay(shop.pageOf(payment), account(typed))
      assert.equal(shown.status, 422)
      assert.ok(alertOf(shown).includes(words), alertOf(shown))
      const [, line = ''] = /id="iban-error"[^>]*>(.*?)<\/p>/s.exec(shown.html) ?? []
      assert.ok(line.includes(words), line)
      assert.match(shown.html, /<input[^>]*id="iban"[^>]*aria-invalid/)
      assert.deepEqual(
        [filledIn(shown, 'iban'), filledIn(shown, 'holder')],
        [typed, 'Pierre Martin'],
      )
      assert.match(shown.html, /<input[^>]*value="sepa"[^>]*checked/, 'the method stays chosen')
      assert.equal((await shop.read(payment)).status, null)
    })
  }
})

describe('the methods of a page', () => {
  for (const [body, methods] of [
    [{}, ['card', 'sepa']],
    [{ methods_allowed: ['card', 'sepa'] }, ['card', 'sepa']],
    [{ methods_allowed: ['card'] }, ['card']],
    [{ methods_allowed: ['sepa'] }, ['sepa']],
    [{ currency: 'usd' }, ['card']],
    [{ currency: 'chf', methods_allowed: ['card', 'sepa'] }, ['card']],
  ] as const) {
    it(`are ${methods.join(' and ')} for ${JSON.stringify(body)}, and no other`, async () => {
      for (const made of [await shop.payment(body), await shop.intent(body)]) {
        const url = shop.pageOf(made)
        assert.deepEqual(offers((await payer.visit(url)).html), methods)
        for (const fields of [card('4242424242424242'), account(iban)]) {
          if ((methods as readonly string[]).includes(fields.method)) continue
          const shown = await payer.pay(url, fields)
          assert.equal(shown.status, 422)
          assert.ok(alertOf(shown).includes(en.errors.method_missing))
        }
        const [method] = methods
        const fields = method === 'card' ? card('4242424242424242') : account(iban)
        assert.ok((await payer.pay(url, fields)).text.includes(en.paid.title))
        await assertPaidOnce(server, [made.id])
      }
    })
  }

  it('none, where no allowed one takes the currency: the page says so', async () => {
    const payment = await shop.payment({ currency: 'usd', methods_allowed: ['sepa'] })
    const shown = await payer.visit(shop.pageOf(payment))
    assert.equal(shown.status, 503)
    assert.ok(shown.text.includes(en.unavailable.title))
  })
})
