import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Origins } from '../../src/platform/origins.ts'
import { sandbox } from '../../src/processors/sandbox/sandbox.ts'
import { type Shop, shopOf } from '../contract/page/payer.ts'
import { startServer, type TestServer } from '../harness.ts'
import { openBrowser } from './views-browser.ts'

const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The machine may be busy: what takes a moment elsewhere is waited for. */
export const patience = { timeout: 30_000 }

/**
 * As a shop frames the page: the sandbox of the published plugins. It tells the test what it is
 * told.
 */
const parentPage = (src: string): string => `<!doctype html><title>shop</title><script>
addEventListener('message', (event) => told(event.data, event.origin))</script>
<iframe allow="payment" width="400" height="600" src="${src}"
sandbox="allow-forms allow-scripts allow-same-origin allow-top-navigation"></iframe>`

/** A site of its own, as the shop's: any page of it says its path, `/frame?src=` frames another. */
async function startSite(): Promise<{ origin: string; close: () => void }> {
  const site = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop')
    const src = searchParams.get('src')
    response.setHeader('content-type', 'text/html')
    response.end(src ? parentPage(src) : `<!doctype html><title>${pathname}</title>`)
  })
  await new Promise<void>((ready) => site.listen(0, '127.0.0.1', ready))
  return {
    origin: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    close: () => {
      site.close()
      site.closeAllConnections()
    },
  }
}

/** The server with the sandbox, the site of a shop, and a browser. */
export interface Stage {
  server: TestServer
  shop: Shop
  /** The origins of the shop, of the page and of the bank: three different ones. */
  site: string
  page: string
  bank: string
  /** Runs in a browser of its own; fails on an error in a page or a request to anybody else. */
  within<T>(
    options: BrowserContextOptions,
    use: (page: Page, context: BrowserContext) => Promise<T>,
  ): Promise<T>
  close(): Promise<void>
}

/** Notes what a page must never do: an error, a broken policy, a request to somebody else. */
function watch(page: Page, known: readonly string[], faults: string[]): void {
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (!known.includes(origin) && protocol !== 'data:') faults.push(`asked ${request.url()}`)
  })
  page.on('console', (it) => {
    // Answers that are no success, and what the browser thinks of the sandbox that shops use.
    const expected = /status of (4\d\d|503)|escape its sandboxing/.test(it.text())
    if (['error', 'warning'].includes(it.type()) && !expected) faults.push(it.text())
  })
  page.on('pageerror', (error) => faults.push(String(error)))
}

export async function openStage(): Promise<Stage> {
  const origins: Partial<Origins> = {}
  const server = await startServer({ origins, live: sandbox })
  const site = await startSite()
  const page = server.url.replace('127.0.0.1', 'localhost')
  const bank = server.url
  Object.assign(origins, { payment: page, threeds: bank })
  const browser: Browser = await openBrowser()

  const within: Stage['within'] = async (options, use) => {
    const faults: string[] = []
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
    context.setDefaultTimeout(patience.timeout)
    context.on('page', (it) => watch(it, [site.origin, page, bank], faults))
    try {
      const result = await use(await context.newPage(), context)
      assert.deepEqual(faults, [])
      assert.deepEqual(await context.cookies(), [])
      return result
    } finally {
      await context.close()
    }
  }

  return {
    server,
    shop: shopOf({ ...server, url: page }),
    site: site.origin,
    page,
    bank,
    within,
    close: async () => {
      await browser.close()
      site.close()
      await server.close()
    },
  }
}

/**
 * What stands there reads well for everybody, and fits. With PAGE_PICTURES it is pictured too. The
 * reader of the tests is a script itself: where there is none it stays away.
 */
export async function look(page: Page, name: string, script = true): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {}
  const { PAGE_PICTURES: folder } = process.env
  if (folder) await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true })
  assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width, name)
  if (!script) return
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(axeTags).analyze()
  const found = violations.map((it) => `${it.id} ${it.nodes.map((n) => n.html).join(' ')}`)
  assert.deepEqual(found, [], name)
}

/** A script of the test's own: the page that goes on after three seconds waits to be pressed. */
export const noCountdown = 'window.setInterval = () => 0'

export const typeCard = async (page: Pick<Page, 'fill'>, number: string): Promise<void> => {
  await page.fill('#number', number)
  await page.fill('#expiry', '12/34')
  await page.fill('#csc', '987')
  await page.fill('#name', 'Zoé Martin')
}

export const send = (page: Page): Promise<void> => page.click('form[data-pay] .btn:not(.quiet)')

/** Waits until the browser is at the bank, and gives the code that it shows. */
export async function atBank(page: Page, stage: Stage): Promise<string> {
  await page.waitForURL((url) => url.href.startsWith(`${stage.bank}/v2/redirect/test_`), patience)
  return ((await page.textContent('.sms b')) ?? '').replace(/\D/g, '')
}

export async function confirm(page: Page, code: string): Promise<void> {
  await page.fill('#code', code)
  await page.click('button[value=accept]')
}
