import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { brokenInvariants } from '../../../src/app/invariants/check-invariants.ts'
import { cancelStanPayment } from '../../../src/stan/cancel-payment.ts'
import { readStanPayment } from '../../../src/stan/read-payment.ts'
import { isUuid } from '../../../src/stan/uuid.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertRefused, newPair, refused, type Shop, shopOf } from './shop.ts'

let server: TestServer
let shop: Shop
before(async () => {
  server = await startServer()
  shop = shopOf(server, await newPair(server, server.merchant.id))
})
after(() => server.close())

/** A card whose payment is booked at once. */
const captured = '4000000000000077'

async function paid(number?: string): Promise<string> {
  const { payment_id } = await shop.prepare()
  await shop.pay(payment_id, number)
  return payment_id
}
const refund = (payment_id: string, amount: number): Promise<Json> =>
  shop.post('/v1/refunds', { payment_id, amount, reason: 'requested_by_customer' })
const tryRefund = (payment_id: string, amount: unknown, reason: unknown = 'duplicate') =>
  shop.call('POST', '/v1/refunds', { payment_id, amount, reason })

async function standing(id: string) {
  const { payment_status, refunded_amount, is_refundable } = await shop.read(id)
  return [payment_status, refunded_amount, is_refundable]
}

const v2 = async (method: string, path: string, body?: unknown): Promise<Json> => {
  const answer = await server.call(method, `/v2${path}`, body === undefined ? {} : { body })
  assert.equal(answer.status, 200, answer.text)
  return answer.body
}
const behind = async (id: string): Promise<string> =>
  (await readStanPayment(server.ctx(), id)).payment.id

/** Over weekends and holidays: payments are booked, then what waited for it is sent and booked. */
const untilBooked = async () => {
  for (let day = 0; day < 12; day++) await server.advance(24 * 3600 * 1000)
}

describe('a refund', () => {
  it('[S14] is not made without a reason, or of a payment that is not there', async () => {
    const id = await paid()
    for (const reason of [null, '', 'because']) {
      assertRefused(await tryRefund(id, 1, reason), 400, 'invalid_request', /^reason: /)
    }
    const without = await shop.call('POST', '/v1/refunds', { payment_id: id, amount: 1 })
    assertRefused(without, 400, 'invalid_request', /^reason: /)
    for (const amount of [undefined, 0, -1, 1.5]) {
      assertRefused(await tryRefund(id, amount), 400, 'invalid_request', /^amount: /)
    }
    assertRefused(await tryRefund('nothing', 1), 404, 'not_found', /^No such payment nothing$/)
    assert.deepEqual(await standing(id), ['payment_success', 0, true])
  })

  for (const [when, number] of [
    ['right after paying', undefined],
    ['of a payment that is booked', captured],
  ] as const) {
    it(`[S15] [S17] ${when} comes in parts, up to the whole and no further`, async () => {
      const id = await paid(number)
      const { refund_id, created_at, ...first } = await refund(id, 300)
      assert.ok(isUuid(refund_id))
      assert.match(created_at, /Z$/)
      assert.deepEqual(first, {
        payment_id: id,
        amount: 300,
        status: 'payment_pending',
        reason: 'requested_by_customer',
      })
      assert.deepEqual(await standing(id), ['payment_partial_refunded', 300, true])
      assertRefused(await tryRefund(id, 701), 400, 'invalid_request', /^amount: Only 700 is left/)
      const second = await refund(id, 700)
      assert.deepEqual(await standing(id), ['payment_refunded', 1000, false])
      assertRefused(await tryRefund(id, 1), 400, 'invalid_request', /cannot be refunded/)
      const list = await shop.get('/v1/refunds')
      assert.ok(Array.isArray(list))
      assert.deepEqual(list.slice(0, 2), [second, await shop.readRefund(refund_id)])
    })
  }

  it('of all of a payment that is not booked is done at once: nothing is taken', async () => {
    const id = await paid()
    assert.equal((await refund(id, 1000)).status, 'payment_success')
    assert.deepEqual(await standing(id), ['payment_refunded', 1000, false])
    assert.equal((await v2('GET', `/payments/${await behind(id)}`)).status, 'canceled')
  })

  it('[S16] is not made of what was not paid', async () => {
    const prepared = await shop.prepare()
    const failed = await paid(refused)
    const canceled = await shop.prepare()
    await cancelStanPayment(server.ctx(), { id: canceled.payment_id })
    for (const id of [prepared.payment_id, failed, canceled.payment_id]) {
      assertRefused(await tryRefund(id, 1), 400, 'invalid_request', /cannot be refunded/)
    }
  })

  it('asked for many times at once never exceeds what was paid', async () => {
    for (const number of [undefined, captured]) {
      const id = await paid(number)
      const answers = await Promise.all(Array.from({ length: 8 }, () => tryRefund(id, 300)))
      const statuses = answers.map(({ status }) => status).sort()
      assert.deepEqual(statuses, [200, 200, 200, 400, 400, 400, 400, 400])
      assert.deepEqual(await standing(id), ['payment_partial_refunded', 900, true])
    }
  })
})

describe('over the APIs', () => {
  it('what Stan took is read and refunded in version 2, and Stan shows it', async () => {
    const id = await paid(captured)
    const payment = await v2('GET', `/payments/${await behind(id)}`)
    assert.deepEqual([payment.status, payment.amount], ['captured', 1000])
    await v2('POST', '/refunds/', { payment: payment.id, amount: 400 })
    assert.deepEqual(await standing(id), ['payment_partial_refunded', 400, true])
    await refund(id, 600)
    assert.deepEqual(await standing(id), ['payment_refunded', 1000, false])
    const refunds = await v2('GET', `/payments/${payment.id}/refunds`)
    assert.deepEqual(refunds.map((it: Json) => it.amount).sort(), [400, 600])
    const whole = await paid()
    await v2('POST', '/refunds/', { payment: await behind(whole) })
    assert.deepEqual(await standing(whole), ['payment_refunded', 1000, false])
  })

  it('a refund that waits is made when its payment is booked, and then succeeds', async () => {
    const [two, one, lost] = [await paid(), await paid(), await paid()]
    const waiting = [await refund(two, 300), await refund(two, 200), await refund(one, 1)]
    const late = await refund(lost, 100)
    // Given back as a whole before it was booked: of the waiting part there is nothing left.
    await v2('POST', '/refunds/', { payment: await behind(lost) })
    await untilBooked()
    for (const it of waiting) {
      assert.equal((await shop.readRefund(it.refund_id)).status, 'payment_success')
    }
    assert.equal((await shop.readRefund(late.refund_id)).status, 'payment_failure')
    assert.deepEqual(await standing(two), ['payment_partial_refunded', 500, true])
    assert.deepEqual(await standing(one), ['payment_partial_refunded', 1, true])
    assert.deepEqual(await standing(lost), ['payment_refunded', 1000, false])
    const refunds = await v2('GET', `/payments/${await behind(two)}/refunds`)
    assert.deepEqual(refunds.map((it: Json) => it.amount).sort(), [200, 300])
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })
})
