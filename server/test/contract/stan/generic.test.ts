import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { stanOperations } from '@obole/contract/stan/all.js'
import { paymentStatuses } from '@obole/contract/stan/payments.js'
import { buildServer } from '../../../src/app/build-server.ts'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { isOver, openPayment } from '../../../src/stan/open-payment.ts'
import { payCheckout } from '../../../src/stan/pay-checkout.ts'
import { readStanPayment } from '../../../src/stan/read-payment.ts'
import { revokeCredentials } from '../../../src/stan/revoke-credentials.ts'
import { findStanCheckoutByToken, findStanCustomer } from '../../../src/stan/store.ts'
import { isUuid } from '../../../src/stan/uuid.ts'
import { type CallOptions, type Json, startServer, type TestServer } from '../../harness.ts'
import {
  assertRefused,
  basic,
  newPair,
  type Pair,
  refused,
  return_url,
  type Shop,
  shopOf,
} from './shop.ts'

let server: TestServer
let pair: Pair
let shop: Shop
before(async () => {
  server = await startServer({ live: sandbox })
  pair = await newPair(server, server.merchant.id)
  shop = shopOf(server, pair)
})
after(() => server.close())

const raw = (method: string, path: string, headers: Record<string, string>, it?: CallOptions) =>
  server.call(method, path, { key: null, ...it, headers })
const encoded = (text: string): string => Buffer.from(text).toString('base64')

