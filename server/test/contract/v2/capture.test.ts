import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Answer, type Json, startServer, type TestServer } from '../../harness.ts'
import { comesTo } from '../../hours.ts'
import { assertInvalid, assertRefused, ok } from './answers.ts'
import { approvedCard, type Client, clientOf } from './objects.ts'

let server: TestServer
let client: Client
let card: Json
before(async () => {
  server = await startServer()
  client = clientOf(server)
  card = await client.post('/v2/cards/', approvedCard)
})
after(() => server.close())

const day_ms = 24 * 3600 * 1000
const cardNo = (number: string) => ({ ...approvedCard, number })
const creditedCard = cardNo('4000000000000077')
const disputedCard = cardNo('4000000000000259')

const pay = (more: object = {}): Promise<Json> =>
  client.post('/v2/payments/', { amount: 1337, card: approvedCard, ...more })
const authorized = (more: object = {}): Promise<Json> => pay({ capture: false, ...more })
const at = (id: string) => (id.startsWith('pi_') ? '/v2/payment_intents/' : '/v2/payments/') + id
const read = (id: string) => client.get(at(id))
const patch = (id: string, body: unknown) => client.call('PATCH', at(id), { body })
const capture = (id: string, body?: unknown) =>
  client.call('POST', `${at(id)}/capture`, { ...(body !== undefined && { body }) })
const heldIntent = (more: object = {}): Promise<Json> =>
  client.post('/v2/payment_intents/', {
    amount: 1337,
    threeds: 'none',
    capture: false,
    card: card.id,
    ...more,
  })

/** All amounts that are none, and bodies that may have held one. */
const wrong: [body: unknown, ...loc: (string | number)[]][] = [
  ...[0, -1, 1.5, '1.5', 'all', true, {}, [], 4_294_967_296].map(
    (amount): [unknown, ...string[]] => [{ amount }, 'body', 'amount'],
  ),
  ['{"amount":60', 'body', 12],
  ['[]', 'body'],
  ['60', 'body'],
  ['"{}"', 'body'],
]

describe('a capture', () => {
  it('[B47] takes all of an authorized payment, whatever else the body says', async () => {
    for (const path of ['payments', 'checkout']) {
      const bodies = [undefined, '', 'null', {}, { amount: null }, { id: 'x' }, { amout: 5 }]
      for (const body of bodies) {
        const { id, fee } = await authorized()
        const url = `/v2/${path}/${id}/capture`
        const sent = body && typeof body === 'object' && 'id' in body ? { ...body, id } : body
        const captured = ok(await client.call('POST', url, { body: sent }))
        assert.deepEqual([captured.status, captured.amount], ['to_capture', 1337])
        assert.equal(captured.fee, fee)
        assert.deepEqual(await read(id), captured)
        assert.deepEqual(ok(await client.call('POST', url, { body: { id } })), captured)
      }
    }
  })

  it('of what is not authorized is refused', async () => {
    const undecided = await client.post('/v2/payments/', { amount: 100 })
    const refused = await pay({ card: cardNo('4000000000000002') })
    const done = await pay({ card: creditedCard })
    for (const it of [undecided, refused, done]) {
      for (const body of [undefined, { amount: 1 }]) {
        assertInvalid(await capture(it.id, body), ['body', '__root__'])
      }
      assert.deepEqual(await read(it.id), it)
    }
  })

  it('of a card that was deleted since is done: the bank has agreed', async () => {
    const kept = await client.post('/v2/cards/', { ...approvedCard, exp_year: 2066 })
    const { id } = await authorized({ card: kept.id })
    ok(await client.call('DELETE', `/v2/cards/${kept.id}`))
    const captured = ok(await capture(id))
    assert.deepEqual([captured.status, captured.card], ['to_capture', { ...kept, deleted: true }])
  })

  it('does what the card is published with: a credit at once, or a dispute', async () => {
    const of = async (number: Json) => {
      const { id, status } = await authorized({ card: number })
      assert.equal(status, 'authorized')
      return ok(await capture(id)).status
    }
    assert.equal(await of(creditedCard), 'captured')
    assert.equal(await of(disputedCard), 'disputed')
  })

  it('[B57] comes too late after seven days: the authorization has expired', async () => {
    const { id } = await authorized()
    await server.advance(7 * day_ms - 60_000)
    assert.equal((await read(id)).status, 'authorized')
    await server.advance(60_000)
    const expired = await read(id)
    assert.equal(expired.status, 'expired')
    assertInvalid(await capture(id), ['body', '__root__'])
    assert.deepEqual(await read(id), expired)
  })

  it('by twenty calls at once is done once', async () => {
    const { id } = await authorized()
    const answers = await Promise.all(Array.from({ length: 20 }, () => capture(id)))
    for (const it of answers) assert.equal(ok(it).status, 'to_capture')
    const events = await server.services.db.query(
      "select 1 from events where object_id = $1 and type = 'payment.accepted'",
      [id],
    )
    assert.equal(events.length, 1)
  })
})

