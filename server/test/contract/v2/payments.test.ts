import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, faultOf, ok } from './answers.ts'
import { approvedCard, type Client, challengedCard, clientOf, goodIban } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const post = (body: unknown, path = '/v2/payments/') => client.call('POST', path, { body })
const created = async (body: unknown): Promise<Json> => ok(await post(body))
const patch = (id: string, body: unknown) => client.call('PATCH', `/v2/payments/${id}`, { body })
const read = (id: string) => client.get(`/v2/payments/${id}`)
const cardNo = (number: string) => ({ ...approvedCard, number })
const sepa = {
  name: 'Zoé',
  iban: goodIban,
  mandate: 'RUM-1',
  date_mandate: 1_601_045_728,
}
const idsOf = (list: Json): string[] => list.payments.map((it: { id: string }) => it.id)

describe('a new payment', () => {
  it('[B39] without a method is undecided: method, status, card and sepa are null', async () => {
    const made = await created({ amount: 100, currency: 'eur' })
    assert.match(made.id, /^paym_[a-zA-Z0-9]{24}$/)
    const { method, status, card, auth, response, capture } = made
    assert.deepEqual([method, status, card, made.sepa, auth, response], Array(6).fill(null))
    assert.equal(capture, true)
    assert.deepEqual(await read(made.id), made)
  })

  it('[B40] with a kept card and customer is charged, and shows both whole', async () => {
    const customer = await client.post('/v2/customers/', { email: 'p@example.com' })
    const card = await client.post('/v2/cards/', approvedCard)
    const made = await created({ amount: 100, card: card.id, customer: customer.id })
    assert.deepEqual([made.status, made.response, made.method], ['to_capture', '00', 'card'])
    assert.deepEqual([made.card, made.customer], [card, customer])
    assert.ok(Number.isInteger(made.date_paym))
    assert.deepEqual(await read(made.id), made)
  })

  it('keeps a card and a customer that are described in it, without number and code', async () => {
    const card = { ...approvedCard, exp_year: 2077, cvc: '123', name: 'Zoé' }
    const customer = { email: 'inline@example.com' }
    const made = await created({ amount: 100, card, customer })
    assert.deepEqual(await client.get(`/v2/cards/${made.card.id}`), made.card)
    assert.deepEqual(await client.get(`/v2/customers/${made.customer.id}`), made.customer)
    assert.equal((await created({ amount: 100, card })).card.id, made.card.id)
  })

  it('[B58] with the same described customer twice makes two of them', async () => {
    const body = { amount: 100, customer: { email: 'two@example.com', mobile: '+33600000000' } }
    const [one, other] = [await created(body), await created(body)]
    assert.notEqual(one.customer.id, other.customer.id)
  })

  it('keeps every member, and shows it as sent', async () => {
    const { id: address } = await client.post('/v2/addresses/', {
      zip_code: '75001',
      city: 'Paris',
      country: 'FR',
    })
    const fields = {
      amount: 4_294_967_295,
      currency: 'pln',
      description: 'Trois cafés',
      order_id: 'o'.repeat(36),
      unique_id: 'u'.repeat(36),
      return_url: 'https://shop.example/back?a=1#top',
      methods_allowed: ['sepa', 'card'],
      date_settlement: '2030-01-31',
      capture: false,
      billing_address: address,
      shipping_address: address,
      device: { ip: '2001:db8::1', port: 65_535, user_agent: 'x', city: 'Köln' },
    }
    const made = await created(fields)
    const { device, ...others } = fields
    for (const [name, value] of Object.entries(others)) assert.deepEqual(made[name], value, name)
    const absent = { country: null, http_accept: null, languages: null, zip_code: null }
    assert.deepEqual(made.device, { ...absent, ...device })
    assert.deepEqual(await read(made.id), made)
  })

  it('[B52] beyond a bound is refused in its place', async () => {
    assertInvalid(await post({ amount: 100, currency: 'jpy' }), ['body', 'currency'])
    for (const amount of [-1, 4_294_967_296, undefined, '1.5', null]) {
      assertInvalid(await post({ amount, currency: 'eur' }), ['body', 'amount'])
    }
    for (const amount of ['100', 100.0, 0]) await created({ amount })
  })

  it('[B49] with the unique id of another is refused with its id', async () => {
    const made = await created({ amount: 100, unique_id: 'once' })
    const text = `Payment already exists, duplicate unique_id (${made.id})`
    assertRefused(await post({ amount: 100, unique_id: 'once' }), 409, text)
    assertRefused(await post({ amount: 1, unique_id: 'once' }, '/v2/checkout/'), 409, text)
    const { keys } = await server.newMerchant()
    await clientOf(server, keys.stest).post('/v2/payments/', { amount: 1, unique_id: 'once' })
  })

  it('with one unique id, fifty times at once, is made and charged once', async () => {
    const body = { amount: 100, unique_id: 'race', card: approvedCard }
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(body)))
    const made = answers.filter((it) => it.status === 200)
    assert.equal(made.length, 1)
    const text = `Payment already exists, duplicate unique_id (${made[0]?.body.id})`
    for (const it of answers) if (it.status !== 200) assertRefused(it, 409, text)
    assert.equal((await client.get('/v2/payments/?unique_id=race')).range.count, 1)
  })

  it('names only what is there: else it is a 404 and nothing was made', async () => {
    const count = async () => (await client.get('/v2/payments/')).range.count
    const before = await count()
    const nothing = '0'.repeat(24)
    const named = [
      ['card', 'Card', `card_${nothing}`],
      ['sepa', 'SEPA', `sepa_${nothing}`],
      ['customer', 'Customer', `cust_${nothing}`],
      ['billing_address', 'Address', `addr_${nothing}`],
    ] as const
    for (const [member, label, id] of named) {
      assertRefused(await post({ amount: 1, [member]: id }), 404, `${label} \`${id}\` not found`)
    }
    // The customer is good, the card is not: neither is kept.
    const customer = { email: 'half@example.com', name: 'Half' }
    const card = cardNo('4000056655665556')
    assertInvalid(await post({ amount: 1, customer, card }), ['body', 'card', 'number'])
    assert.equal((await client.get('/v2/customers/?name=Half')).range.count, 0)
    assert.equal(await count(), before)
  })

  it('by a card whose code is no code is refused, with 3-D Secure and without', async () => {
    for (const cvc of ['abc', '12a', '١٢٣', '12 3']) {
      for (const auth of [undefined, true]) {
        const card = { ...challengedCard, cvc }
        assertInvalid(await post({ amount: 1, card, auth }), ['body', 'card', 'cvc'])
      }
    }
  })

  it('takes one method that it allows, in a currency that the method takes', async () => {
    const card = approvedCard
    assertInvalid(await post({ amount: 1, card, sepa }), ['body', 'sepa'])
    assertInvalid(await post({ amount: 1, card, methods_allowed: ['sepa'] }), ['body', 'card'])
    assertInvalid(await post({ amount: 1, sepa, methods_allowed: ['card'] }), ['body', 'sepa'])
    assertInvalid(await post({ amount: 1, sepa, currency: 'usd' }), ['body', 'currency'])
    assertInvalid(await post({ amount: 1, methods_allowed: [] }), ['body', 'methods_allowed'])
  })

  it('[B56] by sepa needs holder, IBAN, mandate and its day', async () => {
    for (const name of Object.keys(sepa)) {
      const { [name as 'iban']: _, ...others } = sepa
      assertInvalid(await post({ amount: 1, sepa: others }), ['body', 'sepa', name])
    }
    const made = await created({ amount: 100, sepa })
    assert.deepEqual([made.method, made.status, made.response], ['sepa', 'to_capture', '00'])
    const { bic, mandate, date_mandate, last4 } = made.sepa
    assert.deepEqual(
      [bic, mandate, date_mandate, last4],
      ['TESTDEPP', 'RUM-1', '2020-09-25', '3000'],
    )
    assert.deepEqual(await client.get(`/v2/sepa/${made.sepa.id}`), made.sepa)
    const again = await created({ amount: 100, sepa: made.sepa.id })
    assert.deepEqual([again.status, again.sepa], ['to_capture', made.sepa])
  })

  it('[B50] gets the answer that its card is published with', async () => {
    const known = [
      ['4000000000000077', 'captured', '00'],
      ['4000000000000002', 'refused', '05'],
      ['4000000000009995', 'refused', '51'],
      ['4000000000009987', 'refused', '41'],
      ['4000000000003220', 'refused', 'A1'],
    ] as const
    for (const [number, status, response] of known) {
      const made = await created({ amount: 100, card: cardNo(number) })
      assert.deepEqual([made.status, made.response], [status, response], number)
      assert.deepEqual(await read(made.id), made)
    }
  })

  it('by an expired card is refused by the bank', async () => {
    const made = await created({ amount: 100, card: { ...approvedCard, exp_year: 2019 } })
    assert.deepEqual([made.status, made.response], ['refused', '54'])
  })

  it('cannot be made live without a processor', async () => {
    const key = server.merchant.keys.sprod
    const answer = await server.call('POST', '/v2/payments/', { key, body: { amount: 100 } })
    assertInvalid(answer, ['body', '__root__'])
    assert.match(faultOf(answer).msg, /processor/)
  })
})