describe('a call', () => {
  it('[S1] without the right credentials is refused at every address', async () => {
    const { id, secret } = pair
    const other = await newPair(server, server.merchant.id)
    const wrong = [
      `Basic ${encoded(`${id}:${other.secret}`)}`,
      `Basic ${encoded(`${id}:x`)}`,
      `Basic ${encoded(`0190aaaa-0000-7000-8000-000000000000:${secret}`)}`,
    ]
    for (const { method, path } of stanOperations) {
      for (const authorization of wrong) {
        const answer = await raw(method, path.replace('{id}', 'x'), { authorization })
        assertRefused(answer, 401, 'unauthorized', /./)
      }
    }
    const notStan = ['', encoded(`${id}:${secret}`), `Bearer ${secret}`, `Basic ${encoded(id)}`]
    for (const authorization of [...notStan, `Basic ${encoded(`${id}:`)}`]) {
      for (const path of ['/v1/payments', '/v1/refunds', '/stan/v1/payments']) {
        const answer = await raw('GET', path, { authorization })
        assert.equal(answer.status, 401, path)
        assert.ok(answer.body.error)
      }
    }
  })

  it('with a revoked pair is refused, and with the next one is not', async () => {
    const { services, clock } = server
    const old = await newPair(server, server.merchant.id)
    for (let n = 0; n < 2; n++) {
      const revoked = await revokeCredentials({ ...services, now: clock.now() }, old.id)
      assert.ok(revoked?.revoked_at)
    }
    assertRefused(await shopOf(server, old).call('GET', '/v1/payments'), 401, 'unauthorized', /./)
    assert.equal(await revokeCredentials({ ...services, now: clock.now() }, 'nobody'), undefined)
    await shop.get('/v1/payments')
  })

  it('reaches the API that its credentials belong to', async () => {
    const stancer = { key: server.merchant.keys.stest }
    const customer = { name: 'Zoé Martin', email: 'zoe@shop.example' }
    const ours = await server.call('POST', '/v1/customers', { ...stancer, body: customer })
    assert.match(ours.body.id, /^cust_/)
    assert.ok(isUuid((await shop.post('/v1/customers', customer)).id))
    assert.ok(Array.isArray(await shop.get('/v1/refunds')))
    assert.ok((await server.call('GET', '/v1/refunds', stancer)).body.range)
    assert.equal((await server.call('GET', '/v1/payments', stancer)).status, 404)
    for (const path of ['/v1/checkout', '/v1/cards', '/v1/accounts', '/v1/', '/v1']) {
      assertRefused(await shop.call('GET', path), 404, 'not_found', /./)
    }
    assertRefused(await shop.call('DELETE', '/v1/payments'), 405, 'method_not_allowed', /./)
    assert.deepEqual(await shop.get('/stan/v1/payments'), await shop.get('/v1/payments/'))
  })

  it('to the host set aside for Stan is one of Stan, whatever its credentials', async () => {
    const stan_origin = 'https://stan.example:8443'
    for (const trust_proxy of [false, true]) {
      const app = buildServer(server.services, { trust_proxy, stan_origin })
      const get = async (host: string, authorization: string, forwarded?: string) => {
        const headers = { host, authorization, ...(forwarded && { 'x-forwarded-host': forwarded }) }
        const answer = await app.inject({ method: 'GET', url: '/v1/refunds', headers })
        return [answer.statusCode, Object.keys(answer.json())[0]]
      }
      const key = `Basic ${encoded(`${server.merchant.keys.stest}:`)}`
      assert.deepEqual(await get('stan.example:8443', key), [401, 'error'])
      assert.deepEqual(await get('api.example', key), [200, 'live_mode'])
      assert.equal((await get('STAN.example:8443', basic(pair)))[0], 200)
      const forwarded = await get('inner', key, 'stan.example:8443')
      assert.deepEqual(forwarded, trust_proxy ? [401, 'error'] : [200, 'live_mode'])
      await app.close()
    }
  })

  it('[S25] is announced by a browser, which is told that it may send credentials', async () => {
    const asked = {
      origin: 'https://shop.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization,content-type',
    }
    const answer = await raw('OPTIONS', '/v1/payments', asked)
    assert.equal(answer.status, 204)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    const headers = answer.headers.get('access-control-allow-headers')?.split(', ')
    for (const name of ['authorization', 'content-type', 'accept'])
      assert.ok(headers?.includes(name))
    for (const it of [await shop.call('GET', '/v1/payments'), await shop.call('GET', '/v1/none')]) {
      assert.equal(it.headers.get('access-control-allow-origin'), '*')
    }
    for (const path of ['/v1/checkout', '/v2/payments', '/v1/cards']) {
      const other = await raw('OPTIONS', path, asked)
      assert.equal(other.headers.get('access-control-allow-origin'), null, path)
      assert.ok(other.status >= 400)
    }
  })

  it('[S26] with an empty body, or one that is not JSON, is refused as such', async () => {
    const authorization = basic(pair)
    for (const { method, path, ...it } of stanOperations) {
      if (!('body' in it)) continue
      for (const body of ['', '{', '[]', 'null', '"x"']) {
        const headers = { authorization, 'content-type': 'application/json' }
        const answer = await raw(method, path, headers, { body })
        assertRefused(answer, 400, 'invalid_request', /./)
      }
    }
    const headers = { authorization, 'content-type': 'application/json; charset=utf-8' }
    const body = { order_id: '1', amount: 100, return_url }
    assert.equal((await raw('POST', '/v1/payments', headers, { body })).status, 200)
  })
})

