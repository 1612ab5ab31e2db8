import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { cancelStanPayment } from '../../../src/stan/cancel-payment.ts'
import { openPayment } from '../../../src/stan/open-payment.ts'
import { readStanPayment } from '../../../src/stan/read-payment.ts'
import { findStanPaymentByToken } from '../../../src/stan/store.ts'
import { isUuid } from '../../../src/stan/uuid.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { watched } from '../../watched-db.ts'
import {
  assertRefused,
  challenged,
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

const v2 = async (method: string, path: string, body?: unknown): Promise<Json> => {
  const answer = await server.call(method, `/v2${path}`, body === undefined ? {} : { body })
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}
/** The payment of version 2 behind one of Stan. */
const behind = async (id: string): Promise<string> =>
  (await readStanPayment(server.ctx(), id)).payment.id

const day_ms = 24 * 3600 * 1000

describe('a prepared payment', () => {
  it('[S2] [S6] is answered with 200 and three members, and can be read', async () => {
    const made = await shop.prepare({ order_id: 'cart_7' })
    assert.deepEqual(Object.keys(made), ['payment_id', 'state', 'redirect_url'])
    const { payment_id: id } = made
    assert.ok(isUuid(id))
    const { merchant_id, created_at, ...fields } = await shop.read(id)
    assert.ok(isUuid(merchant_id))
    assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.deepEqual(fields, {
      id,
      order_id: 'cart_7',
      amount: 1000,
      payment_status: 'payment_prepared',
      customer_id: null,
      is_refundable: false,
      refunded_amount: 0,
    })
  })

  it('[S3] is not made of a request that lacks something or says it wrongly', async () => {
    const whole = { order_id: '1', amount: 100, return_url }
    const faulty: [object, RegExp][] = [
      [{ order_id: undefined }, /^order_id: /],
      [{ order_id: null }, /^order_id: /],
      [{ amount: undefined }, /^amount: /],
      [{ amount: 1.5 }, /^amount: /],
      [{ amount: 0 }, /^amount: /],
      [{ amount: -5 }, /^amount: /],
      [{ amount: 2 ** 31 }, /^amount: /],
      [{ return_url: undefined }, /^return_url: /],
      [{ return_url: '/back' }, /^return_url: /],
      [{ return_url: 'javascript://x/%0aalert(1)' }, /^return_url: /],
      [{ cancel_url: 'ftp://shop.example' }, /^cancel_url: /],
      [{ customer_id: 'somebody' }, /^customer_id: No such customer$/],
    ]
    for (const [fault, says] of faulty) {
      const answer = await shop.call('POST', '/v1/payments', { ...whole, ...fault })
      assertRefused(answer, 400, 'invalid_request', says)
    }
    const many = await shop.call('POST', '/v1/payments', {})
    assertRefused(many, 400, 'invalid_request', /^order_id: .*; amount: .*; return_url: /)
  })

  it('takes numbers as text, empty texts, nulls and members that nobody knows', async () => {
    const { payment_id } = await shop.prepare({
      order_id: 12,
      amount: '250',
      customer_id: '',
      cancel_url: '',
      state: null,
      tax_amount: null,
      vat: 20,
    })
    const { order_id, amount } = await shop.read(payment_id)
    assert.deepEqual({ order_id, amount }, { order_id: '12', amount: 250 })
  })

  it('[S4] gives its state back as it came, or one of ours', async () => {
    assert.equal((await shop.prepare({ state: 'a b&c=d/é' })).state, 'a b&c=d/é')
    const states = [await shop.prepare(), await shop.prepare({ state: '' })].map((it) => it.state)
    for (const state of states) assert.match(state, /^[0-9A-Za-z]{12}$/)
    assert.notEqual(states[0], states[1])
  })

  it('[S5] has an address that takes more parameters, and that nobody can guess', async () => {
    const { payment_id, redirect_url } = await shop.prepare()
    const { origin, pathname, search } = new URL(redirect_url)
    assert.equal(origin, server.url)
    assert.equal(search, `?payment_id=${payment_id}`)
    const [, token = ''] = /^\/stan\/([0-9A-Za-z]{24})$/.exec(pathname) ?? []
    const found = await findStanPaymentByToken(server.services.db, token)
    assert.equal(found?.id, payment_id)
  })

  it('[S30] is another one each time, also for the same order', async () => {
    const [one, other] = [await shop.prepare(), await shop.prepare()]
    assert.notEqual(one.payment_id, other.payment_id)
    assert.notEqual(await behind(one.payment_id), await behind(other.payment_id))
  })

  it('names its customer, whom version 2 knows too', async () => {
    const customer = await shop.post('/v1/customers', {
      name: 'Zoé Martin',
      email: 'z@shop.example',
    })
    const { payment_id } = await shop.prepare({ customer_id: customer.id })
    assert.equal((await shop.read(payment_id)).customer_id, customer.id)
    const payment = await v2('GET', `/payments/${await behind(payment_id)}`)
    assert.equal(payment.customer.email, 'z@shop.example')
    assert.equal(payment.customer.name, 'Zoé Martin')
  })
})

describe('the list of payments', () => {
  it('[S7] [S8] [S28] is an array of those of this merchant and mode, newest first', async () => {
    const other = await server.newMerchant()
    const [test, live] = [
      shopOf(server, await newPair(server, other.id)),
      shopOf(server, await newPair(server, other.id, true)),
    ]
    const lists = () => Promise.all([test.get('/v1/payments'), live.get('/v1/payments')])
    assert.deepEqual(await lists(), [[], []])
    const made: string[] = []
    for (let n = 0; n < 5; n++) made.unshift((await test.prepare()).payment_id)
    const real = await live.prepare()
    const [inTest, inLive] = await lists()
    assert.deepEqual(
      inTest.map((it: Json) => it.id),
      made,
    )
    assert.deepEqual(inTest[0], await test.read(made[0] as string))
    assert.deepEqual(
      inLive.map((it: Json) => it.id),
      [real.payment_id],
    )
    const part = await test.get('/v1/payments?start=1&limit=2')
    assert.deepEqual(
      part.map((it: Json) => it.id),
      made.slice(1, 3),
    )
    for (const stranger of [live, shop]) {
      const answer = await stranger.call('GET', `/v1/payments/${made[0]}`)
      assertRefused(answer, 404, 'not_found', /^No such payment/)
      const refund = { payment_id: made[0], amount: 1, reason: 'duplicate' }
      assertRefused(await stranger.call('POST', '/v1/refunds', refund), 404, 'not_found', /payment/)
    }
  })

  it('costs as many reads for many payments as for one', async () => {
    const { db } = server.services
    const readsOf = async (path: string): Promise<number> => {
      const seen = watched(db)
      server.services.db = seen
      await shop.get(path)
      server.services.db = db
      return seen.asked.length
    }
    for (let n = 0; n < 3; n++) await shop.prepare()
    await readsOf('/v1/payments')
    assert.equal(await readsOf('/v1/payments?limit=1'), await readsOf('/v1/payments'))
  })

  it('[S9] does not hold what is not there', async () => {
    for (const id of ['0190aaaa-0000-7000-8000-000000000000', 'x', '%00', 'paym_1']) {
      const answer = await shop.call('GET', `/v1/payments/${id}`)
      assertRefused(answer, 404, 'not_found', /./)
    }
  })
})

describe('a payer', () => {
  it('makes a payment pending by opening it, and a success by paying', async () => {
    const { payment_id: id } = await shop.prepare()
    for (let n = 0; n < 2; n++) await openPayment(server.ctx(), { id })
    assert.equal((await shop.read(id)).payment_status, 'payment_pending')
    await shop.pay(id)
    const { payment_status, is_refundable, refunded_amount } = await shop.read(id)
    assert.deepEqual([payment_status, is_refundable, refunded_amount], ['payment_success', true, 0])
    await openPayment(server.ctx(), { id })
    assert.equal((await shop.read(id)).payment_status, 'payment_success')
    const payment = await v2('GET', `/payments/${await behind(id)}`)
    assert.equal(payment.status, 'to_capture')
    assert.deepEqual([payment.amount, payment.order_id, payment.currency], [1000, '42', 'eur'])
  })

  it('leaves it pending at the bank, and failed when the bank says no', async () => {
    const [sent, no] = [await shop.prepare(), await shop.prepare()]
    await shop.payAsFarAsBank(sent.payment_id, challenged)
    assert.equal((await shop.read(sent.payment_id)).payment_status, 'payment_pending')
    await shop.pay(no.payment_id, refused)
    const { payment_status, is_refundable } = await shop.read(no.payment_id)
    assert.deepEqual([payment_status, is_refundable], ['payment_failure', false])
    await assert.rejects(cancelStanPayment(server.ctx(), { id: no.payment_id }))
  })

  it('[S12] gives up once, and then nobody can pay', async () => {
    const { payment_id: id } = await shop.prepare()
    for (let n = 0; n < 2; n++) {
      const { stan } = await cancelStanPayment(server.ctx(), { id })
      assert.equal(stan.ended, 'canceled')
    }
    assert.equal((await shop.read(id)).payment_status, 'payment_cancelled')
    await assert.rejects(shop.pay(id))
    assert.equal((await v2('GET', `/payments/${await behind(id)}`)).status, 'canceled')
  })

  it('[S29] who comes after a day finds it expired, and pays nothing', async () => {
    const merchant = await server.newMerchant()
    const own = shopOf(server, await newPair(server, merchant.id))
    const [waits, opened, paid] = [await own.prepare(), await own.prepare(), await own.prepare()]
    await openPayment(server.ctx(merchant), { id: opened.payment_id })
    const read = async (it: Json) => (await own.read(it.payment_id)).payment_status
    const ctx = server.ctx(merchant)
    const stan = async ({ payment_id }: Json) => readStanPayment(ctx, payment_id)
    assert.equal(await read(waits), 'payment_prepared')
    assert.ok((await stan(paid)).stan.due_at)
    await server.advance(day_ms - 60_000)
    assert.equal(await read(opened), 'payment_pending')
    await server.advance(120_000)
    assert.equal(await read(waits), 'payment_expired')
    assert.equal(await read(opened), 'payment_expired')
    const { stan: row, payment } = await openPayment(ctx, { id: waits.payment_id })
    assert.deepEqual([row.opened_at, row.due_at, payment.status], [null, null, 'canceled'])
    await assert.rejects(cancelStanPayment(ctx, { id: waits.payment_id }))
  })
})
