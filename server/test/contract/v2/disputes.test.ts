import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DisputeOut, disputeReasons } from '@obole/contract/v2/disputes.js'
import { exportAccount } from '../../../src/app/export-account.ts'
import { disputeCodes } from '../../../src/processors/dispute-codes.ts'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertConforms, assertInvalid, assertRefused } from './answers.ts'
import { type Client, clientOf, disputedCard, goodIban } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer({ live: sandbox })
  client = clientOf(server)
})
after(() => server.close())

const day_ms = 24 * 3600 * 1000
const creditedCard = { ...disputedCard, number: '4000000000000077' }
const sepa = { name: 'Zoé', iban: goodIban, mandate: 'M-1', date_mandate: '2026-01-01' }

const credited = (amount = 1000): Promise<Json> =>
  client.post('/v2/payments/', { amount, card: creditedCard })

/** A direct debit that the bank has booked. */
async function debited(): Promise<Json> {
  const { id } = await client.post('/v2/payments/', { amount: 1000, sepa })
  // Past the cut-off, and then past any row of days on which banks are closed.
  await server.advance(day_ms)
  await server.advance(6 * day_ms)
  const payment = await client.get(`/v2/payments/${id}`)
  assert.equal(payment.status, 'captured')
  return payment
}

/** A dispute that was just opened. */
async function opened(): Promise<Json> {
  const { id } = await client.post('/v2/payments/', { amount: 1000, card: disputedCard })
  const [dispute] = await client.get(`/v2/payments/${id}/disputes`)
  return dispute
}

const contest = (id: string, body: unknown, key?: string) =>
  server.call('POST', `/v2/sandbox/payments/${id}/dispute`, { body, ...(key && { key }) })
const give = (id: string, body: unknown) =>
  server.call('POST', `/v2/disputes/${id}/evidence`, { body })

describe('a dispute', () => {
  it('is opened by the card that is published with one, with its reason', async () => {
    const payment = await client.post('/v2/payments/', {
      amount: 1234,
      currency: 'usd',
      card: disputedCard,
      order_id: 'o-1',
    })
    assert.equal(payment.status, 'disputed')
    const disputes = await client.get(`/v2/payments/${payment.id}/disputes`)
    assert.equal(disputes.length, 1)
    const [{ id, created, ...fields }] = disputes
    assert.match(id, /^dspt_[a-zA-Z0-9]{24}$/)
    assert.ok(Number.isInteger(created))
    assert.deepEqual(fields, {
      amount: 1234,
      currency: 'usd',
      fee: 1500,
      payment: payment.id,
      payment_intent: null,
      payout: null,
      order_id: 'o-1',
      response: '45',
      type: 'dispute',
      date_bank: server.services.bankDays.dayOf(new Date(created * 1000)),
      status: 'open',
    })
    assert.deepEqual(await client.get(`/v2/disputes/${id}`), disputes[0])
    assert.deepEqual((await client.get('/v2/disputes/?limit=1')).disputes, disputes)
    assert.deepEqual(await client.get(`/v2/checkout/${payment.id}/disputes`), disputes)
  })

  it('of a published IBAN is not contestable, and has no evidence to wait for', async () => {
    for (const [iban, reason] of [
      ['BE08510007547063', 'AM04'],
      ['ES5000120345030000067892', 'AC04'],
    ]) {
      const body = { amount: 1000, sepa: { ...sepa, iban } }
      const payment = await client.post('/v2/payments/', body)
      assert.equal(payment.status, 'disputed')
      const [{ id, status, response }] = await client.get(`/v2/payments/${payment.id}/disputes`)
      assert.deepEqual([status, response], ['not_contestable', reason])
      const none = { due_at: null, submitted_at: null, text: null, files: [] }
      assert.deepEqual(await client.get(`/v2/disputes/${id}/evidence`), none)
      assertInvalid(await give(id, { text: 'x' }), ['body', '__root__'])
      const answer = await client.call('POST', `/v2/disputes/${id}/accept`)
      assertInvalid(answer, ['body', '__root__'])
    }
  })

  it('[B54] is listed from its second on', async () => {
    await server.advance(3600_000)
    const { id } = await client.post('/v2/payments/', { amount: 100, card: disputedCard })
    const [dispute] = await client.get(`/v2/payments/${id}/disputes`)
    const since = async (created: number) =>
      (await client.get(`/v2/disputes/?created=${created}`)).disputes
    assert.deepEqual(await since(dispute.created), [dispute])
    assert.deepEqual(await since(dispute.created + 1), [])
  })

  it('is listed by its payment', async () => {
    const dispute = await opened()
    const { range, disputes } = await client.get(`/v2/disputes/?payment=${dispute.payment}`)
    assert.deepEqual([range.count, disputes], [1, [dispute]])
    const none = await client.get(`/v2/disputes/?payment=paym_${'0'.repeat(24)}`)
    assert.deepEqual(none.disputes, [])
    assertInvalid(await client.call('GET', '/v2/disputes/?payment=x'), ['query', 'payment'])
  })

  it('of an intent is in the list of the intent', async () => {
    const card = await client.post('/v2/cards/', disputedCard)
    const body = { amount: 100, card: card.id, threeds: 'none' }
    const intent = await client.post('/v2/payment_intents/', body)
    assert.equal(intent.status, 'captured')
    const { range, disputes } = await client.get(`/v2/payment_intents/${intent.id}/disputes`)
    assert.equal(range.count, 1)
    const { payment, payment_intent } = disputes[0]
    assert.deepEqual([payment, payment_intent], [intent.payment, intent.id])
  })

  it('is accepted, and then cannot be contested', async () => {
    const { id } = await opened()
    const accepted = await client.post(`/v2/disputes/${id}/accept`, 'anything')
    assert.equal(accepted.status, 'accepted')
    assert.deepEqual(await client.get(`/v2/disputes/${id}`), accepted)
    assert.deepEqual(await client.post(`/v2/disputes/${id}/accept`, {}), accepted)
    assertInvalid(await give(id, { text: 'after all' }), ['body', '__root__'])
  })
})