describe('a customer', () => {
  it('[S18] is made from a name or its parts, with an address or without', async () => {
    const email = 'zoe@shop.example'
    const whole = await shop.post('/v1/customers', { name: 'Zoé de la Tour', email, address: {} })
    assert.ok(isUuid(whole.id))
    const names = ({ name, firstname, lastname }: typeof whole) => [name, firstname, lastname]
    assert.deepEqual(names(whole), ['Zoé de la Tour', 'Zoé', 'de la Tour'])
    const address = { street_address: '1 rue X', locality: 'Paris', country: 'FR', region: '' }
    const parts = await shop.post('/v1/customers', {
      firstname: 'Zoé',
      lastname: 'Martin',
      email,
      phone_number: '',
      address: { ...address, floor: '3' },
    })
    assert.deepEqual(names(parts), ['Zoé Martin', 'Zoé', 'Martin'])
    assert.deepEqual(parts.address, address)
    const bare = await shop.post('/v1/customers', { email, name: null })
    assert.deepEqual(names(bare), [null, null, null])
    assert.equal(new Set([whole.id, parts.id, bare.id]).size, 3)
    await shop.prepare({ customer_id: parts.id })
    for (const wrong of [{}, { email: '' }, { email: 'x' }]) {
      const answer = await shop.call('POST', '/v1/customers', { name: 'Zoé', ...wrong })
      assertRefused(answer, 400, 'invalid_request', /^email: /)
    }
  })

  it('is one of the core too, unless the core cannot keep one', async () => {
    const ctx = server.ctx()
    const email = `${'x'.repeat(60)}@shop.example`
    const long = await shop.post('/v1/customers', { email, name: 'A' })
    assert.equal((await findStanCustomer(ctx, long.id))?.customer, null)
    assert.ok(isUuid((await shop.prepare({ customer_id: long.id })).payment_id))
    const two = { email: 'same@shop.example', phone_number: '+33612345678', name: 'N'.repeat(99) }
    const [one, other] = [
      await shop.post('/v1/customers', two),
      await shop.post('/v1/customers', two),
    ]
    const [a, b] = await Promise.all([one.id, other.id].map((id) => findStanCustomer(ctx, id)))
    assert.match(a?.customer ?? '', /^cust_/)
    assert.equal(a?.customer, b?.customer)
    const path = `/v2/customers/${a?.customer}`
    const { body } = await server.call('GET', path)
    assert.deepEqual([body.email, body.mobile, body.name], [two.email, two.phone_number, null])
    await server.call('DELETE', path)
    assert.ok(isUuid((await shop.prepare({ customer_id: one.id })).payment_id))
  })
})

const basket = {
  return_url,
  total_amount: 2400,
  subtotal_amount: 2000,
  discount_amount: 100,
  tax_rate: 20,
  tax_amount: 400,
  discount_code: '',
  session_id: 'sess_1',
  order_id: null,
  customer_id: null,
  line_items: [{ product_id: '7', title: 'Cup', quantity: 2, unit_price: 1000, image_url: '' }],
}

describe('a checkout', () => {
  it('[S19] [S20] is made of a basket, and says its mode', async () => {
    const { id, checkout_url, ...it } = await shop.post('/v1/checkouts', basket)
    assert.ok(isUuid(id))
    assert.match(checkout_url, /\/stan\/checkout\/[0-9A-Za-z]{24}\?checkout_id=/)
    assert.deepEqual(it, {
      total_amount: 2400,
      total_amount_before_discount: 2500,
      subtotal_amount: 2000,
      discount_amount: 100,
      tax_rate: 20,
      discount_code: null,
      is_testmode: true,
      line_items: basket.line_items,
      merchant: { name: 'Test shop' },
      session_id: 'sess_1',
      order_id: null,
    })
    const live = shopOf(server, await newPair(server, server.merchant.id, true))
    assert.equal((await live.post('/v1/checkouts', basket)).is_testmode, false)
    const { id: customer_id } = await shop.post('/v1/customers', { email: 'a@b.example' })
    const named = await shop.post('/v1/checkouts', { ...basket, customer_id })
    assert.equal('customer_id' in named, false)
    for (const wrong of [{ total_amount: 0 }, { return_url: '' }, { line_items: {} }]) {
      const answer = await shop.call('POST', '/v1/checkouts', { ...basket, ...wrong })
      assertRefused(answer, 400, 'invalid_request', new RegExp(`^${Object.keys(wrong)[0]}: `))
    }
  })

  it('becomes the payment of who says who they are, and another one after a failure', async () => {
    const ctx = server.ctx()
    const { id, checkout_url } = await shop.post('/v1/checkouts', basket)
    const token = new URL(checkout_url).pathname.split('/').at(-1) ?? ''
    assert.equal((await findStanCheckoutByToken(ctx.db, token))?.id, id)
    const payer = { email: 'zoe@shop.example', firstname: 'Zoé', lastname: 'Martin' }
    const made = await Promise.all([1, 2].map(() => payCheckout(ctx, { id, payer, origin: 1 })))
    const [first] = made
    assert.ok(first)
    assert.equal(made[1]?.stan.id, first.stan.id)
    const { amount, order_id, customer_id } = await shop.read(first.stan.id)
    assert.deepEqual([amount, order_id], [2400, 'sess_1'])
    const customer = await findStanCustomer(ctx, customer_id)
    assert.equal(customer?.name, 'Zoé Martin')
    assert.equal(customer.customer, first.payment.customer)
    await shop.pay(first.stan.id, refused)
    assert.equal((await shop.read(first.stan.id)).payment_status, 'payment_failure')
    const next = await payCheckout(ctx, { id, payer, origin: 1 })
    assert.notEqual(next.stan.id, first.stan.id)
    await openPayment(ctx, { id: next.stan.id })
    await shop.pay(next.stan.id)
    const { stan, payment } = await payCheckout(ctx, { id, payer, origin: 1 })
    assert.deepEqual([stan.id, payment.status], [next.stan.id, 'to_capture'])
    assert.equal(isOver((await readStanPayment(ctx, stan.id)).stan, ctx.now), false)
    const late = await shop.post('/v1/checkouts', basket)
    const after = { ...ctx, now: new Date(ctx.now.getTime() + 25 * 3600 * 1000) }
    await assert.rejects(payCheckout(after, { id: late.id, payer, origin: 1 }), /has expired/)
  })
})