describe('3-D Secure in a payment', () => {
  it('[B41] is asked for or not, never refused', async () => {
    const answer = await post({ amount: 100, auth: false })
    assert.equal(answer.status, 422)
    const fault = { loc: ['body', 'auth'], msg: "Auth can't be False", type: 'value_error' }
    assert.deepEqual(answer.body, { detail: [fault] })
  })

  it('[B42] waits for a card', async () => {
    const return_url = 'https://shop.example/back'
    const made = await created({ amount: 100, auth: true, return_url })
    assert.deepEqual([made.method, made.status, made.return_url], [null, null, return_url])
    const { uuid, ...auth } = made.auth
    assert.equal(typeof uuid, 'string')
    assert.deepEqual(auth, {
      device: null,
      message: null,
      redirect_url: null,
      return_url,
      status: 'requested',
    })
    assert.equal((await created({ amount: 1, auth: 'True' })).auth.status, 'requested')
  })

  it('has its own address to return to, and takes the device for the payment', async () => {
    const auth = { return_url: 'https://bank.example/back', device: { ip: '192.0.2.1' } }
    const return_url = 'https://shop.example/back'
    const made = await created({ amount: 100, auth, return_url, card: challengedCard })
    assert.equal(made.auth.return_url, auth.return_url)
    assert.equal(made.return_url, return_url)
    assert.equal(made.device.ip, '192.0.2.1')
    assert.deepEqual([made.method, made.status, made.auth.status], ['card', null, 'available'])
    assert.ok(made.auth.redirect_url.startsWith(`${server.url}/v2/redirect/test_`))
    assert.deepEqual(await read(made.id), made)
  })

  it('begins when a card is given later', async () => {
    const { id } = await created({ amount: 100, auth: true })
    const changed = ok(await patch(id, { card: challengedCard }))
    assert.deepEqual([changed.status, changed.auth.status], [null, 'available'])
    assert.equal(typeof changed.auth.redirect_url, 'string')
    assert.deepEqual(await read(id), changed)
  })

  it('is passed over by a card that takes no part in it', async () => {
    const known = [
      ['4242424242424242', 'success'],
      ['4000000000003055', 'unavailable'],
    ] as const
    for (const [number, status] of known) {
      const made = await created({ amount: 100, auth: true, card: cardNo(number) })
      assert.deepEqual([made.status, made.auth.status], ['to_capture', status])
      assert.equal(made.auth.redirect_url, null)
    }
  })
})

