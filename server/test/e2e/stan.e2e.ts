import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { en } from '../../src/dialects/page/texts/en.ts'
import { fr } from '../../src/dialects/page/texts/fr.ts'
import { limits } from '../../src/kernel/limits.ts'
import { createStanRefund } from '../../src/stan/create-refund.ts'
import type { PreparePayment } from '../../src/stan/prepare-payment.ts'
import type { StanPayment } from '../../src/stan/store.ts'
import { assertPaidOnce, card, good, payerOf, tokenOf } from '../contract/page/payer.ts'
import {
  details,
  type StanMerchant,
  shippingMethods,
  stanShopOf,
  startMerchant,
} from '../contract/stan/stan-shop.ts'
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

const challenged = '4000002760000016'
const declined = '4000000000000002'
const payer = payerOf()

let stage: Stage
let shop: ReturnType<typeof stanShopOf>
let merchant: StanMerchant
before(async () => {
  stage = await openStage()
  shop = stanShopOf(stage.server, stage.page)
  merchant = await startMerchant(stage.server)
})
after(async () => {
  merchant?.close()
  await stage?.close()
})

/** A phone with a script, a desk without: what holds for both holds between them. */
const screens = [
  { width: 360, script: true, t: fr, lang: 'fr-FR' },
  { width: 1280, script: false, t: en, lang: 'en-GB' },
] as const
type Screen = (typeof screens)[number]

const optionsOf = ({ width, script, lang }: Screen): BrowserContextOptions => ({
  viewport: { width, height: 800 },
  javaScriptEnabled: script,
  locale: lang,
})

const prices = {
  subtotal_amount: 4200n,
  shipping_amount: 590n,
  discount_amount: 200n,
  tax_amount: 765n,
}
const addresses = () => ({
  return_url: `${stage.site}/thanks?wc-api=WC_Stan_Payment&x=%C3%A9#done`,
  cancel_url: `${stage.site}/cart?id=3#top`,
})
const prepared = (it: Partial<PreparePayment> = {}) =>
  shop.prepare({ order_id: '2026-0042', ...prices, ...addresses(), ...it })