/** As PHP writes JSON: slashes escaped, all but ASCII by its number. */
const phpJson = (value: object): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll(/[^\x20-\x7e]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)

it('[S27] the calls of the PHP library are answered in what its models take', async () => {
  const headers = {
    authorization: basic(pair),
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'OpenAPI-Generator/1.0.0/PHP',
  }
  const call = async (method: string, path: string, body?: object): Promise<Json> => {
    const answer = await raw(method, path, headers, body && { body: phpJson(body) })
    assert.ok(answer.status >= 200 && answer.status < 300, `${method} ${path}: ${answer.text}`)
    return answer.body
  }
  const isInstant = (text: unknown) => typeof text === 'string' && Date.parse(text) > 0

  const customer = await call('POST', '/v1/customers', {
    firstname: 'Zoé',
    lastname: 'Martin',
    email: 'zoe@shop.example',
    address: {},
  })
  const prepared = await call('POST', '/v1/payments', {
    order_id: 'A/17',
    amount: 1000,
    return_url,
    customer_id: customer.id,
  })
  await shop.pay(prepared.payment_id)
  const payment = await call('GET', `/v1/payments/${prepared.payment_id}`)
  assert.equal(payment.order_id, 'A/17')
  assert.ok(paymentStatuses.includes(payment.payment_status) && isInstant(payment.created_at))
  const payments = await call('GET', '/v1/payments')
  assert.deepEqual(
    payments.find(({ id }: Json) => id === payment.id),
    payment,
  )

  const refund = { payment_id: payment.id, amount: 400, reason: 'duplicate' }
  const { refund_id, status, reason, created_at } = await call('POST', '/v1/refunds', refund)
  assert.ok(reason === refund.reason && isInstant(created_at))
  assert.match(status, /^payment_(holding|pending|failure|success|cancelled)$/)
  assert.equal((await call('GET', `/v1/refunds/${refund_id}`)).amount, 400)
  assert.ok((await call('GET', '/v1/refunds')).some((it: Json) => it.refund_id === refund_id))

  const checkout = await call('POST', '/v1/checkouts', {
    total_amount: 1000,
    return_url,
    line_items: [{ product_id: '1', quantity: 1, unit_price: 1000 }],
    customer_id: customer.id,
  })
  // Its model of a checkout fails on a customer that is there.
  assert.equal(checkout.customer_id ?? null, null)
  assert.ok(Array.isArray(checkout.line_items) && checkout.is_testmode === true)
  await call('PUT', '/v1/apis', { webhook_url: 'http://localhost:9/hook' })
})
