import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { clientOf as v2ClientOf } from '../v2/objects.ts'
import { approvedCard, assertRefused, type Client, clientOf, faultOf } from './answers.ts'

let server: TestServer
/** With a live key: a live mode whose bank is the sandbox. */
let live: Client
before(async () => {
  server = await startServer({ live: sandbox })
})
after(() => server.close())

const credited = { ...approvedCard, number: '4000000000000077', exp_year: 2090 }
const disputed = { ...approvedCard, number: '4000000000000259', exp_year: 2090 }

/** Each test has a merchant of its own. */
async function openShop(): Promise<string> {
  const { keys } = await server.newMerchant()
  live = clientOf(server, keys.sprod)
  return keys.sprod
}

const pay = async (amount: number, card: object = credited): Promise<string> =>
  (await live.post('/v1/checkout', { amount, currency: 'eur', card })).id
/** Payouts are made by version 2, or by themselves. */
const payOut = (body: object = {}): Promise<Json> => live.post('/v2/payouts/', body)
const idsOf = (list: Json[]): string[] => list.map((it) => it.id)
const unknown = `pout_${'0'.repeat(24)}`

describe('payouts with a test key', () => {
  it('[B74] are not implemented, whatever is asked for', async () => {
    const { keys } = await server.newMerchant()
    const test = clientOf(server, keys.stest)
    await test.post('/v1/checkout', { amount: 100, currency: 'eur', card: credited })
    const { id } = await test.post('/v2/payouts/', {})
    const paths = ['', '/', `/${id}`, `/${unknown}`, '/no-id', '?limit=2']
    const below = ['payments', 'refunds', 'disputes'].map((it) => `/${id}/${it}`)
    for (const path of [...paths, ...below]) {
      const answer = await test.call('GET', `/v1/payouts${path}`)
      assertRefused(answer, 501, 'Payouts need a live key')
    }
  })
})

describe('payouts with a live key', () => {
  it('[B74] are shown in the shape of version 1', async () => {
    const key = await openShop()
    const payment = await pay(10_000)
    await live.post('/v1/refunds/', { payment, amount: 1000 })
    await pay(2000, disputed)
    const { id, reference, date, fees } = await payOut()
    const payout = await live.get(`/v1/payouts/${id}`)
    const { created, date_bank, ...rest } = payout
    assert.ok(Number.isInteger(created))
    assert.equal(new Date(date_bank * 1000).toISOString().slice(11), '00:00:00.000Z')
    assert.deepEqual(rest, {
      // The tax on each of 82, 26 and 1500.
      amount: 12_000 - 1000 - 2000 - fees - (16 + 5 + 300),
      currency: 'eur',
      date_paym: Math.floor(Date.parse(date) / 1000),
      disputes: { amount: -2000 },
      fees: 82 + 26 + 1500,
      id,
      live_mode: true,
      payments: { amount: 12_000 },
      refunds: { amount: -1000 },
      statement_description: reference,
      status: 'paid',
    })
    const of_v2 = await v2ClientOf(server, key).get(`/v2/payouts/${id}`)
    assert.deepEqual([of_v2.amount, of_v2.fees], [payout.amount, payout.fees])
  })

  it('are listed the oldest first, by pages, since a moment', async () => {
    await openShop()
    const range = { start: 0, end: 0, limit: 10, has_more: false }
    assert.deepEqual(await live.get('/v1/payouts'), { live_mode: true, payouts: [], range })
    const made: string[] = []
    for (const amount of [1000, 2000, 3000]) {
      await pay(amount)
      made.push((await payOut()).id)
      await server.advance(10_000)
    }
    const all = await live.get('/v1/payouts/')
    assert.deepEqual(Object.keys(all).sort(), ['live_mode', 'payouts', 'range'])
    assert.deepEqual(idsOf(all.payouts), made)
    assert.deepEqual(all.range, { ...range, end: 2 })
    const page = await live.get('/v1/payouts?start=1&limit=1')
    assert.deepEqual(idsOf(page.payouts), made.slice(1, 2))
    assert.deepEqual(page.range, { start: 1, end: 1, limit: 1, has_more: true })
    const since = await live.get(`/v1/payouts?created=${all.payouts[1].created}`)
    assert.deepEqual(idsOf(since.payouts), made.slice(1))
    assert.match(faultOf(await live.call('GET', '/v1/payouts?limit=0')), /^limit: /)
  })

  it('show what is in them, the oldest first and by pages', async () => {
    await openShop()
    const payments = [await pay(10_000)]
    await server.advance(10_000)
    payments.push(await pay(20_000, disputed))
    const [payment = ''] = payments
    const refunds: string[] = []
    for (const amount of [100, 200]) {
      await server.advance(10_000)
      refunds.push((await live.post('/v1/refunds/', { payment, amount })).id)
    }
    const disputes = idsOf((await live.get('/v1/disputes')).disputes)
    assert.equal(disputes.length, 1)
    const { id } = await payOut()
    await pay(300)
    const paths = { payments: 'checkout', refunds: 'refunds', disputes: 'disputes' } as const
    for (const [plural, ids] of Object.entries({ payments, refunds, disputes })) {
      const path = `/v1/payouts/${id}/${plural}`
      const all = await live.get(path)
      assert.deepEqual(Object.keys(all).sort(), ['live_mode', plural, 'range'].sort())
      assert.equal(all.live_mode, true)
      assert.deepEqual(idsOf(all[plural]), ids)
      for (const it of all[plural]) {
        const own = paths[plural as keyof typeof paths]
        assert.deepEqual(it, await live.get(`/v1/${own}/${it.id}`))
      }
      const page = await live.get(`${path}?start=1&limit=1`)
      assert.deepEqual(idsOf(page[plural]), ids.slice(1, 2))
      const later = Math.floor(server.clock.now().getTime() / 1000) + 60
      assert.deepEqual((await live.get(`${path}?created=${later}`))[plural], [])
    }
  })

  it('that are not there, or not theirs, are a 404', async () => {
    await openShop()
    await pay(1000)
    const { id } = await payOut()
    await openShop()
    for (const it of [id, unknown, 'no-id']) {
      for (const below of ['', '/payments', '/refunds', '/disputes']) {
        const answer = await live.call('GET', `/v1/payouts/${it}${below}`)
        assertRefused(answer, 404, `No such payout ${it}`)
      }
    }
    assert.deepEqual((await live.get('/v1/payouts')).payouts, [])
  })
})