/** Waits until the browser is back at this address of the shop, with what it is told there. */
async function backAt(page: Page, address: string, stan: StanPayment, status: string) {
  const { pathname } = new URL(address)
  await page.waitForURL((it) => it.origin === stage.site && it.pathname === pathname, patience)
  const said = `payment_status=${status}&state=${stan.state}&payment_id=${stan.id}`
  const [before, fragment] = address.split('#')
  const sign = before?.includes('?') ? '&' : '?'
  assert.equal(page.url(), `${before}${sign}${said}${fragment ? `#${fragment}` : ''}`)
}

/** Pays with a card whose bank asks, and says yes or no there. */
async function payBy(page: Page, number: string, yes = true): Promise<void> {
  await typeCard(page, number)
  await send(page)
  const code = await atBank(page, stage)
  if (yes) await confirm(page, code)
  else await page.click('button[value=refuse]')
  await page.waitForURL((it) => it.href.startsWith(`${stage.page}/stan/`), patience)
}

const isAt = (page: Page, title: string) => page.waitForSelector(`h1:has-text("${title}")`)

for (const screen of screens) {
  const { width, script, t } = screen
  const shot = (name: string) => `${name}-${script ? 'js' : 'plain'}`

  describe(`the page of Stan, ${width} px, ${script ? 'with' : 'without'} a script`, () => {
    it('[10] [11] takes the payer to the bank and back, and then to the shop', async () => {
      const { stan, page: url } = await prepared()
      await stage.within(optionsOf(screen), async (page) => {
        await page.goto(`${url}?subtotal_amount=42.00&payment_id=${stan.id}`)
        await look(page, shot('1-form'), script)
        assert.equal(await shop.statusOf(stan.id), 'payment_pending')
        await payBy(page, challenged)
        await isAt(page, t.paid.title)
        await backAt(page, addresses().return_url, stan, 'payment_success')
        await page.goto(`${url}?stay=1`)
        await look(page, shot('2-paid'), script)
        await createStanRefund(stage.server.ctx(), {
          payment: stan.id,
          amount: 4590n,
          reason: 'requested_by_customer',
        })
        await page.goto(url)
        await isAt(page, t.refunded.title)
        await look(page, shot('3-refunded'), script)
      })
      await assertPaidOnce(stage.server, [stan.payment])
    })

    it('says why a card was refused, and leads on without a second form', async () => {
      const cancel_url = script ? addresses().cancel_url : null
      const { stan, page: url } = await prepared({ cancel_url })
      await stage.within(optionsOf(screen), async (page) => {
        await page.goto(url)
        await payBy(page, declined)
        await isAt(page, t.refused.title)
        assert.equal(await page.locator('form').count(), 0)
        await look(page, shot('4-refused'), script)
        await page.click('main a.btn')
        await backAt(page, cancel_url ?? addresses().return_url, stan, 'payment_failure')
      })
    })

    it('[12] is given up by a button, and leads the payer back', async () => {
      const cancel_url = script ? null : addresses().cancel_url
      const { stan, page: url } = await prepared({ cancel_url })
      await stage.within(optionsOf(screen), async (page, context) => {
        const other = await context.newPage()
        for (const tab of [page, other]) await tab.goto(url)
        await page.click('footer button')
        await backAt(page, cancel_url ?? addresses().return_url, stan, 'payment_cancelled')
        await typeCard(other, good)
        await send(other)
        await isAt(other, t.canceled.title)
        await look(other, shot('5-canceled'), script)
      })
      assert.equal(await shop.statusOf(stan.id), 'payment_cancelled')
    })

    it('asks who pays and how it is delivered, and takes what the merchant confirms', async () => {
      merchant.answers = {
        'customer.created': { success: true, data: { order_id: '77' } },
        'customer.shipping_address_changed': { success: true, data: shippingMethods },
        'checkout.shipping_method_changed': { success: false },
      }
      const { checkout, page: url } = await shop.checkout({
        return_url: addresses().return_url,
        subtotal_amount: 4200n,
        discount_amount: 200n,
        session_id: 'sess-1',
        line_items: [
          { title: 'Lampe de bureau', description: 'Laiton', quantity: 1, unit_price: 3200 },
          { title: 'Ampoule E27', quantity: 2, unit_price: 500 },
        ],
      })
      const { country, ...texts } = details
      await stage.within(optionsOf(screen), async (page) => {
        await page.goto(url)
        await look(page, shot('6-details'), script)
        for (const [name, value] of Object.entries({ ...texts, zip: '', email: 'zoe@' })) {
          await page.fill(`#${name}`, value)
        }
        await page.selectOption('#country', country)
        await page.click('form .btn')
        await page.waitForSelector('[role=alert]')
        await look(page, shot('7-details-wrong'), script)
        assert.equal(await page.inputValue('#city'), details.city)
        assert.equal(await page.inputValue('#country'), country)
        await page.click('[role=alert] a[href="#zip"]')
        await page.keyboard.type(details.zip)
        await page.fill('#email', details.email)
        await page.click('form .btn')
        await page.waitForSelector('input[type=radio]')
        await look(page, shot('8-shipping'), script)
        await page.click('form .btn')
        await page.waitForSelector('[role=alert]')
        await look(page, shot('9-shipping-wrong'), script)
        merchant.answers['checkout.shipping_method_changed'] = {
          success: true,
          data: { total_amount: 4590, shipping_amount: 590 },
        }
        await page.click('button[value=change]')
        assert.equal(await page.inputValue('#street'), details.street)
        await page.click('form .btn')
        await page.waitForSelector('input[type=radio]')
        await page.click('form .btn')
        await page.waitForSelector('#number')
        await look(page, shot('10-pay-checkout'), script)
        await payBy(page, challenged)
        const { stan } = (await shop.paymentOf(checkout)) ?? assert.fail()
        await backAt(page, addresses().return_url, stan, 'payment_success')
      })
      const paid = (await shop.paymentOf(checkout)) ?? assert.fail()
      assert.deepEqual([paid.payment.amount, paid.stan.order_id], [4590n, '77'])
      assert.ok(merchant.heard.every((it) => it.signed))
    })
  })
}

describe('a payment of Stan', () => {
  it('pays once, however often they press, reload, go back or open another tab', async () => {
    const { stan, page: url } = await prepared()
    await stage.within(optionsOf(screens[0]), async (page, context) => {
      await context.addInitScript(noCountdown)
      const other = await context.newPage()
      for (const tab of [page, other]) {
        await tab.goto(url)
        await typeCard(tab, good)
      }
      await page.dblclick('form[data-pay] .btn')
      await isAt(page, fr.paid.title)
      await page.click('[data-stay]')
      await page.reload()
      await isAt(page, fr.paid.title)
      await page.goBack()
      await isAt(page, fr.paid.title)
      await send(other)
      await isAt(other, fr.paid.title)
    })
    await assertPaidOnce(stage.server, [stan.payment])
  })
})

describe('each state on a desk with a script', () => {
  it('reads well for everybody, and fits', async () => {
    merchant.answers = {
      'customer.created': { success: true, data: { order_id: '77' } },
      'customer.shipping_address_changed': { success: true, data: shippingMethods },
    }
    const { page: checkout } = await shop.checkout({ total_amount: 4000n, ...prices })
    const [refused, canceled, partly] = await Promise.all([1, 2, 3].map(() => prepared()))
    assert.ok(refused && canceled && partly)
    await payer.payAndConfirm(refused.page, card(declined))
    const csrf = tokenOf(await payer.visit(canceled.page))
    await payer.visit(canceled.page, { fields: { csrf, action: 'cancel' } })
    await payer.payAndConfirm(partly.page, card('4000000000000077'))
    const part = { payment: partly.stan.id, amount: 1000n, reason: 'duplicate' } as const
    await createStanRefund(stage.server.ctx(), part)
    const viewport = { width: 1280, height: 800 }
    await stage.within({ viewport, locale: 'en-GB' }, async (page) => {
      for (const [name, url] of [
        ['1-form', (await prepared()).page],
        ['2-paid', `${partly.page}?stay=1`],
        ['4-refused', refused.page],
        ['5-canceled', canceled.page],
        ['6-details', checkout],
      ] as const) {
        await page.goto(url)
        await look(page, `${name}-desk`)
      }
      await page.click('form .btn')
      await page.waitForSelector('[role=alert]')
      await look(page, '7-details-wrong-desk')
      for (const [name, value] of Object.entries(details)) {
        if (name === 'country') await page.selectOption('#country', value)
        else await page.fill(`#${name}`, value)
      }
      await page.click('form .btn')
      await page.waitForSelector('input[type=radio]')
      await look(page, '8-shipping-desk')
    })
  })
})

describe('a page of Stan whose time is over', () => {
  it('reads well, takes nothing, and leads back', async () => {
    const { return_url } = addresses()
    const made = await prepared()
    const { page: checkout } = await shop.checkout({ return_url })
    stage.server.clock.advance(limits.stan_payment_ms)
    await stage.within({ viewport: { width: 360, height: 800 } }, async (page) => {
      await page.goto(checkout)
      assert.equal(await page.textContent('h1'), en.expired.title)
      await page.goto(made.page)
      assert.equal(await page.textContent('h1'), en.expired.title)
      await look(page, '11-expired')
      await page.setViewportSize({ width: 1280, height: 800 })
      await look(page, '11-expired')
      await page.click('main a.btn')
      await backAt(page, return_url, made.stan, 'payment_expired')
    })
  })
})
