import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../src/dialects/page/texts/en.ts'
import { fr } from '../../src/dialects/page/texts/fr.ts'
import { assertPaidOnce } from '../contract/page/payer.ts'
import type { Json } from '../harness.ts'
import {
  atBank,
  confirm,
  look,
  noCountdown,
  openStage,
  patience,
  type Stage,
  send,
  typeCard,
} from './page-stage.ts'

const good = '4242424242424242'
const challenged = '4000002760000016'
const declined = '4000000000000002'
const words = { en, fr }

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage?.close())

const details = { description: 'Lampe de bureau', order_id: '2026-0042' }
const shopUrl = () => `${stage.site}/thanks?order=1`

/** Each address that a shop may send its payer to. */
const addresses: Record<string, (body: object) => Promise<{ made: Json; url: string }>> = {
  'a payment by the public key': async (body) => {
    const made = await stage.shop.payment(body)
    return { made, url: stage.shop.pageOf(made) }
  },
  'an intent by its url': async (body) => {
    const made = await stage.shop.intent(body)
    assert.equal(made.url, `${stage.page}/test_${made.id}`)
    return { made, url: made.url }
  },
  'an intent by the address with its name': async (body) => {
    const made = await stage.shop.intent(body)
    return { made, url: `${stage.page}/payment_intents/${made.id}` }
  },
}

const screens = [
  { width: 360, script: true, lang: 'fr', capture: true },
  { width: 1280, script: true, lang: 'en', capture: false },
  { width: 360, script: false, lang: 'en', capture: true },
  { width: 1280, script: false, lang: 'fr', capture: false },
] as const

/** The payment and, where there is one, the intent are in the states that are promised. */
async function assertPromised(made: Json, url: string, capture: boolean): Promise<void> {
  const object = await stage.shop.read(made)
  const isIntent = made.id.startsWith('pi_')
  if (isIntent) assert.equal(object.status, capture ? 'captured' : 'authorized')
  const payment = isIntent ? (await stage.shop.paymentsOf(made))[0] : object
  assert.deepEqual(
    [payment.status, payment.auth.status, payment.auth.return_url, object.return_url],
    [capture ? 'to_capture' : 'authorized', 'success', url, shopUrl()],
  )
  await assertPaidOnce(stage.server, [made.id])
}

for (const [what, make] of Object.entries(addresses)) {
  describe(`${what} is paid with a card and 3-D Secure`, () => {
    for (const { width, script, lang, capture } of screens) {
      const t = words[lang]
      const how = `${width} px, ${script ? 'with' : 'without'} a script, ${lang}`
      it(`[B79] ${how}, capture ${capture}`, async () => {
        const { made, url } = await make({ return_url: shopUrl(), capture, ...details })
        const options = {
          viewport: { width, height: 800 },
          javaScriptEnabled: script,
          locale: lang === 'fr' ? 'fr-FR' : 'en-GB',
        }
        await stage.within(options, async (page) => {
          const shot = `${what.split(' ')[1]}-${script ? 'js' : 'plain'}-${lang}`
          if (lang === 'en') await page.addInitScript(noCountdown)
          await page.goto(url)
          await look(page, `${shot}-1-form`, script)
          await typeCard(page, challenged)
          await send(page)
          const code = await atBank(page, stage)
          assert.equal(await page.textContent('h1'), t.challenge.title)
          await look(page, `${shot}-2-bank`, script)
          // What comes goes on by itself after a moment: it is waited for before it comes.
          await Promise.all([
            page.waitForURL((it) => it.href.startsWith(url), patience),
            page.waitForSelector(`h1:has-text("${t.paid.title}")`),
            confirm(page, code),
          ])
          if (lang === 'en') {
            const stay = page.click('[data-stay]', { timeout: script ? patience.timeout : 2000 })
            // Without a script nothing stops it, and a busy machine comes too late.
            await stay.catch(() => page.goto(`${url}?stay=1`))
            await look(page, `${shot}-3-paid`, script)
            await page.click('main a.btn')
          }
          await page.waitForURL(shopUrl(), patience)
        })
        await assertPromised(made, url, capture)
      })
    }
  })
}

describe('a live intent', () => {
  it('is paid at its short address, without a word of tests', async () => {
    const { sprod } = stage.server.merchant.keys
    const body = { amount: 4590, return_url: shopUrl() }
    const { body: made } = await stage.server.call('POST', '/v2/payment_intents/', {
      key: sprod,
      body,
    })
    assert.equal(made.url, `${stage.page}/${made.id}`)
    await stage.within({ viewport: { width: 360, height: 800 }, locale: 'en-GB' }, async (page) => {
      await page.goto(made.url)
      await look(page, 'live-form')
      assert.ok(!(await page.content()).includes(en.test_mode))
      await typeCard(page, good)
      await send(page)
      await page.waitForURL(shopUrl(), patience)
    })
    const { body: paid } = await stage.server.call('GET', `/v2/payment_intents/${made.id}`, {
      key: sprod,
    })
    assert.equal(paid.status, 'captured')
  })
})

