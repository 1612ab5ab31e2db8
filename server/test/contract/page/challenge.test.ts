import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { fr } from '../../../src/dialects/page/texts/fr.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import {
  alertOf,
  assertPaidOnce,
  card,
  onwardOf,
  payerOf,
  return_url,
  type Shop,
  shopOf,
  tokenOf,
  toldOf,
} from './payer.ts'

const challenged = '4000002760000016'

let server: TestServer
let shop: Shop
const payer = payerOf()

before(async () => {
  // A live mode that takes the test cards, so that the modes can be compared.
  server = await startServer({ live: sandbox })
  shop = shopOf(server)
})
after(() => server.close())

const kinds = [
  { kind: 'a payment', make: () => shop.payment() },
  { kind: 'an intent', make: () => shop.intent() },
] as const

const lastOf = async (made: Json): Promise<Json> =>
  made.id.startsWith('pi_') ? (await shop.paymentsOf(made))[0] : shop.read(made)

type Reason = keyof typeof en.refusals

/** Answer → session, payment, response; what the payer hears. */
const answers: readonly [string, string, string | null, string | null, Reason][] = [
  ['refuse', 'declined', 'refused', 'A1', 'verification_failed'],
  ['cancel', 'declined', 'refused', 'A1', 'verification_canceled'],
  ['error', 'failed', 'failed', null, 'technical'],
  ['expire', 'expired', null, null, 'verification_expired'],
]

for (const { kind, make } of kinds) {
  describe(`at the bank, the payer of ${kind}`, () => {
    it('sees what is confirmed: amount, merchant, card, and the code', async () => {
      const made = await make()
      const { shown, code, url } = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
      assert.equal(shown.status, 200)
      for (const text of ['€45.90', 'Test shop', 'Visa •••• 0016', en.challenge.notice]) {
        assert.ok(shown.text.includes(text), text)
      }
      assert.match(code, /^\d{6}$/)
      assert.ok(url.startsWith(`${server.url}/v2/redirect/test_`))
      const { auth } = await lastOf(made)
      assert.deepEqual([auth.status, auth.redirect_url], ['attempted', url])
    })

    for (const [action, session, status, response, reason] of answers) {
      it(`may ${action}: ${session}; the page says why and takes another try`, async () => {
        const made = await make()
        const bank = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
        const back = onwardOf(await bank.answer(action))
        assert.equal(back, `${shop.pageOf(made)}?lang=en`)
        const shown = await payer.visit(back)
        assert.equal(alertOf(shown), `${en.refused_title} ${en.refusals[reason]}`)
        assert.deepEqual(toldOf(shown).messages, ['init', 'secure-auth-error', 'error'])
        const last = await lastOf(made)
        assert.deepEqual(
          [last.auth.status, last.status, last.response],
          [session, status, response],
        )
        // What is over stays over, whatever is sent to it again.
        await bank.answer('accept')
        assert.equal((await lastOf(made)).status, status)

        const paid = await payer.payAndConfirm(shop.pageOf(made), card(challenged))
        assert.ok(paid.text.includes(en.paid.title), paid.text)
        assert.equal((await lastOf(made)).auth.status, 'success')
        await assertPaidOnce(server, [made.id])
      })
    }

    it('may mistype the code twice; the third wrong one is a refusal', async () => {
      const made = await make()
      const bank = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
      const wrong = bank.code === '000000' ? '000001' : '000000'
      const empty = await bank.answer('accept', ' - ')
      assert.equal(alertOf(empty), en.challenge.code_missing)
      const one = await bank.answer('accept', wrong)
      assert.deepEqual([one.status, alertOf(one).includes('2')], [422, true])
      const two = await bank.answer('accept', bank.code.slice(0, 5))
      assert.equal(alertOf(two), en.challenge.code_wrong_one)
      // Opening the page again gives no further tries.
      await payer.visit(bank.url)
      const three = await bank.answer('accept', wrong)
      const shown = await payer.visit(onwardOf(three))
      assert.ok(alertOf(shown).includes(en.refusals.verification_failed))
      assert.equal((await lastOf(made)).auth.status, 'declined')
      assert.equal(limits.code_tries_max, 3)
    })

    it('may write the code as it is shown, with its gap', async () => {
      const made = await make()
      const bank = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
      const spaced = bank.code.replace(/^(\d)(\d\d)/, ' $1-$2 ')
      const shown = await payer.visit(onwardOf(await bank.answer('accept', spaced)))
      assert.ok(shown.text.includes(en.paid.title))
    })

    it('may open its page twice, and after it is over is led on', async () => {
      const made = await make()
      const bank = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
      const again = await payer.bankAt(bank.url)
      assert.equal(again.code, bank.code)
      await bank.answer('accept')
      for (const shown of [await payer.visit(bank.url), await again.answer('refuse')]) {
        assert.equal(onwardOf(shown), `${shop.pageOf(made)}?lang=en`)
        assert.doesNotMatch(shown.html, /<form/)
      }
      assert.ok((await payer.visit(shop.pageOf(made))).text.includes(en.paid.title))
      await assertPaidOnce(server, [made.id])
    })

    it('[B57] has six hours: then the session is expired, the page is not', async () => {
      const made = await make()
      const url = shop.pageOf(made)
      const bank = await payer.payAsFarAsBank(url, card(challenged))
      server.clock.advance(limits.authentication_ms)
      // Before and after the server has noticed.
      for (const noticed of [false, true]) {
        if (noticed) await server.advance(1000)
        assert.equal(onwardOf(await bank.answer('accept')), `${url}?lang=en`)
        const shown = await payer.visit(url)
        assert.equal(alertOf(shown), `${en.refused_title} ${en.refusals.verification_expired}`)
      }
      const last = await lastOf(made)
      assert.deepEqual([last.auth.status, last.status], ['expired', null])
      const paid = await payer.payAndConfirm(url, card(challenged))
      assert.ok(paid.text.includes(en.paid.title))
      await assertPaidOnce(server, [made.id])
    })

    it('is heard in French, there and back', async () => {
      const made = await make()
      const parisian = payerOf('fr')
      const shown = await parisian.pay(shop.pageOf(made), card(challenged))
      assert.ok(shown.text.includes(fr.to_bank.title))
      const bank = await parisian.bankAt(onwardOf(shown))
      assert.ok(bank.shown.text.includes(fr.challenge.title))
      // Asked for by the address, against what the browser prefers.
      const url = `${shop.pageOf(made)}?lang=fr-FR`
      const asked = await payer.pay(url, card(challenged))
      assert.ok(asked.text.includes(fr.to_bank.title))
      const { shown: there, answer } = await payer.bankAt(onwardOf(asked))
      assert.ok(there.text.includes(fr.challenge.title))
      const back = onwardOf(await answer('accept'))
      assert.ok((await payer.visit(back)).text.includes(fr.paid.title))
    })
  })
}