describe('a capture of a part', () => {
  it('captures that much, costs that much, and is answered the same twice', async () => {
    for (const path of ['payments', 'checkout']) {
      const made = await authorized()
      assert.deepEqual([made.amount, made.fee], [1337, 21])
      const url = `/v2/${path}/${made.id}/capture`
      const body = { id: made.id, amount: '150' }
      const captured = ok(await client.call('POST', url, { body }))
      assert.deepEqual(captured, { ...made, status: 'to_capture', amount: 150, fee: 13 })
      assert.deepEqual(await read(made.id), captured)
      assert.deepEqual(ok(await capture(made.id, { amount: 150 })), captured)
      assert.deepEqual(ok(await capture(made.id)), captured)
      assertInvalid(await capture(made.id, { amount: 151 }), ['body', '__root__'])
      assert.deepEqual(await read(made.id), captured)
    }
  })

  it('may be of a cent and of all, never of more than the bank agreed to', async () => {
    const cent = await authorized()
    assert.equal(ok(await capture(cent.id, { amount: 1 })).amount, 1)
    const all = await authorized()
    assertInvalid(await capture(all.id, { amount: 1338 }), ['body', 'amount'])
    assert.deepEqual(await read(all.id), all)
    assert.equal(ok(await capture(all.id, { amount: 1337 })).amount, 1337)
  })

  it('whose amount is none, or cannot be read, captures nothing', async () => {
    const payment = await authorized()
    const intent = await heldIntent()
    for (const { id } of [payment, intent]) {
      for (const [body, ...loc] of wrong) assertInvalid(await capture(id, body), loc)
    }
    assert.deepEqual(await read(payment.id), payment)
    assert.deepEqual(await read(intent.id), intent)
  })

  it('is booked, and contested, as what it is', async () => {
    const credited = await authorized({ card: creditedCard })
    const booked = ok(await capture(credited.id, { amount: 150 }))
    assert.deepEqual([booked.status, booked.amount, booked.fee], ['captured', 150, 13])
    const contested = await authorized({ card: disputedCard })
    assert.equal(ok(await capture(contested.id, { amount: 150 })).status, 'disputed')
    const [dispute] = await client.get(`${at(contested.id)}/disputes`)
    assert.equal(dispute.amount, 150)
  })
})

describe('the amount of an accepted payment', () => {
  it('may change until the capture is sent, never beyond what the bank agreed to', async () => {
    const { id } = await pay()
    const priceOf = (it: Json) => [it.status, it.amount, it.fee]
    for (const [amount, fee] of [
      [150, 13],
      [0, 0],
      [1337, 21],
      [1000, 19],
    ]) {
      assert.deepEqual(priceOf(ok(await patch(id, { amount }))), ['to_capture', amount, fee])
    }
    assertInvalid(await patch(id, { amount: 1338 }), ['body', 'amount'])
    await comesTo(server, 'cutoffAfter')
    const sent = await read(id)
    assert.deepEqual(priceOf(sent), ['capture_sent', 1000, 19])
    for (const body of [{ amount: 999 }, { amount: 1000 }, { description: 'late' }]) {
      assertInvalid(await patch(id, body), ['body', '__root__'])
    }
    assert.deepEqual(await read(id), sent)
    await comesTo(server, 'bookingAfter')
    assert.deepEqual(priceOf(await read(id)), ['captured', 1000, 19])
  })

  it('is what it costs, also before its capture and when the method comes later', async () => {
    const made = await client.post('/v2/payments/', { amount: 6926, capture: false })
    assert.equal(made.fee, null)
    const held = ok(await patch(made.id, { card: approvedCard }))
    assert.deepEqual([held.status, held.fee], ['authorized', 60])
    assert.equal(ok(await patch(made.id, { amount: 150 })).fee, 13)
    const sepa = { name: 'Zoé', iban: 'DE89370400440532013000' }
    const debit = await client.post('/v2/payments/', { amount: 6926 })
    assert.equal(ok(await patch(debit.id, { sepa })).fee, 25)
    assert.equal(ok(await patch(debit.id, { amount: 150 })).fee, 25)
    assert.equal((await pay({ card: cardNo('4000000000000002') })).fee, null)
  })
})

