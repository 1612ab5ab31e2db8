import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../../src/dialects/page/texts/en.ts'
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
  onwardOf,
  payerOf,
  type Shop,
  shopOf,
  tokenOf,
  toldOf,
  triedOf,
} from './payer.ts'

let server: TestServer
let shop: Shop
const payer = payerOf()

before(async () => {
  server = await startServer()
  shop = shopOf(server)
})
after(() => server.close())

const kinds = kindsOf(() => shop)

for (const { kind, make } of kinds) {
  describe(`${kind} is paid once`, () => {
    for (const number of [good, '4000000000000077']) {
      it(`when the same form is sent five times at once, ${number.slice(-4)}`, async () => {
        const made = await make()
        const url = shop.pageOf(made)
        const fields = { csrf: tokenOf(await payer.visit(url)), ...card(number) }
        const sent = await Promise.all([1, 2, 3, 4, 5].map(() => payer.visit(url, { fields })))
        for (const { html } of sent.filter(onwardOf)) {
          await (await payer.bankAt(onwardOf({ html }))).answer('accept')
        }
        const shown = await payer.visit(url)
        assert.ok(shown.text.includes(en.paid.title), shown.text)
        await assertPaidOnce(server, [made.id])
      })
    }

    it('when a form is sent again after it was paid, from its own or another tab', async () => {
      const made = await make()
      const url = shop.pageOf(made)
      const [one, two] = await Promise.all([payer.visit(url), payer.visit(url)])
      const fields = { csrf: tokenOf(one), ...card(good) }
      assert.equal((await payer.visit(url, { fields })).status, 303)
      for (const csrf of [tokenOf(one), tokenOf(two)]) {
        const again = await payer.visit(url, { fields: { ...fields, csrf } })
        assert.deepEqual([again.status, again.html], [303, ''])
      }
      for (let refresh = 0; refresh < 2; refresh++) {
        assert.ok((await payer.visit(url)).text.includes(en.paid.title))
      }
      await assertPaidOnce(server, [made.id])
    })

    for (const [first, order] of [
      ['earlier', [0, 1]],
      ['later', [1, 0]],
    ] as const) {
      it(`when two tabs say yes at the bank, the ${first} first`, async () => {
        const made = await make()
        const url = shop.pageOf(made)
        const tabs = [
          await payer.payAsFarAsBank(url, card(challenged)),
          await payer.payAsFarAsBank(url, card('4000003720000005')),
        ]
        assert.notEqual(tabs[0]?.url, tabs[1]?.url)
        for (const tab of order) {
          assert.equal(
            onwardOf((await tabs[tab]?.answer('accept')) ?? assert.fail()),
            `${url}?lang=en`,
          )
        }
        assert.ok((await payer.visit(url)).text.includes(en.paid.title))
        assert.equal(toldOf(await payer.visit(url)).paymentStatus, 'to_capture')
        await assertPaidOnce(server, [made.id])
      })
    }

    it('when the bank is answered five times at once', async () => {
      const made = await make()
      const bank = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
      await Promise.all([1, 2, 3, 4, 5].map(() => bank.answer('accept')))
      await assertPaidOnce(server, [made.id])
      assert.ok((await payer.visit(shop.pageOf(made))).text.includes(en.paid.title))
    })

    it('by another method, when the payer came back from the bank without an answer', async () => {
      const made = await make()
      const url = shop.pageOf(made)
      const bank = await payer.payAsFarAsBank(url, card(challenged))
      const paid = await payer.pay(url, account(goodIban))
      assert.ok(paid.text.includes(en.paid.title), paid.text)
      await bank.answer('accept')
      assert.ok((await payer.visit(url)).text.includes(en.paid.title))
      const [last] = (await triedOf(shop, made)).filter((it) => it.status === 'to_capture')
      assert.equal(last.method, 'sepa')
      await assertPaidOnce(server, [made.id])
    })
  })

  describe(`what happens to ${kind} while its page is open`, () => {
    for (const change of [{ amount: 9999 }, { amount: 10 }, { currency: 'usd' }]) {
      it(`nobody pays a price that was not shown: ${JSON.stringify(change)}`, async () => {
        const made = await make()
        const url = shop.pageOf(made)
        const csrf = tokenOf(await payer.visit(url))
        await shop.patch(made, change)
        const sent = await payer.visit(url, { fields: { csrf, ...card(good) } })
        assert.equal(sent.status, 200)
        assert.ok(alertOf(sent).includes(en.refusals.price_changed), alertOf(sent))
        assert.ok(!(await triedOf(shop, made)).some((it) => it.status))
        const price = {
          9999: '€99.99',
          10: '€0.10',
          usd: '$45.90',
        }[change.amount ?? change.currency ?? '']
        assert.ok(sent.text.includes(`Pay ${price}`), sent.text)
        await payer.pay(url, card(good))
        const paid = (await triedOf(shop, made)).filter((it) => it.status === 'to_capture')
        const { amount, currency } = await shop.read(made)
        assert.deepEqual(
          paid.map((it) => [it.amount, it.currency]),
          [[amount, currency]],
        )
        await assertPaidOnce(server, [made.id])
      })
    }

    it('what is changed beside the price does not stop the payer', async () => {
      const made = await make()
      const url = shop.pageOf(made)
      const csrf = tokenOf(await payer.visit(url))
      const next = 'https://shop.example/other'
      await shop.patch(made, { description: 'Two lamps', return_url: next })
      await payer.visit(url, { fields: { csrf, ...card(good) } })
      const shown = await payer.visit(url)
      assert.ok(shown.text.includes(en.paid.title))
      assert.equal(toldOf(shown).url, next)
    })

    it('a form of yesterday shows the page again and pays nothing', async () => {
      const other = await startServer()
      try {
        const others = shopOf(other)
        const made = kind === 'an intent' ? await others.intent() : await others.payment()
        const csrf = tokenOf(await payer.visit(others.pageOf(made)))
        await other.advance(25 * 3600 * 1000)
        const fields = { csrf, ...card(good) }
        assert.equal((await payer.visit(others.pageOf(made), { fields })).status, 303)
        const shown = await payer.visit(others.pageOf(made))
        assert.equal(alertOf(shown), '', 'no check was begun that could have taken too long')
        assert.ok((await payer.pay(others.pageOf(made), card(good))).text.includes(en.paid.title))
      } finally {
        await other.close()
      }
    })
  })
}