describe('a change of a payment', () => {
  it('[B45] gives it a card, which is authorized at once, and captured by status', async () => {
    const { id } = await created({ amount: 100, capture: false })
    const card = await client.post('/v2/cards/', approvedCard)
    const changed = ok(await patch(id, { card: card.id }))
    assert.deepEqual([changed.method, changed.status], ['card', 'authorized'])
    assert.deepEqual(await read(id), changed)
    const captured = ok(await patch(id, { status: 'capture' }))
    assert.deepEqual(captured, { ...changed, status: 'to_capture' })
    assert.deepEqual(await read(id), captured)
    assert.equal(ok(await patch(id, { status: 'capture' })).status, 'to_capture')
  })

  it('of the amount with the capture captures that, never more than authorized', async () => {
    const body = { amount: 100, card: approvedCard, capture: false }
    const { id } = await created(body)
    assertInvalid(await patch(id, { amount: 101 }), ['body', 'amount'])
    assertInvalid(await patch(id, { amount: 101, status: 'capture' }), ['body', 'amount'])
    assert.equal((await read(id)).status, 'authorized')
    const captured = ok(await patch(id, { amount: 60, currency: 'eur', status: 'capture' }))
    assert.deepEqual([captured.amount, captured.status], [60, 'to_capture'])
    assertInvalid(await patch((await created(body)).id, { currency: 'usd' }), ['body', '__root__'])
  })

  it('after the end is refused, and changes nothing', async () => {
    const { id } = await created({ amount: 100, card: cardNo('4000000000000077') })
    const before = await read(id)
    assert.equal(before.status, 'captured')
    const bodies = [{ amount: 50 }, { description: 'late' }, { card: approvedCard }, { sepa }]
    for (const body of [...bodies, { customer: { email: 'late@example.com' } }]) {
      assert.equal(faultOf(await patch(id, body)).loc[0], 'body', JSON.stringify(body))
    }
    for (const status of ['authorize', 'capture']) {
      assertInvalid(await patch(id, { status }), ['body', 'status'])
    }
    assert.deepEqual(await read(id), before)
    assert.equal((await client.get('/v2/customers/?email=late@example.com')).range.count, 0)
  })

  it('changes what is sent and nothing else; what cannot change is not a member', async () => {
    const made = await created({ amount: 100, order_id: 'a' })
    const fields = { amount: 200, currency: 'usd', description: 'New', order_id: 'b' }
    const changed = ok(await patch(made.id, { ...fields, description: 'New', card: null }))
    assert.deepEqual(changed, { ...made, ...fields })
    assert.deepEqual(await read(made.id), changed)
    for (const body of [{ unique_id: 'x' }, { id: made.id }, { response: '00' }]) {
      assertInvalid(await patch(made.id, body), ['body', Object.keys(body)[0] as string])
    }
    assertInvalid(await patch(made.id, { status: 'captured' }), ['body', 'status'])
    assertInvalid(await patch(made.id, { status: 'capture' }), ['body', 'status'])
  })

  it('gives a refused payment another method', async () => {
    const made = await created({ amount: 100, card: cardNo('4000000000000002') })
    assert.equal(made.status, 'refused')
    const changed = ok(await patch(made.id, { sepa }))
    assert.deepEqual([changed.status, changed.method, changed.card], ['to_capture', 'sepa', null])
    assert.deepEqual(await read(made.id), changed)
  })
})

