import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../obole-process.ts'
import { openViews, type Within } from './views-browser.ts'
import type { Fixture } from './views-fixture.ts'

let fixture: Fixture
let within: Within

before(async () => {
  ;({ fixture, within } = await openViews())
})
after(() => fixture.close())

describe('paying with a script', () => {
  it('groups the number while it is typed, keeps the caret and names the brand', async () => {
    await within({ locale: 'en' }, async (page) => {
      await page.goto(`${fixture.page}/form`)
      const number = page.locator('#number')
      for (const [typed, shown, brand] of [
        ['4242424242424242', '4242 4242 4242 4242', 'Visa'],
        ['5555555555554444', '5555 5555 5555 4444', 'Mastercard'],
        ['2720990000000007', '2720 9900 0000 0007', 'Mastercard'],
        ['378282246310005', '3782 822463 10005', 'American Express'],
        ['3530111333300000', '3530 1113 3330 0000', 'JCB'],
        ['6759649826438453', '6759 6498 2643 8453', ''],
      ] as const) {
        await number.fill('')
        await number.pressSequentially(typed)
        assert.equal(await number.inputValue(), shown)
        assert.equal(await page.locator('[data-brand-name]').textContent(), brand)
      }
      await number.fill('4242-4242 42４２4242')
      assert.equal(await number.inputValue(), '4242 4242 4242 4242')
      await page.evaluate("document.querySelector('#number').setSelectionRange(2, 2)")
      await page.keyboard.type('9')
      assert.equal(await number.inputValue(), '4294 2424 2424 2424 2')
      assert.equal(await page.evaluate("document.querySelector('#number').selectionStart"), 3)
      await page.keyboard.press('Backspace')
      assert.equal(await number.inputValue(), '4242 4242 4242 4242')
    })
  })

  it('sets the stroke of the expiry and lets it be taken back', async () => {
    await within({}, async (page) => {
      await page.goto(`${fixture.page}/form`)
      const expiry = page.locator('#expiry')
      for (const [typed, shown] of [
        ['0928', '09 / 28'],
        ['928', '09 / 28'],
        ['12/31', '12 / 31'],
        ['1/31', '01 / 31'],
      ] as const) {
        await expiry.fill('')
        await expiry.pressSequentially(typed)
        assert.equal(await expiry.inputValue(), shown)
      }
      for (let left = 7; left > 0; left--) await page.keyboard.press('Backspace')
      assert.equal(await expiry.inputValue(), '')
    })
  })

  it('tells a slip beside its field before anything is sent, and keeps the rest', async () => {
    await within({ locale: 'fr' }, async (page) => {
      await page.goto(`${fixture.page}/form`)
      const before = fixture.posts.length
      await page.fill('#number', '4242424242424241')
      await page.fill('#expiry', '12/40')
      await page.fill('#csc', '123')
      await page.click('button[type=submit]')
      assert.match((await page.textContent('#number-error')) ?? '', /ne semble pas valide/)
      assert.equal(await page.getAttribute('#number', 'aria-describedby'), 'number-error')
      assert.equal(await page.evaluate('document.activeElement.id'), 'number')
      assert.equal(await page.inputValue('#csc'), '123')
      await page.fill('#number', '4242424242424242')
      assert.equal(await page.locator('#number-error').count(), 0)
      assert.equal(fixture.posts.length, before)
    })
  })

  it('tells every slip at one press, although the first one moves the button', async () => {
    await within({ locale: 'en', viewport: { width: 360, height: 800 } }, async (page) => {
      await page.goto(`${fixture.page}/form`)
      await page.fill('#number', '555555')
      await page.click('button[type=submit]')
      const told = await page.locator('.err').evaluateAll((lines) => lines.map((it) => it.id))
      assert.deepEqual(told, ['number-error', 'expiry-error', 'csc-error'])
      assert.equal(await page.evaluate('document.activeElement.id'), 'problem')
      assert.match((await page.textContent('#problem h2')) ?? '', /^3 fields/)
      await page.click('#problem a[href="#expiry"]')
      assert.equal(await page.evaluate('document.activeElement.id'), 'expiry')
    })
  })

  it('sends one form however often the button is pressed', async () => {
    await within({ locale: 'en' }, async (page) => {
      await page.goto(`${fixture.page}/form`)
      await page.fill('#number', '4242424242424242')
      await page.fill('#expiry', '12/40')
      await page.fill('#csc', '123')
      const before = fixture.posts.length
      fixture.silent = true
      const button = page.locator('button[type=submit]')
      await button.click()
      await page.waitForFunction("document.querySelector('form').classList.contains('busy')")
      assert.equal(await button.getAttribute('aria-disabled'), 'true')
      assert.match((await page.textContent('[data-working]')) ?? '', /in progress/)
      await button.dblclick({ force: true })
      await page.press('#csc', 'Enter')
      await page.evaluate("document.querySelector('form').requestSubmit()")
      // Leaving the page ends what has not left the browser.
      await until('the form arrives', () => fixture.posts.length > before)
      await page.goto(`${fixture.page}/form`)
      fixture.silent = false
      assert.equal(fixture.posts.length, before + 1)
    })
  })

  it('is done with the keyboard alone, method and all', async () => {
    await within({ locale: 'en' }, async (page) => {
      await page.goto(`${fixture.page}/form`)
      const focused = () => page.evaluate('document.activeElement.id')
      await page.keyboard.press('Tab')
      assert.equal(await focused(), 'method-card')
      await page.keyboard.press('ArrowRight')
      assert.equal(await focused(), 'method-sepa')
      await page.keyboard.press('Tab')
      assert.equal(await focused(), 'iban')
      await page.keyboard.type('fr1420041010050500013m02606')
      assert.equal(await page.inputValue('#iban'), 'FR14 2004 1010 0505 0001 3M02 606')
      await page.keyboard.press('Tab')
      await page.keyboard.type('Pierre Martin')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.waitForURL(`${fixture.shop}/bank`)
      assert.equal(fixture.posts.at(-1)?.method, 'sepa')
      assert.equal(fixture.posts.at(-1)?.holder, 'Pierre Martin')
    })
  })

  it('fills the form with a test card at one touch', async () => {
    await within({ locale: 'en' }, async (page) => {
      await page.goto(`${fixture.page}/form`)
      await page.click('summary')
      await page.click('[data-fill*="4000000000000002"]')
      assert.equal(await page.inputValue('#number'), '4000 0000 0000 0002')
      await page.keyboard.press('Enter')
      await page.waitForURL(`${fixture.shop}/bank`)
    })
  })

  it('puts the focus on what went wrong', async () => {
    await within({}, async (page) => {
      for (const name of ['form-refusal', 'form-card-errors', 'challenge-wrong']) {
        await page.goto(`${fixture.page}/${name}`)
        assert.equal(await page.evaluate('document.activeElement.id'), 'problem')
      }
    })
  })

  it('returns to the shop after three seconds, unless the payer stays', async () => {
    await within({}, async (page) => {
      await page.goto(`${fixture.page}/paid-going`)
      await page.waitForURL(`${fixture.shop}/done`, { timeout: 30_000 })
      // From here on it stands: a busy machine does not press the button in three seconds.
      await page.clock.install()
      await page.clock.pauseAt(Date.now() + 3_600_000)
      await page.goto(`${fixture.page}/paid-going`)
      await page.click('[data-stay]')
      await page.clock.runFor(60_000)
      assert.equal(page.url(), `${fixture.page}/paid-going`)
    })
  })
})

