import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { en } from '../../../src/dialects/page/texts/en.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { findStanCustomer } from '../../../src/stan/store.ts'
import { startServer, type TestServer } from '../../harness.ts'
import {
  alertOf,
  card,
  filledIn,
  good,
  onwardOf,
  payerOf,
  type Shown,
  tokenOf,
  toldOf,
} from '../page/payer.ts'
import {
  details,
  type StanMerchant,
  shippingMethods,
  stanShopOf,
  startMerchant,
} from './stan-shop.ts'

let server: TestServer
let shop: ReturnType<typeof stanShopOf>
let merchant: StanMerchant
const payer = payerOf()

const yes = (data: unknown) => ({ success: true, data })
const confirmed = yes({ total_amount: 4590, shipping_amount: 590 })

before(async () => {
  server = await startServer()
  shop = stanShopOf(server)
  merchant = await startMerchant(server)
})
after(async () => {
  merchant.close()
  await server.close()
})
beforeEach(() => {
  merchant.heard.length = 0
  merchant.answers = {
    'customer.created': yes({ order_id: 77 }),
    'customer.shipping_address_changed': yes(shippingMethods),
    'checkout.shipping_method_changed': confirmed,
  }
})

const carriedOf = ({ html }: Shown): string =>
  /name="carried" value="([^"]*)"/.exec(html)?.[1] ?? ''

/** Sends a form of the page, with its token. */
async function send(page: string, fields: Record<string, string>): Promise<Shown> {
  const csrf = tokenOf(await payer.visit(page))
  return payer.visit(page, { fields: { csrf, ...fields } })
}

/** Says who pays, then how it is delivered. */
async function choose(page: string, shipping: string): Promise<Shown> {
  const carried = carriedOf(await send(page, details))
  return send(page, { carried, shipping })
}

const locationOf = (shown: Shown): string => {
  assert.equal(shown.status, 303, shown.text)
  return new URL(shown.headers.get('location') ?? '', server.url).href
}

const basket = {
  session_id: 'sess-1',
  subtotal_amount: 4500n,
  discount_amount: 500n,
  line_items: [
    { title: 'Lamp <b>', description: 'Brass', quantity: 2, unit_price: 2000 },
    { product_id: 'p2', quantity: 1, unit_price: 500, image_url: 'https://cdn.example/x.png' },
  ],
}

