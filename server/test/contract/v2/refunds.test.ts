import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Answer, type Json, startServer, type TestServer } from '../../harness.ts'
import { pictureOf } from '../../picture.ts'
import { assertRefused, faultOf, ok } from './answers.ts'
import { approvedCard, type Client, capturedCard, clientOf, goodIban } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  // A live mode that takes the test cards.
  server = await startServer({ live: sandbox })
  client = clientOf(server)
})
after(() => server.close())

const paid = (more: object = {}): Promise<Json> =>
  client.post('/v2/payments/', { amount: 1000, card: capturedCard, ...more })

async function paidIntent(card: object, more: object = {}): Promise<Json> {
  const { id } = await client.post('/v2/cards/', card)
  const body = { amount: 1000, card: id, threeds: 'none', ...more }
  return client.post('/v2/payment_intents/', body)
}

const refund = (body: object): Promise<Json> => client.post('/v2/refunds/', body)
const idsOf = (list: Json[]): string[] => list.map((it) => it.id)

describe('a refund of a captured payment', () => {
  it('[B61] [B62] may come in parts, the last one without an amount being the rest', async () => {
    const payment = await paid({ currency: 'usd' })
    const body = { payment: payment.id }
    const made = [
      await refund({ ...body, amount: 300 }),
      await refund({ ...body, amount: '200' }),
      await refund(body),
    ]
    const expected = { payment: payment.id, payment_intent: null, payout: null, currency: 'usd' }
    const days = { date_bank: null, date_refund: null }
    made.forEach(({ id, created, ...fields }, n) => {
      assert.match(id, /^refd_[a-zA-Z0-9]{24}$/)
      assert.ok(Number.isInteger(created) && created >= payment.created)
      const amount = [300, 200, 500][n]
      assert.deepEqual(fields, { ...expected, ...days, amount, status: 'to_refund' })
    })
    assert.deepEqual(await client.get(`/v2/payments/${payment.id}/refunds`), made)
    assert.deepEqual(await client.get(`/v2/checkout/${payment.id}/refunds`), made)
    for (const it of made) assert.deepEqual(await client.get(`/v2/refunds/${it.id}`), it)
    const list = await client.get('/v2/refunds/?limit=3')
    assert.deepEqual(list.refunds, made.toReversed())
    assert.equal((await client.get(`/v2/payments/${payment.id}`)).status, 'captured')
  })

  const bodies: [string, string | undefined, number][] = [
    ['no body', undefined, 1000],
    ['an empty body', '', 1000],
    ['null', 'null', 1000],
    ['an empty object', '{}', 1000],
    ['an amount of null', '{"amount":null}', 1000],
    ['an amount', '{"amount":1}', 1],
    ['all of it', '{"amount":1000}', 1000],
  ]
  for (const path of ['payments', 'checkout', 'payment_intents']) {
    it(`[B63] is made at the address of ${path}, of the rest unless told otherwise`, async () => {
      for (const [title, body, amount] of bodies) {
        const isIntent = path === 'payment_intents'
        const of = isIntent ? await paidIntent(capturedCard) : await paid()
        const url = `/v2/${path}/${of.id}/refund`
        const made = ok(await client.call('POST', url, { body }))
        assert.equal(made.amount, amount, title)
        const named = isIntent ? [of.payment, of.id] : [of.id, null]
        assert.deepEqual([made.payment, made.payment_intent], named)
        assert.deepEqual(await client.get(`/v2/refunds/${made.id}`), made)
      }
    })
  }

  it('stands in the list of its intent, the newest first', async () => {
    const { id } = await paidIntent(capturedCard)
    const path = `/v2/payment_intents/${id}`
    const first = await client.post(`${path}/refund`, { amount: 1 })
    const second = await client.post(`${path}/refund`, {})
    const { range, refunds } = await client.get(`${path}/refunds?limit=1`)
    assert.deepEqual(range, { start: 0, end: 1, limit: 1, count: 2, has_more: true })
    assert.deepEqual(refunds, [second])
    assert.deepEqual((await client.get(`${path}/refunds?start=1`)).refunds, [first])
    assert.equal((await client.get(path)).status, 'captured')
  })

  it('goes back to a bank account too', async () => {
    const mandate = { name: 'Zoé', iban: goodIban, mandate: 'RUM-1', date_mandate: '2026-01-31' }
    const { id } = await paid({ card: undefined, sepa: mandate })
    await server.advance(4 * 24 * 3600 * 1000)
    await server.advance(4 * 24 * 3600 * 1000)
    assert.equal((await client.get(`/v2/payments/${id}`)).status, 'captured')
    const { status, amount } = await refund({ payment: id })
    assert.deepEqual([status, amount], ['to_refund', 1000])
  })

  it('shows the payout that it is in', async () => {
    const { id } = await refund({ payment: (await paid()).id })
    const payout = `pout_${'1'.repeat(24)}`
    await server.services.db.query(
      'update settlement_items set payout = $2, due_at = null where object_id = $1',
      [id, payout],
    )
    assert.equal((await client.get(`/v2/refunds/${id}`)).payout, payout)
  })
})

