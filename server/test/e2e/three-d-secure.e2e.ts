import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../src/dialects/page/texts/en.ts'
import { fr } from '../../src/dialects/page/texts/fr.ts'
import { limits } from '../../src/kernel/limits.ts'
import { assertPaidOnce } from '../contract/page/payer.ts'
import type { Json } from '../harness.ts'
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

const challenged = '4000002760000016'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage?.close())

const shopUrl = () => `${stage.site}/thanks`

const wrongOf = (code: string): string => (code === '000000' ? '000001' : '000000')

/** Button → session, what the payer hears. */
const answers = [
  ['refuse', 'declined', 'verification_failed'],
  ['cancel', 'declined', 'verification_canceled'],
  ['error', 'failed', 'technical'],
  ['expire', 'expired', 'verification_expired'],
] as const

for (const { width, script, t, locale } of [
  { width: 360, script: true, t: fr, locale: 'fr-FR' },
  { width: 1280, script: false, t: en, locale: 'en-GB' },
]) {
  const options = { viewport: { width, height: 800 }, javaScriptEnabled: script, locale }
  const shot = script ? 'js' : 'plain'
  const paid = `h1:has-text("${t.paid.title}")`

  describe(`at the bank, ${width} px, ${script ? 'with' : 'without'} a script`, () => {
    it('each way to say no leads to the page, which says why; yes stays possible', async () => {
      const made = await stage.shop.intent({ return_url: shopUrl() })
      await stage.within(options, async (page) => {
        await page.goto(made.url)
        for (const [button, session, reason] of answers) {
          await typeCard(page, challenged)
          await send(page)
          await atBank(page, stage)
          if (!(await page.isVisible(`button[value=${button}]`))) await page.click('summary')
          await page.click(`button[value=${button}]`)
          await page.waitForURL((it) => it.href.startsWith(made.url), patience)
          const said = await page.textContent('[role=alert]')
          assert.ok(said?.includes(t.refusals[reason]), said ?? '')
          if (script) {
            assert.equal(await page.evaluate('document.activeElement.id'), 'problem')
          }
          await look(page, `bank-${button}-${shot}`, script)
          const [last] = await stage.shop.paymentsOf(made)
          assert.equal(last.auth.status, session)
        }
        await typeCard(page, challenged)
        await send(page)
        await confirm(page, await atBank(page, stage))
        await page.waitForSelector(paid)
      })
      await assertPaidOnce(stage.server, [made.id])
    })

    it('a wrong code may be mended twice; the third is a refusal', async () => {
      const made = await stage.shop.payment({ return_url: shopUrl() })
      const url = stage.shop.pageOf(made)
      await stage.within(options, async (page) => {
        await page.goto(url)
        await typeCard(page, challenged)
        await send(page)
        const code = await atBank(page, stage)
        await confirm(page, '')
        await page.waitForSelector('#code-error')
        assert.equal(await page.textContent('#code-error'), t.challenge.code_missing)
        for (const text of [
          t.challenge.code_wrong_many.replace('{count}', '2'),
          t.challenge.code_wrong_one,
        ]) {
          await confirm(page, wrongOf(code))
          await page.waitForSelector(`[role=alert]:has-text("${text}")`)
          assert.equal(await page.inputValue('#code'), '')
          await look(page, `wrong-code-${shot}`, script)
        }
        await confirm(page, wrongOf(code))
        await page.waitForURL((it) => it.href.startsWith(url), patience)
        const said = await page.textContent('[role=alert]')
        assert.ok(said?.includes(t.refusals.verification_failed), said ?? '')
      })
      assert.equal((await stage.shop.read(made)).auth.status, 'declined')
    })

    it('a check of another tab that is over leads to the page, which tells', async () => {
      const made = await stage.shop.payment({ return_url: shopUrl() })
      const url = stage.shop.pageOf(made)
      await stage.within(options, async (page, context) => {
        await page.goto(url)
        await typeCard(page, challenged)
        await send(page)
        const code = await atBank(page, stage)
        const other = await context.newPage()
        await other.goto(page.url())
        await confirm(page, code)
        await page.waitForSelector(paid)
        await confirm(other, code)
        await other.waitForSelector(paid)
      })
      await assertPaidOnce(stage.server, [made.id])
    })

    it('[B57] after six hours it is over; the page says so, and takes another try', async () => {
      const made = await stage.shop.payment({ return_url: shopUrl() })
      const url = stage.shop.pageOf(made)
      await stage.within(options, async (page) => {
        await page.goto(url)
        await typeCard(page, challenged)
        await send(page)
        const code = await atBank(page, stage)
        await stage.server.advance(limits.authentication_ms)
        await confirm(page, code)
        await page.waitForURL((it) => it.href.startsWith(url), patience)
        const said = await page.textContent('[role=alert]')
        assert.ok(said?.includes(t.refusals.verification_expired), said ?? '')
        assert.equal((await stage.shop.read(made)).auth.status, 'expired')
        await typeCard(page, challenged)
        await send(page)
        await confirm(page, await atBank(page, stage))
        await page.waitForSelector(paid)
      })
      await assertPaidOnce(stage.server, [made.id])
    })

    it('a session that a shop began leads to its address, or stays without one', async () => {
      const card = { number: challenged, exp_month: 12, exp_year: 2034, cvc: '123' }
      const begun = async (auth: unknown): Promise<Json> =>
        stage.shop.payment({ card, auth, return_url: undefined })
      const led = await begun({ return_url: shopUrl() })
      const left = await begun(true)
      await stage.within(options, async (page) => {
        await page.goto(led.auth.redirect_url)
        await confirm(page, await atBank(page, stage))
        await page.waitForURL(shopUrl(), patience)
        await page.goto(left.auth.redirect_url)
        await confirm(page, await atBank(page, stage))
        await page.waitForSelector(`h1:has-text("${t.challenge.over.title}")`)
        await look(page, `over-${shot}`, script)
        await page.goto(`${left.auth.redirect_url}x`)
        assert.equal(await page.textContent('h1'), t.not_found.title)
        await look(page, `bank-not-found-${shot}`, script)
      })
      await assertPaidOnce(stage.server, [led.id, left.id])
    })
  })
}