describe('the page of a checkout', () => {
  it('shows the basket without asking anybody for a picture, and asks who pays', async () => {
    const { page } = await shop.checkout(basket)
    const shown = await payer.visit(page)
    for (const text of ['Lamp <b> Brass 2 × €20.00', 'p2 1 × €5.00', '3 items', 'Total €40.00']) {
      assert.ok(shown.text.includes(text), `${text} in ${shown.text}`)
    }
    assert.doesNotMatch(shown.html, /cdn\.example|<b>\s*Lamp <b>|\ssrc=/)
    for (const name of ['email', 'given-name', 'family-name', 'shipping postal-code']) {
      assert.ok(shown.html.includes(`autocomplete="${name}"`), name)
    }
    const { length } = gzipSync(shown.html)
    const head = [...shown.headers].flat().join(': ').length
    assert.ok(length + head <= 14_000, `${length} + ${head}`)
  })

  it('says beside each field what is wrong, loses nothing, and asks nobody then', async () => {
    const { page, checkout } = await shop.checkout()
    const wrong = {
      ...details,
      email: 'zoe@',
      zip: ' ',
      country: 'XX',
      phone: '12',
      city: 'x'.repeat(99),
    }
    const shown = await send(page, wrong)
    assert.equal(shown.status, 422)
    const { email_invalid, zip_missing, country_missing, phone_invalid } = en.errors
    for (const text of [email_invalid, zip_missing, country_missing, phone_invalid]) {
      assert.equal(shown.text.split(text).length, 3, `${text} in the sum and at the field`)
    }
    assert.ok(alertOf(shown).includes('Shorten this to 80 characters'))
    assert.deepEqual(
      ['email', 'firstname', 'street', 'phone'].map((it) => filledIn(shown, it)),
      ['zoe@', 'Zoé', '3 rue des Lilas', '12'],
    )
    assert.deepEqual(merchant.heard, [])
    assert.equal(await shop.paymentOf(checkout), undefined)
  })

  it('asks the merchant, signed, and takes the price that they confirm', async () => {
    const { page, checkout } = await shop.checkout(basket)
    const offered = await send(page, details)
    for (const text of ['Colissimo €5.90', 'À la boutique Free', 'Zoé Martin', '75011 Paris']) {
      assert.ok(offered.text.includes(text), text)
    }
    const at = locationOf(await send(page, { carried: carriedOf(offered), shipping: 'flat:1' }))
    const shown = await payer.visit(at)
    for (const text of [
      'Pay €45.90',
      'Delivery €5.90',
      'Order 77',
      'Lamp <b>',
      'Discount -€5.00',
    ]) {
      assert.ok(shown.text.includes(text), text)
    }
    assert.ok(merchant.heard.every((it) => it.signed && it.headers['x-stan-sessid'] === 'sess-1'))
    const person = { email: 'zoe@example.com', firstname: 'Zoé', lastname: 'Martin' }
    assert.deepEqual(
      merchant.heard.map(({ type, payload }) => [type, payload]),
      [
        ['customer.created', { ...person, phone_number: '0612345678' }],
        [
          'customer.shipping_address_changed',
          {
            ...{ ...person, phone_number: '0612345678', company: '' },
            street_address: '3 rue des Lilas',
            street_address_line2: '',
            locality: 'Paris',
            zip_code: '75011',
            country: 'FR',
          },
        ],
        ['checkout.shipping_method_changed', { shipping_method_id: 'flat:1' }],
      ],
    )
    const paid = await payer.payAndConfirm(at, card(good))
    const back = new URL(toldOf(paid).url ?? '')
    const made = (await shop.paymentOf(checkout)) ?? assert.fail()
    assert.equal(back.searchParams.get('payment_status'), 'payment_success')
    assert.equal(back.searchParams.get('payment_id'), made.stan.id)
    assert.equal(made.payment.amount, 4590n)
    const customer = await findStanCustomer(server.ctx(), made.stan.customer ?? '')
    assert.deepEqual([customer?.email, customer?.address?.zip_code], ['zoe@example.com', '75011'])
    // Whoever comes back to the checkout comes to its payment.
    assert.equal(locationOf(await payer.visit(page)).split('?')[0], at.split('?')[0])
  })

  it('goes on at the price of the basket where the merchant gives no choice', async () => {
    const relay = { ...shippingMethods[0], relay_point_networks: ['mondial_relay'] }
    const bad = [
      { shipping_method_id: 'a', shipping_cost: -1, shipping_label: 'A' },
      { shipping_method_id: 'b', shipping_cost: 1.5, shipping_label: 'B' },
      { shipping_method_id: 'c', shipping_cost: '5', shipping_label: 'C' },
      { shipping_method_id: {}, shipping_cost: 5, shipping_label: 'D' },
      { shipping_method_id: 'e', shipping_cost: 5, shipping_label: 'x'.repeat(500) },
      null,
    ]
    for (const answer of [
      undefined,
      'no JSON',
      '',
      { success: false, data: shippingMethods },
      shippingMethods,
      yes('x'),
      yes({}),
      yes([]),
      yes([relay]),
      yes(bad),
    ]) {
      merchant.answers['customer.shipping_address_changed'] = answer
      const { page, checkout } = await shop.checkout()
      const shown = await payer.visit(locationOf(await send(page, details)))
      assert.ok(shown.text.includes('Pay €40.00'), JSON.stringify(answer))
      assert.equal((await shop.paymentOf(checkout))?.stan.order_id, '77')
    }
  })

  it('asks a merchant who does not answer once, and shows at most twenty methods', async () => {
    merchant.answers = {}
    const { page, checkout } = await shop.checkout()
    locationOf(await send(page, details))
    assert.deepEqual(
      merchant.heard.map((it) => it.type),
      ['customer.created'],
    )
    assert.equal((await shop.paymentOf(checkout))?.stan.order_id, checkout.id)
    merchant.answers['customer.created'] = { success: false }
    merchant.answers['customer.shipping_address_changed'] = yes(
      Array.from({ length: 50 }, (_, at) => ({
        shipping_method_id: at,
        shipping_cost: at,
        shipping_label: '<i>\u202e',
      })),
    )
    const many = await send((await shop.checkout()).page, details)
    assert.equal(many.html.split('type="radio"').length - 1, limits.stan_methods_max)
    assert.doesNotMatch(many.html, /<i>|\u202e/)
  })

  it('takes no price that the merchant did not confirm', async () => {
    for (const answer of [
      undefined,
      'no JSON',
      { success: false, data: { total_amount: 4590, shipping_amount: 590 } },
      yes(null),
      yes({ total_amount: 0, shipping_amount: 0 }),
      yes({ total_amount: -1, shipping_amount: 0 }),
      yes({ total_amount: 4590.5, shipping_amount: 590 }),
      yes({ total_amount: '4590', shipping_amount: 590 }),
      yes({ total_amount: 4_294_967_296, shipping_amount: 590 }),
      yes({ total_amount: 100, shipping_amount: 101 }),
      yes({ total_amount: 4590 }),
    ]) {
      merchant.answers['checkout.shipping_method_changed'] = answer
      const { page, checkout } = await shop.checkout()
      const shown = await choose(page, 'flat:1')
      assert.equal(shown.status, 422)
      assert.ok(alertOf(shown).includes(en.errors.shipping_unconfirmed), JSON.stringify(answer))
      assert.equal(await shop.paymentOf(checkout), undefined)
      merchant.answers['checkout.shipping_method_changed'] = confirmed
      locationOf(await send(page, { carried: carriedOf(shown), shipping: 'free:2' }))
    }
  })

  it('hears no method, price or person from elsewhere, and lets them be changed', async () => {
    const { page, checkout } = await shop.checkout()
    const carried = carriedOf(await send(page, details))
    for (const shipping of ['', 'other', 'flat:1\u0000']) {
      const shown = await send(page, { carried, shipping, total_amount: '1', shipping_amount: '0' })
      assert.ok(alertOf(shown).includes(en.errors.shipping_missing))
    }
    const foreign = carriedOf(await send((await shop.checkout()).page, details))
    const [packed, token] = carried.split('.')
    const cheap = Buffer.from(packed ?? '', 'base64url')
      .toString()
      .replace('590', '0')
    for (const forged of [
      foreign,
      `${Buffer.from(cheap).toString('base64url')}.${token}`,
      'x',
      '.',
      '',
    ]) {
      const shown = await send(page, { carried: forged, shipping: 'flat:1' })
      assert.equal(locationOf(shown).split('?')[0], page)
    }
    const withoutToken = await payer.visit(page, { fields: details })
    assert.equal(locationOf(withoutToken).split('?')[0], page)
    const again = await send(page, { carried, action: 'change' })
    assert.deepEqual(
      [filledIn(again, 'street'), filledIn(again, 'email')],
      [details.street, details.email],
    )
    assert.equal(await shop.paymentOf(checkout), undefined)
  })

  it('makes one payment of a form sent twice, and a new one after it was given up', async () => {
    merchant.answers['customer.shipping_address_changed'] = yes([])
    const { page, checkout } = await shop.checkout()
    const fields = { csrf: tokenOf(await payer.visit(page)), ...details }
    const [one, two] = await Promise.all([1, 2].map(() => payer.visit(page, { fields })))
    assert.ok(one && two)
    const at = locationOf(one)
    assert.equal(locationOf(two), at)
    const csrf = tokenOf(await payer.visit(at))
    const gone = await payer.visit(at, { fields: { csrf, action: 'cancel' } })
    assert.equal(new URL(onwardOf(gone)).searchParams.get('payment_status'), 'payment_cancelled')
    const first = (await shop.paymentOf(checkout))?.stan.id
    assert.notEqual(locationOf(await send(page, details)), at)
    assert.notEqual((await shop.paymentOf(checkout))?.stan.id, first)
  })

  it('whose time is over takes nobody, asks nobody, and leads back', async () => {
    const { page, checkout } = await shop.checkout()
    const csrf = tokenOf(await payer.visit(page))
    server.clock.advance(limits.stan_payment_ms)
    for (const fields of [undefined, { csrf, ...details }]) {
      const shown = await payer.visit(page, { ...(fields && { fields }) })
      assert.equal(shown.title, `${en.expired.title} · Test shop`)
      const back =
        'https://shop.example/?wc-api=WC_Stan_Payment&payment_status=payment_expired#thanks'
      assert.equal(toldOf(shown).url, back)
    }
    assert.deepEqual(merchant.heard, [])
    assert.equal(await shop.paymentOf(checkout), undefined)
  })
})
