import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { type Fixture, startFixture } from './views-fixture.ts'

/** The browser of the machine: CHROMIUM_PATH, which `npm run test:browser` finds, or Debian's. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** Runs a test in a context of its own and closes it, whatever happens. */
export type Within = <T>(
  options: BrowserContextOptions,
  use: (page: Page) => Promise<T>,
) => Promise<T>

/** The views on a server, and a browser to look at them; `fixture.close` ends both. */
export async function openViews(): Promise<{ fixture: Fixture; within: Within }> {
  const fixture = await startFixture()
  const browser = await openBrowser()
  const within: Within = async (options, use) => {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
    try {
      return await use(await context.newPage())
    } finally {
      await context.close()
    }
  }
  const closeServers = fixture.close
  fixture.close = async () => {
    await browser.close()
    await closeServers()
  }
  return { fixture, within }
}
