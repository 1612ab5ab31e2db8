import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { pictureOf } from '../../picture.ts'
import { watched } from '../../watched-db.ts'
import { approvedCard, assertRefused, type Client, clientOf, faultOf } from './answers.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const capturedCard = { ...approvedCard, number: '4000000000000077' }
const paid = (more: object = {}): Promise<Json> =>
  client.post('/v1/checkout', { amount: 1000, currency: 'EUR', card: capturedCard, ...more })
const refund = (body: object): Promise<Json> => client.post('/v1/refunds', body)
const read = (id: string): Promise<Json> => client.get(`/v1/checkout/${id}`)

const v2 = {
  get: async (path: string) => (await server.call('GET', `/v2${path}`)).body,
  post: async (path: string, body: unknown) =>
    (await server.call('POST', `/v2${path}`, { body })).body,
}

describe('a refund', () => {
  it('[B61] [B62] of a captured payment comes in parts, which the payment lists', async () => {
    const payment = await paid()
    assert.deepEqual(payment.refunds, [])
    const { id } = payment
    const made = [
      await refund({ payment: id, amount: 60 }),
      await refund({ payment: id, amount: 40.0, reason: 'unknown members are ignored' }),
      await refund({ payment: id }),
    ]
    made.forEach(({ id: refd, created, ...fields }, n) => {
      assert.match(refd, /^refd_[a-zA-Z0-9]{24}$/)
      assert.ok(Number.isInteger(created))
      const amount = [60, 40, 900][n]
      const expected = { amount, currency: 'eur', live_mode: false, payment: id }
      assert.deepEqual(fields, { ...expected, status: 'to_refund' })
    })
    assert.deepEqual(await read(id), { ...payment, refunds: made })
    for (const it of made) assert.deepEqual(await client.get(`/v1/refunds/${it.id}`), it)
    const { payments } = await client.get('/v1/checkout?limit=100')
    assert.deepEqual(payments.find((it: Json) => it.id === id).refunds, made)
    assert.deepEqual((await client.patch(`/v1/checkout/${id}`, {})).refunds, made)
  })

  it('takes an amount as a float, as a plugin sends it', async () => {
    const { id } = await paid()
    const body = `{"payment":"${id}","amount":1000.0}`
    const answer = await client.call('POST', '/v1/refunds/', { body })
    assert.deepEqual([answer.status, answer.body.amount], [200, 1000])
  })

  it('[B60] of all of a payment before its capture cancels it', async () => {
    for (const capture of [true, false]) {
      const { id } = await paid({ card: approvedCard, capture })
      const made = await refund({ payment: id, ...(capture && { amount: 1000 }) })
      assert.deepEqual([made.status, made.amount], ['payment_canceled', 1000])
      const { status, refunds } = await read(id)
      assert.deepEqual([status, refunds], ['canceled', [made]])
    }
  })

  it('is one and the same in both versions', async () => {
    const { id } = await paid()
    const mine = await refund({ payment: id, amount: 300 })
    const theirs = await v2.post(`/payments/${id}/refund`, { amount: 200 })
    const { refunds } = await read(id)
    assert.deepEqual([refunds[0], refunds[1].id], [mine, theirs.id])
    assert.deepEqual(refunds[1], await client.get(`/v1/refunds/${theirs.id}`))
    const listed = await v2.get(`/payments/${id}/refunds`)
    assert.deepEqual(
      listed.map((it: Json) => [it.id, it.amount, it.status]),
      refunds.map((it: Json) => [it.id, it.amount, it.status]),
    )
    assert.equal((await v2.get(`/refunds/${mine.id}`)).created, mine.created)
    await v2.post(`/sandbox/refunds/${mine.id}/dishonor`, undefined)
    assert.equal((await client.get(`/v1/refunds/${mine.id}`)).status, 'not_honored')
    assert.equal((await refund({ payment: id })).amount, 800)
  })

  it('of a payment that was made by version 2 is made here, as shop plugins do', async () => {
    const { id } = await v2.post('/payments/', { amount: 500, card: capturedCard })
    const made = await client.post('/v1/refunds/', { payment: id })
    assert.deepEqual((await read(id)).refunds, [made])
  })
})