describe('the capture of an intent', () => {
  it('[B68] takes an authorized one, whatever else the body says, and once', async () => {
    for (const body of [undefined, '', 'null', {}, { id: 'x' }, { amount: null }]) {
      const made = await heldIntent()
      const captured = ok(await capture(made.id, body))
      assert.deepEqual(captured, { ...made, status: 'captured' })
      assert.deepEqual(ok(await capture(made.id, { id: made.id })), captured)
      assert.deepEqual(await read(made.id), captured)
      assert.equal((await read(made.payment)).status, 'to_capture')
    }
  })

  it('of a part keeps its price: what was captured stands in its payment', async () => {
    const made = await heldIntent()
    assertInvalid(await capture(made.id, { amount: 1338 }), ['body', 'amount'])
    assert.deepEqual(await read(made.id), made)
    const captured = ok(await capture(made.id, { id: made.id, amount: 150 }))
    assert.deepEqual(captured, { ...made, status: 'captured' })
    const payment = await read(made.payment)
    assert.deepEqual([payment.status, payment.amount, payment.fee], ['to_capture', 150, 13])
    assert.deepEqual(ok(await capture(made.id, { amount: 150 })), captured)
    assert.deepEqual(ok(await capture(made.id)), captured)
    assertInvalid(await capture(made.id, { amount: 151 }), ['body', '__root__'])
    assert.deepEqual(await read(made.payment), payment)
  })

  it('of one that is not authorized is refused, and changes nothing', async () => {
    const open = await client.post('/v2/payment_intents/', { amount: 300 })
    const waiting = await client.post('/v2/payment_intents/', { amount: 300, card: card.id })
    const { id } = await client.post('/v2/payment_intents/', { amount: 300 })
    const canceled = ok(await client.call('DELETE', at(id)))
    for (const it of [open, waiting, canceled]) {
      for (const body of [undefined, { amount: 1 }]) {
        assertInvalid(await capture(it.id, body), ['body', '__root__'])
      }
      assert.deepEqual(await read(it.id), it)
    }
  })

  it('[B57] comes too late after seven days: the intent is canceled with its payment', async () => {
    const made = await heldIntent()
    await server.advance(7 * day_ms)
    assert.equal((await read(made.id)).status, 'canceled')
    assert.equal((await read(made.payment)).status, 'expired')
    assertInvalid(await capture(made.id), ['body', '__root__'])
  })

  it('of its payment by the payment itself captures the intent too', async () => {
    for (const body of [undefined, { amount: 150 }]) {
      const made = await heldIntent()
      ok(await capture(made.payment, body))
      assert.deepEqual(await read(made.id), { ...made, status: 'captured' })
    }
  })

  it('follows its payment no further than to captured, and cannot be canceled then', async () => {
    const made = await heldIntent()
    const captured = ok(await capture(made.id))
    const cancel = (): Promise<Answer> => client.call('DELETE', at(made.id))
    for (const [hour, status] of [
      ['cutoffAfter', 'capture_sent'],
      ['bookingAfter', 'captured'],
    ] as const) {
      assertInvalid(await cancel(), ['body', '__root__'])
      await comesTo(server, hour)
      assert.equal((await read(made.payment)).status, status)
      assert.deepEqual(await read(made.id), captured)
    }
    assertInvalid(await cancel(), ['body', '__root__'])
  })

  it('is undone by a full refund before the cut-off: the intent is canceled', async () => {
    const made = await heldIntent()
    ok(await capture(made.id, { amount: 150 }))
    const refund = ok(await client.call('POST', `${at(made.id)}/refund`))
    assert.deepEqual([refund.status, refund.amount], ['payment_canceled', 150])
    assert.equal((await read(made.payment)).status, 'canceled')
    assert.equal((await read(made.id)).status, 'canceled')
    assertInvalid(await capture(made.id), ['body', '__root__'])
    const other = await server.newMerchant()
    const missing = await client.call('POST', `${at(made.id)}/capture`, { key: other.keys.stest })
    assertRefused(missing, 404, `Payment intent \`${made.id}\` not found`)
  })
})
