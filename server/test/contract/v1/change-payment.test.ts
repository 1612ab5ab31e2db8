import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import {
  approvedCard,
  assertRefused,
  type Client,
  challengedCard,
  clientOf,
  faultOf,
  goodIban,
} from './answers.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startServer({ origins: { threeds: 'https://3ds.obole.example' } })
  client = clientOf(server)
})
after(() => server.close())

const path = '/v1/checkout/'
const price = { amount: 100, currency: 'eur' }
const pay = (more: object = {}): Promise<Json> => client.post(path, { ...price, ...more })
const hour_ms = 3_600_000

describe('reading a payment', () => {
  it('[B2] an unknown key comes before an unknown or malformed id', async () => {
    const key = `stest_${'a'.repeat(24)}`
    for (const id of [`paym_${'0'.repeat(24)}`, '65f1c0de12345', '%00']) {
      assertRefused(
        await server.call('GET', path + id, { key }),
        401,
        'You are not authorized to access that resource',
      )
    }
  })

  it('an id of whatever form is echoed as it came', async () => {
    for (const id of ['a1B2'.repeat(8).slice(0, 29), `paym_${'0'.repeat(24)}`, 'x']) {
      assertRefused(await client.call('GET', path + id), 404, `No such payment ${id}`)
      const patch = await client.call('PATCH', path + id, { body: { status: 'capture' } })
      assertRefused(patch, 404, `No such payment ${id}`)
      const capture = await client.call('POST', `${path}${id}/capture`)
      assertRefused(capture, 404, `No such payment ${id}`)
    }
  })

  it('[B16] one of a test key is not there for a live key', async () => {
    const { id } = await pay()
    const { sprod } = server.merchant.keys
    const answer = await server.call('GET', path + id, { key: sprod })
    assertRefused(answer, 404, `No such payment ${id}`)
    const live = await clientOf(server, sprod).get(path)
    assert.deepEqual([live.live_mode, live.payments], [true, []])
  })
})

describe('changing a payment', () => {
  it('[B46] a card waits for the command; authorize, then capture', async () => {
    const { id } = await pay()
    const attached = await client.patch(path + id, { card: approvedCard })
    assert.deepEqual([attached.method, attached.status], ['card', null])
    assert.equal(attached.card.last4, '4242')
    const authorized = await client.patch(path + id, { status: 'authorize' })
    assert.deepEqual([authorized.status, authorized.response], ['authorized', '00'])
    const captured = await client.patch(path + id, { status: 'capture' })
    assert.equal(captured.status, 'to_capture')
    assert.equal((await client.get(path + id)).status, 'to_capture')
  })

  it('a bank account waits for the command too', async () => {
    const { id } = await pay()
    const attached = await client.patch(path + id, { sepa: { iban: goodIban, name: 'Zoé' } })
    assert.deepEqual([attached.method, attached.status, attached.card], ['sepa', null, null])
    assert.equal((await client.patch(path + id, { status: 'capture' })).status, 'to_capture')
  })

  it('a card and the command in one call are decided at once', async () => {
    const { id } = await pay()
    const body = { card: approvedCard, status: 'authorize' }
    assert.equal((await client.patch(path + id, body)).status, 'authorized')
  })

  it('a card that waits is decided when v2 names it', async () => {
    const { id } = await pay({ capture: false })
    const attached = await client.patch(path + id, { card: approvedCard })
    assert.equal(attached.status, null)
    const v2 = await client.patch(`/v2/payments/${id}`, { card: attached.card.id })
    assert.equal(v2.status, 'authorized')
  })

  it('a command that the status does not allow is a conflict, in words', async () => {
    const { id } = await pay()
    const early = await client.call('PATCH', path + id, { body: { status: 'capture' } })
    assertRefused(early, 409, 'status: A payment without a method cannot capture')
    const refused = await pay({ card: { ...approvedCard, number: '4000000000000002' } })
    const late = await client.call('PATCH', path + refused.id, { body: { status: 'capture' } })
    assertRefused(late, 409, 'status: A refused payment cannot capture')
  })

  it('[B48] amount, currency and capture in one call', async () => {
    const { id, status } = await pay({ capture: false, card: approvedCard })
    assert.equal(status, 'authorized')
    const more = { amount: 101, currency: 'EUR', status: 'capture' }
    assertRefused(
      await client.call('PATCH', path + id, { body: more }),
      409,
      'amount: The bank agreed to 100, not to 101',
    )
    const captured = await client.patch(path + id, { ...more, amount: 60 })
    assert.deepEqual([captured.status, captured.amount], ['to_capture', 60])
    assert.equal((await client.get(path + id)).amount, 60)
  })

  it('changes what was sent and nothing else', async () => {
    const made = await pay({ order_id: 'o-5', description: 'before', capture: false })
    const changed = await client.patch(path + made.id, { description: 'after', unknown: 1 })
    assert.deepEqual(changed, { ...made, description: 'after' })
  })
})

