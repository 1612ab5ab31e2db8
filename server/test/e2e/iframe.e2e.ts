import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { assertPaidOnce } from '../contract/page/payer.ts'
import { openStage, patience, type Stage, typeCard } from './page-stage.ts'

const challenged = '4000002760000016'

interface Message {
  status: string
  width: number
  height: number
  url: string | null
  paymentStatus: string | null
}

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage?.close())

/** A shop's window around the page, and what it was told so far. */
async function framed(page: Page, url: string) {
  const told: Message[] = []
  await page.exposeFunction('told', (message: Message, origin: string) => {
    if (![stage.page, stage.bank].includes(origin)) told.push({ ...message, status: origin })
    else told.push(message)
  })
  await page.goto(`${stage.site}/frame?src=${encodeURIComponent(url)}`)
  const frame = page.frameLocator('iframe')
  const heard = (): string[] => told.map((it) => it.status).filter((it) => it !== 'resize')
  return {
    told,
    heard,
    frame,
    send: () => frame.locator('form[data-pay] .btn:not(.quiet)').click(),
  }
}

type Framed = Awaited<ReturnType<typeof framed>>

async function fill({ frame }: Framed, number: string): Promise<void> {
  await typeCard({ fill: (id: string, text: string) => frame.locator(id).fill(text) }, number)
}

async function answer({ frame }: Framed, button: string): Promise<void> {
  const code = (await frame.locator('.sms b').textContent(patience)) ?? ''
  await frame.locator('#code').fill(code)
  await frame.locator(`button[value=${button}]`).click()
}

/** Each message has what shops need, or they ignore it. */
function assertWhole(told: readonly Message[]): void {
  assert.ok(told.length > 0)
  for (const { status, width, height } of told) {
    assert.match(status, /^[a-z-]+$/)
    assert.ok(Number.isInteger(width) && width > 0, status)
    assert.ok(Number.isInteger(height) && height > 100, `${status} ${height}`)
  }
}

const until = async (done: () => boolean): Promise<void> => {
  const end = performance.now() + patience.timeout
  while (!done() && performance.now() < end) await new Promise((next) => setTimeout(next, 50))
}

describe('the page in a frame of another site', () => {
  const paths: [string, (body: object) => Promise<{ id: string; url: string }>][] = [
    [
      'a payment',
      async (body) => {
        const made = await stage.shop.payment(body)
        return { id: made.id, url: stage.shop.pageOf(made) }
      },
    ],
    ['an intent', (body) => stage.shop.intent(body)],
  ]
  for (const [kind, make] of paths) {
    it(`[B77] tells each step of ${kind}, and leads the window back to the shop`, async () => {
      const return_url = `${stage.site}/thanks?from=frame`
      const made = await make({ return_url })
      await stage.within({ viewport: { width: 800, height: 800 } }, async (page) => {
        const shop = await framed(page, made.url)
        await fill(shop, challenged)
        await shop.send()
        await answer(shop, 'accept')
        await page.waitForURL(return_url, patience)
        assertWhole(shop.told)
        assert.deepEqual(shop.heard(), [
          'init',
          'secure-auth-start',
          'init',
          'secure-auth-end',
          'finished',
        ])
        assert.ok(shop.told.every((it) => it.url === return_url || it.url === null))
        const last = shop.told.find((it) => it.status === 'finished')
        assert.deepEqual([last?.url, last?.paymentStatus], [return_url, 'to_capture'])
      })
      await assertPaidOnce(stage.server, [made.id])
    })

    it(`[B77] ends ${kind} without an address by telling the shop`, async () => {
      const made = await make({ return_url: undefined, capture: false })
      await stage.within({ viewport: { width: 800, height: 800 } }, async (page) => {
        const shop = await framed(page, made.url)
        await fill(shop, challenged)
        await shop.send()
        await answer(shop, 'accept')
        await until(() => shop.heard().includes('finished'))
        const last = shop.told.find((it) => it.status === 'finished')
        assert.deepEqual([last?.url, last?.paymentStatus], [null, 'authorized'])
        assert.equal(new URL(page.url()).pathname, '/frame')
      })
      await assertPaidOnce(stage.server, [made.id])
    })
  }

  it('tells of a check that failed and of a refusal, and goes on', async () => {
    const made = await stage.shop.intent({ return_url: `${stage.site}/thanks` })
    await stage.within({ viewport: { width: 800, height: 800 } }, async (page) => {
      const shop = await framed(page, made.url)
      await fill(shop, challenged)
      await shop.send()
      await answer(shop, 'refuse')
      await until(() => shop.heard().includes('error'))
      assert.deepEqual(shop.heard(), [
        'init',
        'secure-auth-start',
        'init',
        'secure-auth-error',
        'error',
      ])
      await fill(shop, '4242424242424242')
      await shop.send()
      await page.waitForURL(`${stage.site}/thanks`, patience)
      assertWhole(shop.told)
    })
    await assertPaidOnce(stage.server, [made.id])
  })

  it('works without a script too, and leads back to the shop', async () => {
    const made = await stage.shop.intent({ return_url: `${stage.site}/thanks` })
    const options = { viewport: { width: 800, height: 800 }, javaScriptEnabled: false }
    await stage.within(options, async (page) => {
      await page.goto(`${stage.site}/frame?src=${encodeURIComponent(made.url)}`)
      const frame = page.frameLocator('iframe')
      await typeCard({ fill: (id, text) => frame.locator(id).fill(text) }, challenged)
      await frame.locator('form[data-pay] .btn').click()
      const code = (await frame.locator('.sms b').textContent(patience)) ?? ''
      await frame.locator('#code').fill(code)
      await frame.locator('button[value=accept]').click()
      await frame.locator('[data-stay]').waitFor(patience)
      const gone = () => page.frames().some((it) => it.url() === `${stage.site}/thanks`)
      // Some browsers go back by themselves, in others the payer takes the link.
      await frame
        .locator('.result a.btn')
        .click(patience)
        .catch(() => {})
      await until(gone)
      assert.ok(gone())
    })
    await assertPaidOnce(stage.server, [made.id])
  })

  it('says so when there is nothing to pay', async () => {
    await stage.within({ viewport: { width: 800, height: 800 } }, async (page) => {
      const shop = await framed(page, `${stage.page}/test_pi_${'A'.repeat(24)}`)
      await until(() => shop.told.length > 0)
      assertWhole(shop.told)
      assert.deepEqual(shop.heard(), ['init'])
    })
  })
})
