import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { approvedCard, type Client, clientOf, faultOf } from './answers.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const path = '/v1/checkout/'
const price = { amount: 100, currency: 'eur' }
const pay = (more: object = {}): Promise<Json> => client.post(path, { ...price, ...more })

describe('listing payments', () => {
  it('[B53] oldest first, by order id; an unknown one is an empty list', async () => {
    const made = []
    for (let n = 0; n < 3; n++) made.push((await pay({ order_id: 'list' })).id)
    const { payments } = await client.get('/v1/checkout?order_id=list')
    assert.deepEqual(
      payments.map((it: Json) => it.id),
      made,
    )
    const v2 = await client.get('/v2/payments/?order_id=list')
    assert.deepEqual(
      v2.payments.map((it: Json) => it.id),
      made.toReversed(),
    )
    const none = await client.get(`${path}?order_id=nothing`)
    const range = { start: 0, end: 0, limit: 10, has_more: false }
    assert.deepEqual(none, { live_mode: false, payments: [], range })
  })

  it('[B15] has just the members that clients look for, `end` is its last index', async () => {
    const other = clientOf(server, (await server.newMerchant()).keys.stest)
    const made: Json[] = []
    for (let n = 0; n < 3; n++) made.push(await other.post(path, price))
    const pageOf = async (query: string) => {
      const list = await other.get(path + query)
      assert.deepEqual(Object.keys(list).sort(), ['live_mode', 'payments', 'range'])
      assert.equal(list.live_mode, false)
      return [list.range, ...list.payments]
    }
    assert.deepEqual(await pageOf('?start=0&limit=2'), [
      { start: 0, end: 1, limit: 2, has_more: true },
      ...made.slice(0, 2),
    ])
    assert.deepEqual(await pageOf('?limit=2&start=2'), [
      { start: 2, end: 2, limit: 2, has_more: false },
      made[2],
    ])
    assert.deepEqual(await pageOf(''), [{ start: 0, end: 2, limit: 10, has_more: false }, ...made])
  })

  it('[B54] by the moment of creation, inclusive, and 0 for all', async () => {
    const other = clientOf(server, (await server.newMerchant()).keys.stest)
    const first = await other.post(path, price)
    await server.advance(2000)
    const second = await other.post(path, price)
    const ids = async (created: number) =>
      (await other.get(`${path}?created=${created}`)).payments.map((it: Json) => it.id)
    assert.deepEqual(await ids(0), [first.id, second.id])
    assert.deepEqual(await ids(first.created), [first.id, second.id])
    assert.deepEqual(await ids(first.created + 1), [second.id])
    assert.deepEqual(await ids(second.created), [second.id])
    assert.deepEqual(await ids(second.created + 1), [])
  })

  it('by unique id', async () => {
    const { id } = await pay({ unique_id: 'only' })
    const { payments } = await client.get(`${path}?unique_id=only&limit=2`)
    assert.deepEqual(
      payments.map((it: Json) => it.id),
      [id],
    )
  })

  it('shows each payment with what it names', async () => {
    const customer = { email: 'shown@b.example' }
    const made = await pay({ card: approvedCard, customer, order_id: 'shown' })
    const { payments } = await client.get(`${path}?order_id=shown`)
    assert.deepEqual(payments, [made])
  })

  it('a page that cannot be is refused in words', async () => {
    const answer = await client.call('GET', `${path}?limit=101`)
    assert.equal(faultOf(answer), 'limit: ensure this value is less than or equal to 100')
  })
})
