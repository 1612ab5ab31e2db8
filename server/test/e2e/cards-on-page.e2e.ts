import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../src/dialects/page/texts/en.ts'
import { assertPaidOnce } from '../contract/page/payer.ts'
import {
  atBank,
  confirm,
  look,
  openStage,
  patience,
  type Stage,
  send,
  typeCard,
} from './page-stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage?.close())

const options = { viewport: { width: 360, height: 800 }, locale: 'en-GB' }
const paid = `h1:has-text("${en.paid.title}")`

describe('a card on the page', () => {
  for (const [number, brand, threeds, session] of [
    ['4242 4242 4242 4242', 'Visa', 'not required', 'success'],
    ['4000 0000 0000 3055', 'Visa', 'not enrolled', 'unavailable'],
    ['5555 5555 5555 4444', 'Mastercard', 'optional', 'success'],
    ['4000 0000 0000 3220', 'Visa', 'required', 'success'],
  ] as const) {
    it(`for which 3-D Secure is ${threeds} is paid, ${session} says its session`, async () => {
      const made = await stage.shop.payment({ return_url: `${stage.site}/thanks` })
      const challenged = ['optional', 'required'].includes(threeds)
      await stage.within(options, async (page) => {
        await page.goto(stage.shop.pageOf(made))
        await typeCard(page, number.replaceAll(' ', ''))
        assert.equal(await page.inputValue('#number'), number)
        assert.equal(await page.textContent('[data-brand-name]'), brand)
        await send(page)
        if (challenged) await confirm(page, await atBank(page, stage))
        await page.waitForSelector(paid)
        await page.waitForURL(`${stage.site}/thanks`, patience)
      })
      const { auth, status, response } = await stage.shop.read(made)
      assert.deepEqual([auth.status, status, response], [session, 'to_capture', '00'])
      assert.equal(auth.redirect_url !== null, challenged)
      await assertPaidOnce(stage.server, [made.id])
    })
  }

  it('that is offered for tests fills the form and pays', async () => {
    const made = await stage.shop.payment({ return_url: `${stage.site}/thanks` })
    await stage.within(options, async (page) => {
      await page.goto(stage.shop.pageOf(made))
      await page.click('details.hints summary')
      await look(page, 'hints')
      await page.click('[data-fill="number=4242424242424242"]')
      await page.keyboard.press('Enter')
      await page.waitForSelector(paid)
    })
    await assertPaidOnce(stage.server, [made.id])
  })

  it('is paid with the keyboard alone', async () => {
    const made = await stage.shop.intent({ return_url: `${stage.site}/thanks` })
    await stage.within(options, async (page) => {
      await page.goto(made.url)
      const focused = (): Promise<string> => page.evaluate('document.activeElement.id')
      for (let tabs = 0; (await focused()) !== 'number' && tabs < 10; tabs++) {
        await page.keyboard.press('Tab')
      }
      for (const text of ['4000002760000016', '1234', '987', 'Zoé Martin']) {
        await page.keyboard.type(text)
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Enter')
      const code = await atBank(page, stage)
      await page.focus('#code')
      await page.keyboard.type(code)
      await page.keyboard.press('Enter')
      await page.waitForSelector(paid)
    })
    await assertPaidOnce(stage.server, [made.id])
  })

  for (const width of [360, 1280]) {
    it(`that the shop knows is confirmed without typing it, ${width} px`, async () => {
      const { body: card } = await stage.server.call('POST', '/v2/cards/', {
        body: { number: '4000002760000016', exp_month: 12, exp_year: 2034, cvc: '123' },
      })
      const made = await stage.shop.intent({ card: card.id, return_url: `${stage.site}/thanks` })
      await stage.within({ ...options, viewport: { width, height: 800 } }, async (page) => {
        await page.goto(made.url)
        assert.equal(await page.locator('#number').count(), 0)
        await look(page, 'saved')
        await send(page)
        await confirm(page, await atBank(page, stage))
        await page.waitForSelector(paid)
      })
      assert.equal((await stage.shop.read(made)).card, card.id)
      await assertPaidOnce(stage.server, [made.id])
    })

    it(`is saved for later without a payment, ${width} px`, async () => {
      const made = await stage.shop.intent({
        amount: 0,
        capture: false,
        methods_allowed: ['card'],
        return_url: undefined,
      })
      await stage.within({ ...options, viewport: { width, height: 800 } }, async (page) => {
        await page.goto(made.url)
        await look(page, 'save-card')
        await typeCard(page, '4242424242424242')
        await send(page)
        await page.waitForSelector(`h1:has-text("${en.saved.title}")`)
        await look(page, 'card-saved')
      })
      const { status, card } = await stage.shop.read(made)
      assert.equal(status, 'authorized')
      assert.match(card, /^card_/)
    })
  }
})