describe('a refund of a payment before its capture', () => {
  for (const [title, more, status] of [
    ['that is on its way to it', {}, 'to_capture'],
    ['that is authorized', { capture: false }, 'authorized'],
    ['of nothing', { amount: 0 }, 'to_capture'],
  ] as const) {
    it(`[B60] ${title} cancels it`, async () => {
      for (const named of [false, true]) {
        const payment = await paid({ card: approvedCard, ...more })
        assert.equal(payment.status, status)
        const { id, amount } = payment
        const body = named && amount ? { payment: id, amount } : { payment: id }
        const made = await refund(body)
        assert.deepEqual([made.status, made.amount], ['payment_canceled', amount])
        assert.deepEqual([made.date_refund, made.date_bank], [null, null])
        assert.equal((await client.get(`/v2/payments/${id}`)).status, 'canceled')
        assert.deepEqual(await client.get(`/v2/payments/${id}/refunds`), [made])
      }
    })
  }

  for (const [status, capture] of [
    ['captured', true],
    ['authorized', false],
  ] as const) {
    it(`cancels its intent too, which is ${status}`, async () => {
      const intent = await paidIntent(approvedCard, { capture })
      assert.equal(intent.status, status)
      const made = await client.post(`/v2/payment_intents/${intent.id}/refund`, {})
      assert.equal(made.status, 'payment_canceled')
      assert.equal((await client.get(`/v2/payment_intents/${intent.id}`)).status, 'canceled')
      assert.equal((await client.get(`/v2/payments/${intent.payment}`)).status, 'canceled')
    })
  }
})

describe('refunds that are asked for at once', () => {
  it('never exceed what was captured, through whichever address they come', async () => {
    const { id } = await paid()
    const send = (n: number): Promise<Answer> => {
      const amount = 100
      if (n % 3 === 0) return client.call('POST', `/v2/payments/${id}/refund`, { body: { amount } })
      const path = n % 3 === 1 ? '/v2/refunds/' : '/v1/refunds'
      return client.call('POST', path, { body: { payment: id, amount } })
    }
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n)))
    const count = (status: number) => answers.filter((it) => it.status === status).length
    assert.deepEqual([count(200), count(409)], [10, 10])
    const made = await client.get(`/v2/payments/${id}/refunds`)
    const done = answers.filter((it) => it.status === 200).map((it) => it.body)
    assert.deepEqual(idsOf(made).sort(), idsOf(done).sort())
  })

  it('of all of it are one', async () => {
    for (const card of [capturedCard, approvedCard]) {
      const { id } = await paid({ card })
      const all = Array.from({ length: 5 }, () => client.call('POST', `/v2/payments/${id}/refund`))
      const statuses = (await Promise.all(all)).map((it) => it.status)
      assert.deepEqual(statuses.sort(), [200, 409, 409, 409, 409])
      assert.equal((await client.get(`/v2/payments/${id}/refunds`)).length, 1)
    }
  })
})

describe('a refund that the test bank does not honor', () => {
  const dishonor = (id: string, key?: string) =>
    client.call('POST', `/v2/sandbox/refunds/${id}/dishonor`, { ...(key && { key }) })

  it('is not honored once, and its amount can be refunded again', async () => {
    const { id: payment } = await paid()
    const made = await refund({ payment })
    assert.deepEqual(ok(await dishonor(made.id)), { ...made, status: 'not_honored' })
    assert.deepEqual(await client.get(`/v2/refunds/${made.id}`), { ...made, status: 'not_honored' })
    const fault = faultOf(await dishonor(made.id))
    assert.deepEqual(
      [fault.loc, fault.msg],
      [['body', '__root__'], 'A not_honored object cannot dishonor'],
    )
    assert.equal((await refund({ payment })).amount, 1000)
  })

  it('must be one by which money moves', async () => {
    const made = await refund({ payment: (await paid({ card: approvedCard })).id })
    const before = await pictureOf(server.services.db)
    assert.match(faultOf(await dishonor(made.id)).msg, /payment_canceled/)
    assert.deepEqual(await pictureOf(server.services.db), before)
  })

  it('is one of test mode', async () => {
    const live = clientOf(server, server.merchant.keys.sprod)
    const payment = await live.post('/v2/payments/', { amount: 1000, card: capturedCard })
    const { id } = await live.post('/v2/refunds/', { payment: payment.id })
    for (const key of [server.merchant.keys.sprod, server.merchant.keys.stest]) {
      assertRefused(await dishonor(id, key), 404, `Refund \`${id}\` not found`)
    }
    assert.equal((await live.get(`/v2/refunds/${id}`)).status, 'to_refund')
  })
})
