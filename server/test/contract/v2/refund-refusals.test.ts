import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { limits } from '../../../src/kernel/limits.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { pictureOf } from '../../picture.ts'
import { assertInvalid, assertRefused, faultOf } from './answers.ts'
import {
  approvedCard,
  type Client,
  capturedCard,
  challengedCard,
  clientOf,
  disputedCard,
} from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const paid = (more: object = {}): Promise<Json> =>
  client.post('/v2/payments/', { amount: 1000, card: capturedCard, ...more })

async function paidIntent(): Promise<Json> {
  const { id: card } = await client.post('/v2/cards/', capturedCard)
  return client.post('/v2/payment_intents/', { amount: 1000, card, threeds: 'none' })
}

const refund = (body: object): Promise<Json> => client.post('/v2/refunds/', body)

describe('a refund is refused, and leaves no trace,', () => {
  /** Calls that must change nothing, anywhere. */
  async function changingNothing(calls: () => Promise<void>): Promise<void> {
    const before = await pictureOf(server.services.db)
    await calls()
    assert.deepEqual(await pictureOf(server.services.db), before)
  }

  async function refused(id: string, asked: { amount?: number }, error: string): Promise<void> {
    await changingNothing(async () => {
      const body = { payment: id, ...asked }
      assertRefused(await client.call('POST', '/v2/refunds/', { body }), 409, error)
      for (const path of ['payments', 'checkout']) {
        const url = `/v2/${path}/${id}/refund`
        assertRefused(await client.call('POST', url, { body: asked }), 409, error)
      }
    })
  }

  const before_capture = 'Payment cannot be partially refunded before it has been captured'

  it('in part before the capture', async () => {
    for (const capture of [true, false]) {
      const { id } = await paid({ card: approvedCard, capture })
      await refused(id, { amount: 999 }, before_capture)
      await refused(id, { amount: 1 }, before_capture)
    }
  })

  it('of more than there is, or than is left', async () => {
    const { id: uncaptured } = await paid({ card: approvedCard })
    await refused(uncaptured, { amount: 1001 }, 'Only 1000 is left to refund')
    const { id } = await paid()
    await refused(id, { amount: 1001 }, 'Only 1000 is left to refund')
    await refund({ payment: id, amount: 600 })
    await refused(id, { amount: 401 }, 'Only 400 is left to refund')
    await refund({ payment: id })
    await refused(id, { amount: 1 }, 'Nothing is left to refund')
    await refused(id, {}, 'Nothing is left to refund')
  })

  it('while the bank has the capture', async () => {
    const { id } = await paid({ card: approvedCard })
    const { bankDays } = server.services
    const now = server.clock.now()
    await server.advance(bankDays.cutoffAfter(now).getTime() - now.getTime())
    assert.equal((await client.get(`/v2/payments/${id}`)).status, 'capture_sent')
    const error = 'Payment cannot be refunded before the end of its capture'
    await refused(id, {}, error)
    await refused(id, { amount: 1 }, error)
  })

  it('of a payment that was never paid, or that nobody can give back', async () => {
    const canceled = await paid({ card: approvedCard })
    await refund({ payment: canceled.id })
    const undecided = 'Payment is not paid yet'
    const once = (status: string) => `Payment cannot be refunded once it is ${status}`
    const refusedCard = { ...approvedCard, number: '4000000000000002' }
    const cases: [Json, string][] = [
      [canceled, once('canceled')],
      [await paid({ card: undefined }), undecided],
      [await paid({ card: challengedCard, auth: true }), undecided],
      [await paid({ card: refusedCard }), once('refused')],
      [await paid({ card: disputedCard }), once('disputed')],
    ]
    for (const [{ id }, error] of cases) {
      await refused(id, {}, error)
      await refused(id, { amount: 1 }, error)
    }
  })

  it('of a payment whose authorization expired', async () => {
    const { id } = await paid({ card: approvedCard, capture: false })
    await server.advance(limits.authorization_ms)
    await refused(id, {}, 'Payment cannot be refunded once it is expired')
  })

  it('of an intent that is not paid', async () => {
    const { id } = await client.post('/v2/payment_intents/', { amount: 1000 })
    await changingNothing(async () => {
      const answer = await client.call('POST', `/v2/payment_intents/${id}/refund`)
      assertRefused(answer, 409, 'Payment intent is not paid')
    })
  })

  it('of what does not exist, as the address or the body names it', async () => {
    const [payment, intent] = [`paym_${'0'.repeat(24)}`, `pi_${'0'.repeat(24)}`]
    const no_payment = `Payment \`${payment}\` not found`
    await changingNothing(async () => {
      const body = { payment }
      assertRefused(await client.call('POST', '/v2/refunds/', { body }), 404, no_payment)
      const of = (path: string, id: string) => client.call('POST', `/v2/${path}/${id}/refund`)
      assertRefused(await of('payments', payment), 404, no_payment)
      assertRefused(await of('checkout', payment), 404, no_payment)
      const no_intent = `Payment intent \`${intent}\` not found`
      assertRefused(await of('payment_intents', intent), 404, no_intent)
    })
  })

  it('of nothing, of less, and of what is no amount', async () => {
    const payment = (await paid()).id
    const intent = (await paidIntent()).id
    await changingNothing(async () => {
      for (const amount of [0, -1, 4_294_967_296, 1.5, 'all', true, [1]]) {
        const calls: [string, object][] = [
          ['/v2/refunds/', { payment, amount }],
          [`/v2/payments/${payment}/refund`, { amount }],
          [`/v2/payment_intents/${intent}/refund`, { amount }],
        ]
        for (const [path, body] of calls) {
          assertInvalid(await client.call('POST', path, { body }), ['body', 'amount'])
        }
      }
    })
  })

  it('[B10] with an unknown member, or without a payment', async () => {
    const payment = (await paid()).id
    const at = (path: string, body: unknown) => client.call('POST', path, { body })
    await changingNothing(async () => {
      const misspelt = { payment, amout: 5 }
      assertInvalid(await at('/v2/refunds/', misspelt), ['body', 'amout'])
      assertInvalid(await at(`/v2/payments/${payment}/refund`, { amout: 5 }), ['body', 'amout'])
      assertInvalid(await at(`/v2/payments/${payment}/refund`, []), ['body'])
      assertInvalid(await at('/v2/refunds/', { amount: 5 }), ['body', 'payment'])
      assertInvalid(await at('/v2/refunds/', { payment: 'paym_1' }), ['body', 'payment'])
      assert.deepEqual(faultOf(await client.call('POST', '/v2/refunds/')).loc, ['body'])
    })
  })
})
