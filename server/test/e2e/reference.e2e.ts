import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startServer, type TestServer } from '../harness.ts'
import { openBrowser } from './views-browser.ts'

let server: TestServer
let browser: Browser

before(async () => {
  server = await startServer()
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

/** Opens a page, and answers what it asked of others and what it complained about. */
async function watched(
  path: string,
  options: Parameters<Browser['newContext']>[0],
  use: (page: Page) => Promise<void>,
): Promise<string[]> {
  const context = await browser.newContext(options)
  const faults: string[] = []
  try {
    const page = await context.newPage()
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (origin !== server.url && protocol !== 'data:') faults.push(`asked ${request.url()}`)
    })
    page.on('console', (it) => {
      if (['error', 'warning'].includes(it.type())) faults.push(it.text())
    })
    page.on('pageerror', (error) => faults.push(String(error)))
    await page.goto(server.url + path)
    await use(page)
  } finally {
    await context.close()
  }
  return faults
}

describe('the reference', () => {
  for (const [path, operations] of [
    ['/docs', ['create-payment-intent', 'capture-payment', 'ping']],
    ['/docs/v1', ['create-payment', 'read-card']],
  ] as const) {
    for (const width of [360, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        it(`${path} shows its operations, asks nobody, ${width} px, ${colorScheme}`, async () => {
          const viewport = { width, height: 900 }
          const faults = await watched(path, { viewport, colorScheme }, async (page) => {
            await page.waitForSelector('.opblock')
            for (const id of operations) {
              await page.waitForSelector(`.opblock[id$="-${id}"]`)
            }
            await page.click(`.opblock[id$="-${operations[0]}"] .opblock-summary-control`)
            await page.waitForSelector('.opblock.is-open .responses-table')
            const overflow = await page.evaluate('document.documentElement.scrollWidth')
            assert.equal(overflow, width)
            const { REFERENCE_PICTURES: folder } = process.env
            if (folder) {
              const name = `docs${path.length > 5 ? '-v1' : ''}-${width}-${colorScheme}.png`
              await page.screenshot({ path: `${folder}/${name}`, fullPage: false })
            }
          })
          assert.deepEqual(faults, [])
        })
      }
    }
  }

  it('tries an operation with a key, on the server that it was read from', async () => {
    const faults = await watched('/docs', {}, async (page) => {
      await page.click('.btn.authorize')
      await page.fill('#auth-bearer-value', server.merchant.keys.stest)
      const form = page.locator('form', { has: page.locator('#auth-bearer-value') })
      await form.locator('button[type=submit]').click()
      await page.click('.btn-done')
      const block = page.locator('.opblock[id$="-ping"]')
      await block.locator('.opblock-summary-control').click()
      await block.locator('.try-out__btn').click()
      const answer = page.waitForResponse(`${server.url}/v2/ping`)
      await block.locator('.execute').click()
      assert.equal((await answer).status(), 200)
    })
    assert.deepEqual(faults, [])
  })

  it('without JavaScript leads to its document', async () => {
    const faults = await watched('/docs', { javaScriptEnabled: false }, async (page) => {
      assert.equal(await page.locator('noscript a').getAttribute('href'), '/openapi.json')
    })
    assert.deepEqual(faults, [])
  })
})
