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

describe('creating a payment', () => {
  it('answers with just the members of v1', async () => {
    const made = await pay({ order_id: 'o-1', description: 'desc x', device: { port: 1337 } })
    assert.match(made.id, /^paym_[a-zA-Z0-9]{24}$/)
    const device = {
      city: null,
      country: null,
      http_accept: null,
      ip: null,
      languages: null,
      port: 1337,
      user_agent: null,
      zip_code: null,
    }
    assert.deepEqual(made, {
      ...price,
      auth: null,
      capture: true,
      card: null,
      country: null,
      created: made.created,
      customer: null,
      date_bank: null,
      date_paym: null,
      description: 'desc x',
      device,
      fee: null,
      id: made.id,
      live_mode: false,
      method: null,
      order_id: 'o-1',
      refunds: [],
      response: null,
      response_author: null,
      return_url: null,
      status: null,
      unique_id: null,
    })
    assert.deepEqual(await client.get(path + made.id), made)
  })

  it('with a card it is accepted at once, and shows the card', async () => {
    const made = await pay({ card: approvedCard })
    assert.equal(made.status, 'to_capture')
    assert.equal(made.response, '00')
    assert.equal(made.method, 'card')
    assert.equal(made.country, 'US')
    assert.equal(made.date_paym, made.created)
    assert.equal(made.card.nature, 'personnal')
    assert.equal(made.card.live_mode, false)
    assert.deepEqual(await client.get(path + made.id), made)
  })

  it('with a bank account it is accepted at once, and shows it', async () => {
    const date_mandate = 1_601_045_728
    const sepa = { date_mandate, iban: goodIban, mandate: 'mandate-1', name: 'Pierre Martin' }
    const made = await pay({ sepa })
    assert.equal(made.status, 'to_capture')
    assert.equal(made.response, '00')
    assert.equal(made.method, 'sepa')
    assert.equal(made.country, 'DE')
    assert.equal(made.card, null)
    assert.equal(made.sepa.last4, '3000')
    assert.equal(made.sepa.live_mode, false)
    assert.equal((await pay({ sepa: made.sepa.id })).status, 'to_capture')
  })

  it('takes what is known by its id', async () => {
    const card = await client.post('/v1/cards/', { ...approvedCard, exp_year: 2041 })
    const customer = await client.post('/v1/customers/', { email: 'known@b.example' })
    const made = await pay({ card: card.id, customer: customer.id })
    assert.deepEqual([made.card, made.customer], [card, customer])
  })

  it('a card that is known already is taken for the same', async () => {
    const first = await pay({ card: { ...approvedCard, exp_year: 2042 } })
    const again = await pay({ card: { ...approvedCard, exp_year: 2042, cvc: '999' } })
    assert.equal(again.card.id, first.card.id)
  })

  it('[B58] the same e-mail and mobile are the same customer; in v2 another', async () => {
    const customer = { email: 'inline@b.example', mobile: '+33600000010', name: 'One' }
    const first = await pay({ customer })
    const again = await pay({ customer: { ...customer, name: 'Two' } })
    assert.equal(again.customer.id, first.customer.id)
    const v2 = await client.post('/v2/payments/', { ...price, customer })
    assert.notEqual(v2.customer.id, first.customer.id)
  })

  it('ten payments of one new customer at the same moment have one customer', async () => {
    const customer = { email: 'rush@b.example' }
    const made = await Promise.all(Array.from({ length: 10 }, () => pay({ customer })))
    assert.equal(new Set(made.map((it) => it.customer.id)).size, 1)
    assert.equal(new Set(made.map((it) => it.id)).size, 10)
  })

  it('takes a whole amount that is written as a fraction, and a currency in capitals', async () => {
    const body = '{"amount":1000.0,"currency":"EUR","order_id":"odoo"}'
    const answer = await client.call('POST', '/v1/checkout', { body })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.body.amount, 1000)
    assert.equal(answer.body.currency, 'eur')
    const half = await client.call('POST', path, { body: { amount: 1000.5, currency: 'eur' } })
    assert.equal(faultOf(half), 'amount: value is not a valid integer')
  })

  it('takes yen, which v2 shows though it does not take them', async () => {
    const made = await pay({ currency: 'JPY', card: approvedCard })
    assert.equal(made.currency, 'jpy')
    assert.equal(made.status, 'to_capture')
    assert.equal((await client.get(`/v2/payments/${made.id}`)).currency, 'jpy')
  })

  it('ignores members that it does not know', async () => {
    const made = await pay({ foo: 1, device: { bar: 2 }, card: { ...approvedCard, tag: 'x' } })
    assert.equal(made.status, 'to_capture')
  })

  it('a method has to be among the allowed ones; none named is none excluded', async () => {
    const made = await pay({ methods_allowed: ['card'] })
    assert.deepEqual(made.methods_allowed, ['card'])
    const body = { ...price, methods_allowed: ['sepa'], card: approvedCard }
    const answer = await client.call('POST', path, { body })
    assert.equal(faultOf(answer), 'card: This payment does not allow the method card')
    assert.equal((await pay({ methods_allowed: [], card: approvedCard })).status, 'to_capture')
  })

  it('not a card and a bank account together', async () => {
    const body = { ...price, card: approvedCard, sepa: 'sepa_x' }
    const answer = await client.call('POST', path, { body })
    assert.equal(faultOf(answer), 'sepa: A payment takes a card or a sepa, not both')
  })

  it('a card number in place of an id is refused, and not repeated', async () => {
    for (const card of ['4242424242424242', '4242 4242 4242 4242', 4242424242424242]) {
      const answer = await client.call('POST', path, { body: { ...price, card } })
      assert.match(faultOf(answer), /^card: A card is given by its id/)
      assert.equal(answer.text.includes('4242'), false)
    }
  })

  it('what it names has to be there', async () => {
    for (const kind of ['card', 'sepa', 'customer']) {
      const answer = await client.call('POST', path, { body: { ...price, [kind]: 'x-1' } })
      assertRefused(answer, 404, `No such ${kind} x-1`)
    }
  })

  it('[B49] the same unique id again is refused with the first id, in both versions', async () => {
    const first = await pay({ unique_id: 'u-1' })
    const v2 = await client.post('/v2/payments/', { ...price, unique_id: 'u-2' })
    for (const { id, unique_id } of [first, v2]) {
      const answer = await client.call('POST', path, { body: { ...price, unique_id } })
      assertRefused(answer, 409, { error: 'Payment already exists, duplicate unique_id', id })
    }
  })

  it('of ten with one unique id at the same moment one is made', async () => {
    const body = { ...price, unique_id: 'u-3', card: approvedCard }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.call('POST', path, { body })),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(409)])
    assert.equal((await client.get(`${path}?unique_id=u-3`)).payments.length, 1)
  })

  it('[B50] each card ends as published, a refusal with HTTP 200', async () => {
    const published: [number: string, status: string, response: string][] = [
      ['4000000000000077', 'captured', '00'],
      ['4000000000000002', 'refused', '05'],
      ['4000000000009995', 'refused', '51'],
      ['4000000000009987', 'refused', '41'],
      ['4000000000003220', 'refused', 'A1'],
    ]
    for (const [number, status, response] of published) {
      const made = await pay({ card: { ...approvedCard, number } })
      assert.deepEqual([made.status, made.response], [status, response], number)
    }
  })

  it('says in unix seconds on which day the bank books a captured one', async () => {
    const made = await pay({ card: { ...approvedCard, number: '4000000000000077' } })
    const day = server.services.bankDays.dayOf(new Date(made.date_paym * 1000))
    assert.equal(made.date_bank, Date.parse(day) / 1000)
  })

  it('costs what is recorded, from the moment when the bank agreed', async () => {
    const recorded: [amount: number, fee: number][] = [
      [1337, 21],
      [150, 13],
      [6926, 60],
    ]
    for (const [amount, fee] of recorded) {
      for (const capture of [true, false]) {
        assert.equal((await pay({ amount, capture, card: approvedCard })).fee, fee)
      }
    }
    assert.equal((await pay({ card: { ...approvedCard, number: '4000000000000002' } })).fee, null)
  })

  it('a live one is refused while no processor is set up', async () => {
    const live = clientOf(server, server.merchant.keys.sprod)
    const answer = await live.call('POST', path, { body: price })
    assert.match(faultOf(answer), /^Live payments need a configured processor/)
  })
})

