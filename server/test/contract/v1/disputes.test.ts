import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { approvedCard, assertRefused, type Client, clientOf } from './answers.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const disputed = (number: string, order_id: string): Promise<Json> =>
  client.post('/v1/checkout', {
    amount: 100,
    currency: 'eur',
    order_id,
    card: { ...approvedCard, number },
  })

describe('disputes', () => {
  it('an empty list has the shape of a list', async () => {
    const range = { start: 0, end: 0, limit: 10, has_more: false }
    assert.deepEqual(await client.get('/v1/disputes'), { live_mode: false, disputes: [], range })
  })

  it('[B51] a payment with a contested card has just one, at once', async () => {
    const numbers = ['4000000000000259', '4000000000001976', '4000000000005423']
    for (const number of numbers) {
      await server.advance(10_000)
      const before = Math.floor(server.clock.now().getTime() / 1000) - 1
      const payment = await disputed(number, 'o-1')
      assert.deepEqual([payment.status, payment.response], ['disputed', '00'])
      const { disputes, range } = await client.get(`/v1/disputes?created=${before}`)
      assert.equal(disputes.length, 1)
      assert.deepEqual(range, { start: 0, end: 0, limit: 10, has_more: false })
      assert.deepEqual(disputes[0], {
        amount: 100,
        created: payment.created,
        currency: 'eur',
        id: disputes[0].id,
        live_mode: false,
        order_id: 'o-1',
        payment: payment.id,
        response: '45',
      })
      assert.match(disputes[0].id, /^dspt_[a-zA-Z0-9]{24}$/)
      assert.deepEqual(await client.get(`/v1/disputes/${disputes[0].id}`), disputes[0])
    }
  })

  it('show a code that speaks of fraud as 45, and a reason of SEPA as it is', async () => {
    const number = '4000000000000077'
    const { id } = await disputed(number, 'o-5')
    await client.post(`/v2/sandbox/payments/${id}/dispute`, { response: '4837' })
    const sepa = { iban: 'BE08510007547063', name: 'Camille Honnête', mandate: 'M-1' }
    const date_mandate = 1_767_225_600
    const debit = await client.post('/v1/checkout', {
      amount: 100,
      currency: 'eur',
      sepa: { ...sepa, date_mandate },
    })
    const { disputes } = await client.get('/v1/disputes?limit=100')
    const responseOf = (payment: string) =>
      disputes.filter((it: Json) => it.payment === payment).map((it: Json) => it.response)
    assert.deepEqual(responseOf(id), ['45'])
    assert.deepEqual(responseOf(debit.id), ['AM04'])
  })

  it('are listed oldest first', async () => {
    await server.advance(10_000)
    const first = await disputed('4000000000000259', 'o-2')
    await server.advance(10_000)
    const second = await disputed('4000000000000259', 'o-3')
    const { disputes } = await client.get(`/v1/disputes/?created=${first.created}&limit=2`)
    assert.deepEqual(
      disputes.map((it: Json) => it.payment),
      [first.id, second.id],
    )
  })

  it("another account's, and of the other mode, are not there", async () => {
    await disputed('4000000000000259', 'o-4')
    const [{ id }] = (await client.get('/v1/disputes')).disputes
    const other = await server.newMerchant()
    for (const key of [other.keys.stest, server.merchant.keys.sprod]) {
      const answer = await server.call('GET', `/v1/disputes/${id}`, { key })
      assertRefused(answer, 404, `No such dispute ${id}`)
      assert.deepEqual((await clientOf(server, key).get('/v1/disputes')).disputes, [])
    }
  })
})