describe('capturing a payment', () => {
  it('[B47] takes a body with the id, and a second time changes nothing', async () => {
    const { id } = await pay({ capture: false, card: approvedCard })
    for (const at of [`${path}${id}/capture`, `${path}${id}/capture/`]) {
      assert.equal((await client.post(at, { id })).status, 'to_capture')
    }
    for (const body of [undefined, '', 'null', {}, { amount: null }]) {
      const again = await client.call('POST', `${path}${id}/capture`, { body })
      assert.equal(again.status, 200, again.text)
    }
  })

  it('a part of it is captured, and costs, by its amount', async () => {
    const made = await pay({ amount: 1337, capture: false, card: approvedCard })
    assert.equal(made.fee, 21)
    const at = `${path}${made.id}/capture`
    // A client of v1 in the field writes whole numbers with a fraction of none.
    const captured = await client.post(at, `{"id":"${made.id}","amount":150.0}`)
    assert.deepEqual(captured, { ...made, status: 'to_capture', amount: 150, fee: 13 })
    assert.deepEqual(await client.post(at, { amount: 150 }), captured)
    assert.deepEqual(await client.get(path + made.id), captured)
    const more = await client.call('POST', at, { body: { amount: 151 } })
    assert.equal(more.status, 409, more.text)
  })

  it('an amount that is none is refused, one above the authorized is a conflict', async () => {
    const made = await pay({ capture: false, card: approvedCard })
    const capture = (body: unknown) => client.call('POST', `${path}${made.id}/capture`, { body })
    for (const amount of [0, -1, 1.5, 'all', true, []]) {
      assert.match(faultOf(await capture({ amount })), /^amount: /)
    }
    for (const body of ['{"amount":60', '[60]', '60']) faultOf(await capture(body))
    const above = await capture({ amount: 101 })
    assertRefused(above, 409, 'amount: The bank agreed to 100, not to 101')
    assert.deepEqual(await client.get(path + made.id), made)
  })

  it('what is not authorized is a conflict, in words', async () => {
    const { id } = await pay()
    const answer = await client.call('POST', `${path}${id}/capture`, { body: { id } })
    assert.equal(answer.status, 409, answer.text)
    assert.equal(typeof answer.body.error.message, 'string')
  })

  it('[B57] seven days after the authorization it is expired', async () => {
    const { id } = await pay({ capture: false, card: approvedCard })
    await server.advance(7 * 24 * hour_ms - 60_000)
    assert.equal((await client.get(path + id)).status, 'authorized')
    await server.advance(60_000)
    assert.equal((await client.get(path + id)).status, 'expired')
    assert.equal((await client.call('POST', `${path}${id}/capture`)).status, 409)
  })
})

describe('one payment in both versions', () => {
  it('[B80] what v2 made is read in the shape of v1, and the reverse', async () => {
    const body = { ...price, card: approvedCard, customer: { email: 'both@b.example' } }
    const v2 = await client.post('/v2/payments/', body)
    const seen = await client.get(path + v2.id)
    assert.deepEqual([seen.live_mode, seen.refunds], [false, []])
    assert.equal(seen.card.nature, 'personnal')
    assert.equal(seen.customer.id, v2.customer.id)
    assert.deepEqual([seen.status, seen.response], ['to_capture', '00'])

    const v1 = await pay({ card: approvedCard, order_id: 'both' })
    const back = await client.get(`/v2/payments/${v1.id}`)
    assert.equal('live_mode' in back, false)
    assert.deepEqual([back.card.nature, back.order_id], ['personal', 'both'])
  })

  it('a session of v2 is shown with the address of the version that is asked', async () => {
    const body = { ...price, card: challengedCard, auth: true, return_url: 'https://a.example/' }
    const v2 = await client.post('/v2/payments/', body)
    const { auth } = await client.get(path + v2.id)
    assert.equal(auth.redirect_url, v2.auth.redirect_url.replace('/v2/', '/v1/'))
    assert.deepEqual(Object.keys(auth).sort(), ['redirect_url', 'return_url', 'status'])
  })
})
