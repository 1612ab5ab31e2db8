import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { openViews, type Within } from './views-browser.ts'
import { type Fixture, views } from './views-fixture.ts'

/** Bytes of one first flight of TCP packets, so that the page arrives in one round trip. */
const weightMax = 14_000
const langs = ['fr', 'en'] as const
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let fixture: Fixture
let within: Within

before(async () => {
  ;({ fixture, within } = await openViews())
})
after(() => fixture.close())

const widthOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth')

describe('every state of the pages', () => {
  for (const name of Object.keys(views)) {
    it(`${name} weighs at most 14 kB compressed`, () => {
      for (const lang of langs) {
        const { html, headers } = views[name]?.(lang, fixture.shop) ?? assert.fail()
        const weight = gzipSync(html).length + JSON.stringify(headers).length
        assert.ok(weight <= weightMax, `${weight} bytes`)
      }
    })
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [360, 1280]) {
      it(`has no axe violation, ${colorScheme}, ${width} px wide`, async () => {
        await within({ colorScheme, viewport: { width, height: 800 } }, async (page) => {
          for (const name of Object.keys(views)) {
            for (const lang of langs) {
              await page.goto(`${fixture.page}/${name}?lang=${lang}`)
              await page.evaluate(
                "for (const it of document.querySelectorAll('details')) it.open = true",
              )
              const { violations } = await new AxeBuilder({ page })
                .setLegacyMode()
                .withTags(axeTags)
                .analyze()
              const found = violations.map(
                (it) => `${it.id} ${it.nodes.map((n) => n.html).join(' ')}`,
              )
              assert.deepEqual(found, [], `${name} ${lang}`)
            }
          }
        })
      })
    }
  }

  it('needs no second request and breaks no rule of its own policy', async () => {
    await within({}, async (page) => {
      const seen: string[] = []
      page.on('request', (request) => seen.push(request.url()))
      page.on('console', (message) => {
        if (!/status of [45]/.test(message.text())) seen.push(message.text())
      })
      page.on('pageerror', (error) => seen.push(String(error)))
      for (const name of Object.keys(views)) {
        seen.length = 0
        await page.goto(`${fixture.page}/${name}`)
        assert.deepEqual(
          seen.filter((it) => !it.startsWith('data:')),
          [`${fixture.page}/${name}`],
        )
      }
    })
  })

  it('fits 320 px, and with the widest text spacing that a reader may set', async () => {
    const spacing =
      '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}' +
      'p{margin-bottom:2em!important}'
    await within({ bypassCSP: true, viewport: { width: 320, height: 640 } }, async (page) => {
      for (const name of Object.keys(views)) {
        for (const lang of langs) {
          await page.goto(`${fixture.page}/${name}?lang=${lang}`)
          assert.ok((await widthOf(page)) <= 320, `${name} ${lang}`)
          await page.addStyleTag({ content: spacing })
          assert.ok((await widthOf(page)) <= 320, `${name} ${lang}, spaced`)
        }
      }
    })
  })
})

describe('paying without a script', () => {
  const options = { javaScriptEnabled: false, locale: 'fr' }

  it('shows the fields of the chosen method only, and sends them', async () => {
    await within(options, async (page) => {
      await page.goto(`${fixture.page}/form`)
      assert.ok(await page.isVisible('#number'))
      assert.ok(!(await page.isVisible('#iban')))
      await page.click('label[for=method-sepa]')
      assert.ok(!(await page.isVisible('#number')))
      await page.fill('#iban', 'FR14 2004 1010 0505 0001 3M02 606')
      await page.fill('#holder', 'Pierre Martin')
      await page.click('button[type=submit]')
      await page.waitForURL(`${fixture.shop}/bank`)
      assert.equal(fixture.posts.at(-1)?.method, 'sepa')
    })
  })

  it('sums up the errors with a link to each field and loses only the security code', async () => {
    await within(options, async (page) => {
      await page.goto(`${fixture.page}/form`)
      await page.fill('#number', '4242 4242 4242 4241')
      await page.fill('#expiry', '12/40')
      await page.fill('#csc', '123')
      await page.fill('#name', 'Zoé')
      await page.click('button[type=submit]')
      assert.equal(await page.locator('[role=alert] a').getAttribute('href'), '#number')
      assert.equal(await page.getAttribute('#number', 'aria-invalid'), 'true')
      assert.equal(await page.getAttribute('#number', 'aria-describedby'), 'number-error')
      assert.match(await page.title(), /^Erreur/)
      const values = ['number', 'expiry', 'csc', 'name'].map((id) => page.inputValue(`#${id}`))
      assert.deepEqual(await Promise.all(values), ['4242 4242 4242 4241', '12/40', '', 'Zoé'])
    })
  })

  it('follows the pages in between by itself', async () => {
    await within(options, async (page) => {
      for (const [name, place] of [
        ['going-to-bank', 'bank'],
        ['going-to-shop', 'done'],
        ['challenge-done', 'done'],
        ['paid-going', 'done'],
      ]) {
        await page.goto(`${fixture.page}/${name}`)
        await page.waitForURL(`${fixture.shop}/${place}`, { timeout: 30_000 })
      }
    })
  })

  it('answers the bank with each of its buttons', async () => {
    await within(options, async (page) => {
      for (const action of ['accept', 'refuse', 'cancel', 'error', 'expire']) {
        await page.goto(`${fixture.page}/challenge`)
        if (!(await page.isVisible(`[value=${action}]`))) await page.click('summary')
        await page.fill('#code', '481903')
        await page.click(`[value=${action}]`)
        await page.waitForURL(/lang=fr/)
        assert.deepEqual(fixture.posts.at(-1), { csrf: 'token', code: '481903', action })
      }
    })
  })
})