describe('a refund is refused, and leaves no trace,', () => {
  async function refused(payment: string, asked: object, message: string): Promise<void> {
    const before = await pictureOf(server.services.db)
    const body = { payment, ...asked }
    assertRefused(await client.call('POST', '/v1/refunds/', { body }), 409, message)
    assert.deepEqual(await pictureOf(server.services.db), before)
  }

  it('[B59] in part before the capture, in one sentence', async () => {
    const { id } = await paid({ card: approvedCard })
    const message = 'Payment cannot be partially refunded before it has been captured'
    await refused(id, { amount: 50 }, message)
    const authorized = await paid({ card: approvedCard, capture: false })
    await refused(authorized.id, { amount: 50 }, message)
  })

  it('of more than is left', async () => {
    const { id } = await paid()
    await refused(id, { amount: 1001 }, 'Only 1000 is left to refund')
    await refund({ payment: id })
    await refused(id, {}, 'Nothing is left to refund')
  })

  it('of a payment that is not paid, or canceled', async () => {
    await refused((await paid({ card: undefined })).id, {}, 'Payment is not paid yet')
    const { id } = await paid({ card: approvedCard })
    await refund({ payment: id })
    await refused(id, {}, 'Payment cannot be refunded once it is canceled')
  })

  it('of what does not exist, whatever its id looks like', async () => {
    for (const id of [`paym_${'0'.repeat(24)}`, 'x'.repeat(29), 'paym_1']) {
      const answer = await client.call('POST', '/v1/refunds', { body: { payment: id } })
      assertRefused(answer, 404, `No such payment ${id}`)
      assertRefused(await client.call('GET', `/v1/refunds/${id}`), 404, `No such refund ${id}`)
    }
  })

  it('of nothing, or of what is no amount', async () => {
    const { id: payment } = await paid()
    for (const amount of [0, -1, 1.5, 'all', 4_294_967_296]) {
      const answer = await client.call('POST', '/v1/refunds', { body: { payment, amount } })
      assert.match(faultOf(answer), /^amount: /)
    }
    const answer = await client.call('POST', '/v1/refunds', { body: { amount: 5 } })
    assert.equal(faultOf(answer), 'payment: field required')
  })
})

describe('the list of refunds', () => {
  it('[B15] has just the members that clients look for, the oldest refund first', async () => {
    const other = clientOf(server, (await server.newMerchant()).keys.stest)
    const range = { start: 0, end: 0, limit: 10, has_more: false }
    assert.deepEqual(await other.get('/v1/refunds'), { live_mode: false, refunds: [], range })
    const price = { amount: 1000, currency: 'eur', card: capturedCard }
    const { id: payment } = await other.post('/v1/checkout', price)
    const made: Json[] = []
    for (let n = 0; n < 3; n++) {
      made.push(await other.post('/v1/refunds', { payment, amount: 1 }))
      await server.advance(10_000)
    }
    const list = await other.get('/v1/refunds/?limit=2')
    const half = { start: 0, end: 1, limit: 2, has_more: true }
    assert.deepEqual(list, { live_mode: false, refunds: made.slice(0, 2), range: half })
    const since = async (created: number) =>
      (await other.get(`/v1/refunds?created=${created}`)).refunds
    assert.deepEqual(await since(made[1].created), made.slice(1))
    assert.deepEqual(await since(made[1].created + 1), made.slice(2))
    assert.deepEqual(await since(0), made)
  })

  it('is read once for a page of payments, however many they are', async () => {
    const { services } = server
    const { db } = services
    const watch = watched(db)
    services.db = watch
    try {
      await client.get('/v1/checkout?limit=100')
    } finally {
      services.db = db
    }
    const reads = watch.asked.filter(({ text }) => text.includes('from refunds'))
    assert.equal(reads.length, 1)
  })
})