describe('a session that a shop began by the API', () => {
  const inline = { number: challenged, exp_month: 12, exp_year: 2034, cvc: '123' }
  const begun = async (path: string, body: object): Promise<Json> => {
    const answer = await server.call('POST', path, { body: { amount: 4590, ...body } })
    assert.equal(answer.status, 200, answer.text)
    return answer.body
  }

  for (const [version, path, auth] of [
    ['v2', '/v2/payments/', { return_url }],
    ['v1', '/v1/checkout/', { status: 'request', return_url }],
  ] as const) {
    it(`[B44] leads back to the shop's own address, unchanged, ${version}`, async () => {
      const made = await begun(path, { currency: 'eur', card: inline, auth })
      assert.ok(made.auth.redirect_url.startsWith(`${server.url}/${version}/redirect/test_`))
      const bank = await payer.bankAt(made.auth.redirect_url)
      assert.equal(onwardOf(await bank.answer('accept')), return_url)
      const paid = await shop.read(made)
      assert.deepEqual([paid.status, paid.auth.status], ['to_capture', 'success'])
      await assertPaidOnce(server, [made.id])
    })
  }

  it('without an address to go to says that it is over, and leads nowhere', async () => {
    const made = await begun('/v2/payments/', { card: inline, auth: true })
    const bank = await payer.bankAt(made.auth.redirect_url)
    const shown = await bank.answer('accept')
    assert.deepEqual([shown.status, onwardOf(shown)], [200, ''])
    assert.ok(shown.text.includes(en.challenge.over.title))
    assert.equal((await shop.read(made)).auth.status, 'success')
  })

  it('goes on from the page of the payment, which leads to the bank', async () => {
    const made = await begun('/v2/payments/', { card: inline, auth: { return_url }, return_url })
    const shown = await payer.visit(shop.pageOf(made))
    assert.equal(onwardOf(shown), made.auth.redirect_url)
    assert.deepEqual(toldOf(shown).messages, ['secure-auth-start'])
  })
})