describe('lists of payments', () => {
  it('[B53] are the newest first unless asked otherwise, and may be empty', async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push((await created({ amount: n, order_id: 'order' })).id)
    assert.deepEqual(idsOf(await client.get('/v2/payments/?order_id=order')), [...ids].reverse())
    assert.deepEqual(idsOf(await client.get('/v2/payments/?order_id=order&order=asc')), ids)
    assert.deepEqual(await client.get('/v2/payments/?order_id=unknown'), {
      range: { start: 0, end: 0, limit: 10, count: 0, has_more: false },
      payments: [],
    })
    const old = await client.get('/v2/checkout/?order_id=order')
    assert.deepEqual(old, await client.get('/v2/payments/?order_id=order'))
  })

  it('[B54] from a moment on, however written, include its second', async () => {
    await server.advance(3600_000)
    const one = await created({ amount: 1 })
    await server.advance(10_000)
    const other = await created({ amount: 2 })
    const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
    const since = async (created: number | string) =>
      idsOf(await client.get(`/v2/payments/?created=${created}`))
    for (const form of [Number, iso]) {
      assert.deepEqual(await since(form(one.created)), [other.id, one.id])
      assert.deepEqual(await since(form(one.created + 1)), [other.id])
      assert.deepEqual(await since(form(other.created)), [other.id])
      assert.deepEqual(await since(form(other.created + 1)), [])
    }
    assertInvalid(await client.call('GET', '/v2/payments/?created=-1'), ['query', 'created'])
    assertInvalid(await client.call('GET', '/v2/payments/?created=soon'), ['query', 'created'])
  })

  it('filter by card, sepa, unique id and the moment of payment, and sort by it', async () => {
    const card = await client.post('/v2/cards/', { ...approvedCard, exp_year: 2055 })
    const account = await client.post('/v2/sepa/', sepa)
    await server.advance(10_000)
    const first = await created({ amount: 1, card: card.id, unique_id: 'filtered' })
    await server.advance(10_000)
    const later = await created({ amount: 2, sepa: account.id })
    const unpaid = await created({ amount: 3 })
    const list = async (query: string) => idsOf(await client.get(`/v2/payments/?${query}`))
    assert.deepEqual(await list(`card=${card.id}`), [first.id])
    assert.deepEqual(await list(`sepa=${account.id}`), [later.id])
    assert.deepEqual(await list('unique_id=filtered'), [first.id])
    assert.deepEqual(await list(`unique_id=filtered&sepa=${account.id}`), [])
    assert.deepEqual(await list(`paid=${first.date_paym}`), [later.id, first.id])
    const paid = await list(`paid=${first.date_paym}&field=paid&order=asc`)
    assert.deepEqual(paid, [first.id, later.id])
    assert.equal((await list('field=paid&limit=100')).includes(unpaid.id), false)
    assert.deepEqual(await list(`payout=pout_${'0'.repeat(24)}`), [])
  })

  it('[B55] of refunds and disputes are bare, and a 404 for an unknown payment', async () => {
    const { id } = await created({ amount: 100 })
    const missing = `paym_${'0'.repeat(24)}`
    for (const list of ['refunds', 'disputes']) {
      assert.deepEqual(await client.get(`/v2/payments/${id}/${list}`), [])
      assert.deepEqual(await client.get(`/v2/checkout/${id}/${list}`), [])
      const answer = await client.call('GET', `/v2/payments/${missing}/${list}`)
      assertRefused(answer, 404, `Payment \`${missing}\` not found`)
    }
  })
})