for (const script of [true, false]) {
  const options = {
    viewport: { width: 360, height: 800 },
    locale: 'en-GB',
    javaScriptEnabled: script,
  }
  const paid = `h1:has-text("${en.paid.title}")`

  describe(`the payer of a page ${script ? 'with' : 'without'} a script`, () => {
    it('hears why a card was refused, keeps what was typed, and pays with another', async () => {
      const made = await stage.shop.payment({ auth: undefined, return_url: shopUrl() })
      await stage.within(options, async (page) => {
        await page.goto(stage.shop.pageOf(made))
        await typeCard(page, declined)
        await send(page)
        await page.waitForSelector('[role=alert]')
        const said = await page.textContent('[role=alert]')
        assert.ok(said?.includes(en.refusals.declined), said ?? '')
        const values = ['number', 'expiry', 'csc', 'name'].map((id) => page.inputValue(`#${id}`))
        const [number, ...others] = await Promise.all(values)
        assert.equal(number?.replace(/ /g, ''), declined)
        assert.deepEqual(others.slice(1), ['', 'Zoé Martin'])
        await look(page, `refused-${script ? 'js' : 'plain'}`, script)
        // Asking for the same page again, which the browser sends as the form once more.
        await page.reload()
        await page.waitForSelector('[role=alert]')
        await typeCard(page, good)
        await send(page)
        await page.waitForSelector(paid)
      })
      await assertPaidOnce(stage.server, [made.id])
    })

    it('changes to a direct debit after a refusal', async () => {
      const made = await stage.shop.intent({ threeds: 'none', return_url: shopUrl() })
      await stage.within(options, async (page) => {
        await page.goto(made.url)
        await typeCard(page, declined)
        await send(page)
        await page.waitForSelector('[role=alert]')
        await page.click('label[for=method-sepa]')
        assert.ok(!(await page.isVisible('#number')))
        await look(page, `sepa-${script ? 'js' : 'plain'}`, script)
        await page.fill('#iban', 'FR14 2004 1010 0505 0001 3M02 606')
        await page.fill('#holder', 'Zoé Martin')
        await send(page)
        await page.waitForSelector(paid)
        await page.waitForURL(shopUrl(), patience)
      })
      assert.equal((await stage.shop.read(made)).status, 'captured')
      await assertPaidOnce(stage.server, [made.id])
    })

    it('pays once, however often they press, reload, go back or open another tab', async () => {
      const made = await stage.shop.payment({ return_url: undefined })
      const url = stage.shop.pageOf(made)
      await stage.within(options, async (page, context) => {
        const other = await context.newPage()
        await other.goto(url)
        await page.goto(url)
        for (const tab of [page, other]) await typeCard(tab, good)
        await page.dblclick('form[data-pay] .btn')
        await page.waitForSelector(paid)
        await page.reload()
        await page.waitForSelector(paid)
        await page.goBack()
        await page.waitForSelector(paid)
        await send(other)
        await other.waitForSelector(paid)
      })
      await assertPaidOnce(stage.server, [made.id])
    })

    it('comes back from the bank with the back button, and pays another way', async () => {
      const made = await stage.shop.intent({ return_url: shopUrl() })
      await stage.within(options, async (page) => {
        await page.goto(made.url)
        await typeCard(page, challenged)
        await send(page)
        await atBank(page, stage)
        await page.goBack()
        await page.waitForSelector('#number')
        await page.click('label[for=method-sepa]')
        await page.fill('#iban', 'FR1420041010050500013M02606')
        await page.fill('#holder', 'Zoé Martin')
        await send(page)
        await page.waitForSelector(paid)
      })
      assert.match((await stage.shop.read(made)).sepa, /^sepa_/)
      await assertPaidOnce(stage.server, [made.id])
    })
  })
}

describe('a page that cannot be paid', () => {
  for (const width of [360, 1280]) {
    it(`reads well and fits ${width} px: canceled, closed, unavailable, not found`, async () => {
      const canceled = await stage.shop.intent()
      await stage.server.call('DELETE', `/v2/payment_intents/${canceled.id}`)
      const none = await stage.shop.payment({ currency: 'usd', methods_allowed: ['sepa'] })
      const over = await stage.shop.payment({
        auth: undefined,
        capture: false,
        card: { number: good, exp_month: 12, exp_year: 2034, cvc: '123' },
      })
      await stage.server.advance(8 * 24 * 3600 * 1000)
      await stage.within({ viewport: { width, height: 800 }, locale: 'fr-FR' }, async (page) => {
        for (const [name, url, title] of [
          ['canceled', canceled.url, fr.canceled.title],
          ['expired', stage.shop.pageOf(over), fr.expired.title],
          ['unavailable', stage.shop.pageOf(none), fr.unavailable.title],
          ['not-found', `${stage.page}/pi_x`, fr.not_found.title],
        ] as const) {
          await page.goto(url)
          assert.equal(await page.textContent('h1'), title)
          await look(page, name)
        }
      })
    })
  }
})