describe('a dispute in the sandbox', () => {
  it('is opened on a captured payment with any published code of cards', async () => {
    for (const response of disputeCodes.keys()) {
      const { id } = await credited()
      const answer = await contest(id, { response })
      assert.equal(answer.status, 200, answer.text)
      assertConforms(DisputeOut, answer.body)
      const { payment, amount, status } = answer.body
      assert.deepEqual([payment, amount, status], [id, 1000, 'open'])
      assert.equal((await client.get(`/v2/payments/${id}`)).status, 'disputed')
      assert.deepEqual(await client.get(`/v2/payments/${id}/disputes`), [answer.body])
    }
  })

  it('shows codes that speak of fraud as 45 in both APIs, and exports the true ones', async () => {
    for (const response of ['1040', '4837', '4863']) {
      const { id: payment } = await credited()
      const { body } = await contest(payment, { response })
      assert.equal(body.response, '45')
      const { id } = body
      for (const version of ['v1', 'v2']) {
        assert.equal((await client.get(`/${version}/disputes/${id}`)).response, '45')
      }
      for (const list of ['/v1/disputes', '/v2/disputes/']) {
        const { disputes } = await client.get(`${list}?created=${body.created}&limit=100`)
        const listed = disputes.find((it: Json) => it.id === id)
        assert.equal(listed?.response, '45', list)
      }
      const whose = { account: server.merchant.id, live: false }
      const origins = { api: '', payment: '', threeds: '' }
      for await (const line of exportAccount(server.services, whose, origins)) {
        const it = JSON.parse(line)
        if (it.id === id) assert.equal(it.response, response)
      }
      const [row] = await server.services.db.query<{ response: string }>(
        'select response from disputes where id = $1',
        [id],
      )
      assert.equal(row?.response, response)
    }
  })

  it('of a direct debit has a reason of SEPA, and is not contestable', async () => {
    const payment = await debited()
    assertInvalid(await contest(payment.id, { response: '45' }), ['body', 'response'])
    const { body } = await contest(payment.id, { response: 'MD06', amount: 400 })
    assert.deepEqual([body.status, body.response, body.amount], ['not_contestable', 'MD06', 400])
  })

  it('is of the whole payment or a part, and of no more', async () => {
    const { id } = await credited()
    for (const amount of [0, -1, 1001, 4_294_967_296]) {
      assertInvalid(await contest(id, { response: '45', amount }), ['body', 'amount'])
    }
    assert.equal((await contest(id, { response: '45', amount: 1 })).body.amount, 1)
  })

  it('wants a published code, of the payment’s kind', async () => {
    const { id } = await credited()
    const ofDebits = disputeReasons.filter((it) => !disputeCodes.has(it))
    for (const response of [...ofDebits, '51', '00', '9999', '', 45, ['45']]) {
      assertInvalid(await contest(id, { response }), ['body', 'response'])
    }
    assertInvalid(await contest(id, {}), ['body', 'response'])
  })

  it('wants a payment that is captured', async () => {
    const card = { ...disputedCard, number: '4242424242424242' }
    for (const body of [
      { amount: 1000 },
      { amount: 1000, card, capture: false },
      { amount: 1000, card },
      { amount: 1000, card: disputedCard },
      { amount: 1000, card: { ...card, number: '4000000000000002' } },
      { amount: 0, card: creditedCard },
    ]) {
      const { id } = await client.post('/v2/payments/', body)
      assertInvalid(await contest(id, { response: '45' }), ['body', '__root__'])
    }
  })

  it('may hit a payment that was refunded', async () => {
    const { id } = await credited()
    await client.post('/v2/refunds/', { payment: id })
    assert.equal((await contest(id, { response: '45' })).body.amount, 1000)
  })

  it('is not there with a live key', async () => {
    const { sprod } = server.merchant.keys
    const live = await clientOf(server, sprod).post('/v2/payments/', {
      amount: 1000,
      card: creditedCard,
    })
    assert.equal(live.status, 'captured')
    const text = `Payment \`${live.id}\` not found`
    assertRefused(await contest(live.id, { response: '45' }, sprod), 404, text)
    assertRefused(await contest(live.id, { response: '45' }), 404, text)
  })
})