describe('the address of a session', () => {
  it('is the only proof: any other token or mode is one and the same 404', async () => {
    const made = await shop.payment()
    const { url, answer } = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
    const token = url.slice(url.indexOf('test_') + 5)
    const last = token.endsWith('0') ? '1' : '0'
    const bodies = new Set<string>()
    for (const wrong of [
      token,
      `test_${token.slice(0, -1)}${last}`,
      `test_${token.toUpperCase()}`,
      `prod_${token}`,
      `test_${token}x`,
      'test_',
      '%00',
      "test_' or 1=1 --",
      'x'.repeat(4000),
    ]) {
      for (const fields of [undefined, { action: 'accept', csrf: '' }]) {
        const shown = await payer.visit(`${server.url}/v2/redirect/${encodeURI(wrong)}`, {
          ...(fields && { fields }),
        })
        assert.equal(shown.status, 404, wrong.slice(0, 60))
        bodies.add(shown.html)
      }
    }
    assert.equal(bodies.size, 1)
    assert.equal((await shop.read(made)).status, null)
    assert.equal((await answer('accept')).status, 200)
  })

  it('of a live session never opens the test bank', async () => {
    const { sprod } = server.merchant.keys
    const { body } = await server.call('POST', '/v2/payments/', {
      key: sprod,
      body: {
        amount: 100,
        auth: { return_url },
        card: { number: challenged, exp_month: 12, exp_year: 2034, cvc: '123' },
      },
    })
    const url: string = body.auth.redirect_url
    assert.match(url, /\/redirect\/[0-9a-f]{8}-/)
    for (const address of [url, url.replace('/redirect/', '/redirect/test_')]) {
      for (const fields of [undefined, { action: 'accept', csrf: '', code: '000000' }]) {
        assert.equal((await payer.visit(address, { ...(fields && { fields }) })).status, 404)
      }
    }
    const after = await server.call('GET', `/v2/payments/${body.id}`, { key: sprod })
    assert.deepEqual([after.body.status, after.body.auth.status], [null, 'available'])
  })

  it('lets nothing but the answer to its question decide', async () => {
    const [made, other] = [await shop.payment(), await shop.payment()]
    const bank = await payer.payAsFarAsBank(shop.pageOf(made), card(challenged))
    const foreign = await payer.payAsFarAsBank(shop.pageOf(other), card(challenged))
    const csrf = tokenOf(bank.shown)
    const forged: Record<string, string>[] = [
      { action: 'accept', code: bank.code },
      { action: 'accept', code: bank.code, csrf: tokenOf(foreign.shown) },
      { action: 'success', csrf, code: bank.code },
      { action: '__proto__', csrf, code: bank.code },
      { result: 'success', status: 'success', csrf },
      { csrf },
    ]
    for (const fields of forged) {
      const shown = await payer.visit(`${bank.url}?result=success&status=success`, { fields })
      assert.equal(shown.status, 200)
      assert.equal(onwardOf(shown), '')
      assert.equal((await shop.read(made)).auth.status, 'attempted')
    }
    const shown = await payer.visit(`${bank.url}?amount=1&return_url=https://evil.example/`, {
      fields: {
        action: 'accept',
        csrf,
        code: bank.code,
        amount: '1',
        return_url: 'https://evil.example/',
      },
    })
    assert.equal(onwardOf(shown), `${shop.pageOf(made)}?lang=en`)
    const paid = await shop.read(made)
    assert.deepEqual([paid.status, paid.amount, paid.return_url], ['to_capture', 4590, return_url])
  })

  it('asked for its headers only does not send the payer to the bank', async () => {
    const made = await shop.payment()
    const url = onwardOf(await payer.pay(shop.pageOf(made), card(challenged)))
    const shown = await payer.visit(url, { method: 'HEAD' })
    assert.deepEqual([shown.status, shown.html], [200, ''])
    assert.equal((await shop.read(made)).auth.status, 'available')
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      assert.equal((await payer.visit(url, { method })).status, 401)
    }
    assert.equal((await shop.read(made)).auth.status, 'available')
  })
})