describe('an intent', () => {
  it('that is canceled meanwhile shows so, and takes no form', async () => {
    const intent = await shop.intent()
    const csrf = tokenOf(await payer.visit(intent.url))
    await server.call('DELETE', `/v2/payment_intents/${intent.id}`)
    assert.equal((await payer.visit(intent.url, { fields: { csrf, ...card(good) } })).status, 303)
    const shown = await payer.visit(intent.url)
    assert.ok(shown.text.includes(en.canceled.title))
    assert.deepEqual(toldOf(shown).messages, ['init', 'finished'])
    assert.deepEqual(await shop.paymentsOf(intent), [])
  })

  it('that is canceled while the payer is at the bank moves no money', async () => {
    const intent = await shop.intent()
    const bank = await payer.payAsFarAsBank(intent.url, card(challenged))
    await server.call('DELETE', `/v2/payment_intents/${intent.id}`)
    const shown = await payer.visit(onwardOf(await bank.answer('accept')))
    assert.ok(shown.text.includes(en.canceled.title))
    const [payment] = await shop.paymentsOf(intent)
    assert.equal(payment.status, 'canceled')
    assert.equal((await shop.read(intent)).status, 'canceled')
  })

  it('whose price changed while the payer is at the bank is asked for at the new one', async () => {
    const intent = await shop.intent()
    const bank = await payer.payAsFarAsBank(intent.url, card(challenged))
    await shop.patch(intent, { amount: 5000 })
    const shown = await payer.visit(onwardOf(await bank.answer('accept')))
    assert.ok(shown.text.includes('Pay €50.00'), shown.text)
    await payer.payAndConfirm(intent.url, card(challenged))
    const paid = (await shop.paymentsOf(intent)).filter((it) => it.status === 'to_capture')
    assert.deepEqual(
      paid.map((it) => it.amount),
      [5000],
    )
    await assertPaidOnce(server, [intent.id])
  })

  it('with a card is confirmed without typing it, or paid another way', async () => {
    const { body } = await server.call('POST', '/v2/cards/', {
      body: { number: challenged, exp_month: 12, exp_year: 2034, cvc: '123' },
    })
    const intent = await shop.intent({ card: body.id })
    const shown = await payer.visit(intent.url)
    assert.ok(shown.text.includes('•••• 0016'), shown.text)
    assert.doesNotMatch(shown.html, /id="number"/)
    assert.match((await payer.visit(`${intent.url}?other=1`)).html, /id="number"/)
    const paid = await payer.payAndConfirm(intent.url, { method: 'saved' })
    assert.ok(paid.text.includes(en.paid.title))
    await assertPaidOnce(server, [intent.id])

    const other = await shop.intent({ card: body.id })
    await payer.pay(other.url, account(goodIban))
    const { status, card: kept, sepa } = await shop.read(other)
    assert.deepEqual([status, kept], ['captured', null])
    assert.match(sepa, /^sepa_/)
  })

  it('with a card whose number is not known here lets the payer give another', async () => {
    const { body } = await server.call('POST', '/v2/cards/', {
      body: { number: '4000004420000006', exp_month: 12, exp_year: 2034, cvc: '123' },
    })
    const intent = await shop.intent({ card: body.id })
    await server.services.db.query('delete from vault_records where id = $1', [body.id])
    const shown = await payer.pay(intent.url, { method: 'saved' })
    assert.equal(shown.status, 200)
    assert.equal(filledIn(shown, 'number'), '')
    assert.ok((await payer.payAndConfirm(intent.url, card(good))).text.includes(en.paid.title))
  })

  it('cannot be paid with what it does not have', async () => {
    const intent = await shop.intent()
    const shown = await payer.pay(intent.url, { method: 'saved' })
    assert.equal(shown.status, 422)
    assert.ok(alertOf(shown).includes(en.errors.method_missing))
  })
})