describe('the test bank with a script', () => {
  it('takes a typed, pasted or offered code, and refuses without one', async () => {
    await within({ locale: 'en' }, async (page) => {
      const before = fixture.posts.length
      await page.goto(`${fixture.page}/challenge`)
      await page.click('[value=accept]')
      assert.match((await page.textContent('#code-error')) ?? '', /6-digit/)
      assert.equal(fixture.posts.length, before)
      await page.click('[data-fill]')
      assert.equal(await page.inputValue('#code'), '481903')
      await page.keyboard.press('Enter')
      await page.waitForURL(/lang=en/)
      assert.equal(fixture.posts.at(-1)?.action, 'accept')
      await page.goto(`${fixture.page}/challenge`)
      await page.click('[value=refuse]')
      await page.waitForURL(/lang=en/)
      assert.equal(fixture.posts.at(-1)?.action, 'refuse')
    })
  })
})

interface Message {
  status: string
  width: number
  height: number
  url: string | null
  paymentStatus: string | null
}

describe('in a frame of a shop', () => {
  const framed = async (page: Page, name: string, last: string): Promise<Message[]> => {
    const src = encodeURIComponent(`${fixture.page}/${name}`)
    await page.goto(`${fixture.shop}/parent?src=${src}`)
    await page.waitForFunction(`messages.some((it) => it.status === '${last}')`)
    return page.evaluate('messages')
  }

  for (const [name, statuses, url, paymentStatus] of [
    ['form', ['init'], 'done', null],
    ['form-live', ['init'], null, null],
    ['form-refusal', ['init', 'error'], 'done', null],
    ['saved-refused', ['init', 'secure-auth-error', 'error'], 'done', null],
    ['going-to-bank', ['secure-auth-start'], 'done', null],
    ['paid', ['init', 'secure-auth-end', 'finished'], 'done', 'to_capture'],
    ['paid-no-return', ['init', 'finished'], null, 'to_capture'],
    ['refused', ['init', 'finished'], 'done', 'failed'],
  ] as const) {
    it(`${name} tells ${statuses.join(', ')}, always with status, width and height`, async () => {
      await within({}, async (page) => {
        const messages = await framed(page, name, statuses.at(-1) ?? '')
        const told = messages.filter((it) => it.status !== 'resize')
        assert.deepEqual(
          told.map((it) => it.status),
          [...statuses],
        )
        for (const message of messages) {
          assert.ok(Number.isInteger(message.width) && message.width > 0)
          assert.ok(Number.isInteger(message.height) && message.height > 0)
          assert.equal(message.url, url && `${fixture.shop}/${url}`)
          assert.equal(message.paymentStatus, paymentStatus)
        }
      })
    })
  }

  it('asks for the height that it needs when its content changes', async () => {
    await within({}, async (page) => {
      const [first] = await framed(page, 'form', 'init')
      await page.frameLocator('iframe').locator('label[for=method-sepa]').click()
      await page.waitForFunction("messages.at(-1).status === 'resize'")
      const last: Message = await page.evaluate('messages.at(-1)')
      assert.ok(first && last.height > first.height)
    })
  })

  it('moves the top window to the shop at the end', async () => {
    await within({}, async (page) => {
      for (const name of ['paid-going', 'going-to-shop']) {
        const src = encodeURIComponent(`${fixture.page}/${name}`)
        await page.goto(`${fixture.shop}/parent?src=${src}`)
        await page.waitForURL(`${fixture.shop}/done`, { timeout: 30_000 })
      }
    })
  })
})