describe('3-D Secure', () => {
  const return_url = 'https://www.example.org/back?x=1'

  it('[B43] asked for without a card it waits, and shows no address', async () => {
    for (const auth of [{ status: 'request' }, true, 'true', {}]) {
      const made = await pay({ auth, return_url })
      assert.deepEqual(made.auth, { redirect_url: null, return_url: null, status: 'requested' })
      assert.deepEqual([made.method, made.status, made.return_url], [null, null, return_url])
    }
  })

  it('not asked for by false', async () => {
    const made = await pay({ auth: false, card: challengedCard })
    assert.deepEqual([made.auth, made.status], [null, 'to_capture'])
  })

  it('[B44] with a card the payer is sent to the bank, and the payment waits', async () => {
    const made = await pay({
      auth: { return_url, status: 'request' },
      card: challengedCard,
      device: { ip: '212.27.48.10', port: 1337, user_agent: 'UA' },
    })
    assert.deepEqual([made.method, made.status, made.response], ['card', null, null])
    assert.equal(made.auth.status, 'available')
    assert.equal(made.auth.return_url, return_url)
    assert.match(
      made.auth.redirect_url,
      /^https:\/\/3ds\.obole\.example\/v1\/redirect\/test_[0-9a-f-]{36}$/,
    )
    assert.deepEqual(await client.get(path + made.id), made)
  })

  it('with a card and no address of its own, the payer comes back to the payment’s', async () => {
    const made = await pay({ auth: true, return_url, card: challengedCard })
    assert.deepEqual([made.auth.status, made.auth.return_url], ['available', return_url])
  })

  it('a card that comes later is sent to the bank then', async () => {
    const { id } = await pay({ auth: { status: 'request' }, return_url })
    const changed = await client.patch(path + id, { card: challengedCard })
    assert.deepEqual([changed.method, changed.status], ['card', null])
    assert.equal(changed.auth.status, 'available')
    assert.match(changed.auth.redirect_url, /^https:\/\/3ds\./)
  })

  it('[B57] a session of six hours is over, the payment undecided', async () => {
    const { id } = await pay({ auth: { return_url }, card: challengedCard })
    await server.advance(6 * hour_ms - 60_000)
    assert.equal((await client.get(path + id)).auth.status, 'available')
    await server.advance(60_000)
    const late = await client.get(path + id)
    assert.deepEqual([late.auth.status, late.status], ['expired', null])
  })
})
