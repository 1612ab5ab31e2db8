import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { type Json, startServer, type TestServer } from '../harness.ts'
import { Shop } from './shop.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

/** A shop on Thursday, 1 March 2035, with a clock that stands. */
async function openShop(): Promise<Shop> {
  const shop = new Shop(server, await server.newMerchant())
  await shop.comesTo('2035-03-01T12:00:00Z')
  return shop
}

const second = (instant: number) => new Date(instant * 1000).toISOString()
const credited = { number: '4000000000000077', exp_month: 12, exp_year: 2040 }

const pay = async (shop: Shop, amount: number): Promise<Json> =>
  (await shop.ask('payment', '/v2/payments/', { body: { amount, card: credited } })).body
const contest = async (shop: Shop, payment: string, body: object): Promise<Json> =>
  (await shop.ask('dispute', `/v2/sandbox/payments/${payment}/dispute`, { body })).body
const answer = (shop: Shop, id: string, text: string) =>
  shop.ask('evidence', `/v2/disputes/${id}/evidence`, { body: { text } })
const statusOf = async (shop: Shop, id: string): Promise<string> =>
  (await shop.read(`/v2/disputes/${id}`)).status

describe('a dispute on the clock of its account', () => {
  it('is out of time at the second of its deadline', async () => {
    const shop = await openShop()
    const { id } = await contest(shop, (await pay(shop, 1000)).id, { response: '45' })
    const { due_at } = await shop.read(`/v2/disputes/${id}/evidence`)
    assert.equal(second(due_at), '2035-03-15T12:00:00.000Z')
    await shop.comesTo(second(due_at - 1))
    assert.equal(await statusOf(shop, id), 'open')
    await shop.comesTo(second(due_at))
    assert.equal(await statusOf(shop, id), 'out_of_time')
  })

  it('answered at the last second is judged, the clock put forward in between', async () => {
    const shop = await openShop()
    const payment = await pay(shop, 1000)
    const { id } = await contest(shop, payment.id, { response: '4853' })
    await shop.comesTo('2035-03-15T11:59:59Z')
    await answer(shop, id, 'It was as described')
    await shop.comesTo('2035-03-16T04:59:59Z')
    assert.equal(await statusOf(shop, id), 'evidence_sent')
    await shop.comesTo('2035-03-16T05:00:00Z')
    assert.equal(await statusOf(shop, id), 'evidence_verification')
    await shop.comesTo('2035-03-23T04:59:59Z')
    assert.equal(await statusOf(shop, id), 'evidence_verification')
    await shop.comesTo('2035-03-23T05:00:00Z')
    assert.equal(await statusOf(shop, id), 'won')
    assert.equal((await shop.read(`/v2/payments/${payment.id}`)).status, 'captured')
  })

  it('has one end where an answer, a surrender and the deadline meet', async () => {
    const shop = await openShop()
    const ids = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { id: payment } = await pay(shop, 1000)
        return (await contest(shop, payment, { response: '45' })).id
      }),
    )
    await shop.comesTo('2035-03-15T11:59:59Z')
    const or = [422]
    const answers = ids.map((id) => [
      shop.ask('accept', `/v2/disputes/${id}/accept`, { or }),
      shop.ask('submit', `/v2/disputes/${id}/evidence`, { body: { text: 'delivered' }, or }),
    ])
    const late = shop.comesTo('2035-03-15T12:00:00Z')
    for (const [n, pair] of answers.entries()) {
      const [accepted, submitted] = (await Promise.all(pair)).map((it) => it.status === 200)
      await late
      const end = accepted ? 'accepted' : submitted ? 'evidence_sent' : 'out_of_time'
      assert.equal(await statusOf(shop, ids[n]), end)
      assert.ok(!(accepted && submitted))
    }
  })

  it('goes all its way in one leap, and tells each step at its own instant', async () => {
    const shop = await openShop()
    const ends: Record<string, string> = { 'We lose': 'lost', 'We do not': 'won' }
    const ids: string[] = []
    for (const text of Object.keys(ends)) {
      const { id } = await contest(shop, (await pay(shop, 1000)).id, { response: '42' })
      await answer(shop, id, text)
      ids.push(id)
    }
    const body = { advance: 'P3M' }
    const { events } = (await shop.ask('clock', '/v2/sandbox/clock', { body })).body
    for (const [n, end] of Object.values(ends).entries()) {
      const told = events.filter((it: Json) => it.object_id === ids[n])
      assert.deepEqual(
        told.map((it: Json) => [it.type, second(it.created)]),
        [
          ['dispute.evidence_verification', '2035-03-02T05:00:00.000Z'],
          [`dispute.${end}`, '2035-03-09T05:00:00.000Z'],
        ],
      )
    }
  })
})

describe('what a dispute does to a merchant’s money', () => {
  it('is taken from one payout, and given back by another when it is won', async () => {
    const shop = await openShop()
    const payment = await pay(shop, 30_000)
    const dispute = await contest(shop, payment.id, { response: '45', amount: 4000 })
    await shop.comesTo('2035-03-05T12:00:00Z')
    const [first, ...none] = await shop.list('/v2/payouts/', 'payouts')
    assert.equal(none.length, 0)
    // 0.7 % and 12 cents of the payment, 15.00 for the dispute, and 20 % on both.
    assert.deepEqual(
      [first.payments.amount, first.disputes.amount, first.fees, first.fees_vat, first.amount],
      [30_000, -4000, 222 + 1500, 44 + 300, 30_000 - 4000 - 1722 - 344],
    )
    assert.equal((await shop.read(`/v2/disputes/${dispute.id}`)).payout, first.id)
    await answer(shop, dispute.id, 'It was delivered')
    await shop.comesTo('2035-03-20T12:00:00Z')
    assert.equal(await statusOf(shop, dispute.id), 'won')
    const [second] = await shop.list('/v2/payouts/', 'payouts')
    const { disputes, fees, amount } = second
    assert.deepEqual([disputes.amount, fees, amount], [4000, 0, 4000])
    for (const { id } of [first, second]) {
      const listed = await shop.list(`/v2/payouts/${id}/disputes`, 'disputes')
      assert.deepEqual(
        listed.map((it) => it.id),
        [dispute.id],
      )
    }
  })

  it('may take more than there is: refunded and contested, a payment is lost twice', async () => {
    const shop = await openShop()
    const { id: payment } = await pay(shop, 1000)
    await shop.ask('refund', '/v2/refunds/', { body: { payment } })
    const { id } = await contest(shop, payment, { response: '1040' })
    await shop.comesTo('2035-03-20T12:00:00Z')
    assert.equal(await statusOf(shop, id), 'out_of_time')
    const fees = 19 + 4 + 1500 + 300
    const { accounts } = await shop.read('/v2/ledger/accounts')
    const pending = accounts.find((it: Json) => it.name === 'merchant:pending')
    assert.equal(pending.balance, -1000 - fees)
    for (const payout of await shop.list('/v2/payouts/', 'payouts')) {
      assert.equal(payout.status, 'pending')
    }
  })
})

describe('after all of this', () => {
  it('none of the invariants is broken', async () => {
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })
})
