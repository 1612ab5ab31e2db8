import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { payIntent } from '../../../src/intents/pay-intent.ts'
import { settleAuthentication } from '../../../src/payments/settle-authentication.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, faultOf, ok } from './answers.ts'
import { approvedCard, type Client, challengedCard, clientOf, goodIban } from './objects.ts'

let server: TestServer
let client: Client
let card: Json
let challenged: Json
let sepa: Json
let customer: Json
before(async () => {
  server = await startServer()
  client = clientOf(server)
  card = await client.post('/v2/cards/', approvedCard)
  challenged = await client.post('/v2/cards/', challengedCard)
  sepa = await client.post('/v2/sepa/', { name: 'Zoé', iban: goodIban })
  customer = await client.post('/v2/customers/', { email: 'i@example.com' })
})
after(() => server.close())

const post = (body: unknown) => client.call('POST', '/v2/payment_intents/', { body })
const created = async (body: unknown): Promise<Json> => ok(await post(body))
const patch = (id: string, body: unknown) =>
  client.call('PATCH', `/v2/payment_intents/${id}`, { body })
const read = (id: string) => client.get(`/v2/payment_intents/${id}`)
const cancel = (id: string) => client.call('DELETE', `/v2/payment_intents/${id}`)
const capture = (id: string, body?: unknown) =>
  client.call('POST', `/v2/payment_intents/${id}/capture`, { body })
const paymentsOf = async (id: string): Promise<Json[]> =>
  (await client.get(`/v2/payment_intents/${id}/payments`)).payments
const count = async () => (await client.get('/v2/payments/')).range.count
const auth_return_url = 'https://pay.example/page'
const pay = (id: string, method: { method: 'card' | 'sepa'; id: string }) =>
  payIntent(server.ctx(), { id, method, auth_return_url })

describe('a new intent', () => {
  it('[B64] has the published defaults and the address of its page', async () => {
    const made = await created({ amount: 300 })
    assert.match(made.id, /^pi_[a-zA-Z0-9]{24}$/)
    assert.equal(made.id.length, 27)
    const { id, created_at, ...fields } = made
    assert.ok(Number.isInteger(created_at))
    assert.deepEqual(fields, {
      amount: 300,
      currency: 'eur',
      capture: true,
      threeds: 'required',
      methods_allowed: ['card', 'sepa'],
      status: 'require_payment_method',
      url: `${server.url}/test_${id}`,
      origin: 1,
      card: null,
      sepa: null,
      customer: null,
      payment: null,
      date_settlement: null,
      description: null,
      metadata: null,
      order_id: null,
      unique_id: null,
      return_url: null,
      billing_address: null,
      shipping_address: null,
    })
    assert.deepEqual(await read(id), made)
  })

  it('[B65] with a method waits for the payer: nothing is charged', async () => {
    const before = await count()
    const made = await created({ amount: 300, card: card.id, customer: customer.id })
    const { status, payment } = made
    assert.deepEqual([status, payment], ['require_authentication', null])
    assert.deepEqual([made.card, made.customer], [card.id, customer.id])
    const bySepa = await created({ amount: 300, sepa: sepa.id })
    assert.deepEqual([bySepa.status, bySepa.sepa], ['require_authentication', sepa.id])
    const later = await created({ amount: 300 })
    const changed = ok(await patch(later.id, { card: card.id }))
    assert.deepEqual([changed.status, changed.card], ['require_authentication', card.id])
    assert.equal(await count(), before)
  })

  it('[B66] of nothing is taken, to keep a card', async () => {
    const made = await created({ amount: 0, capture: false })
    assert.deepEqual([made.amount, made.capture], [0, false])
  })

  it('without 3-D Secure waits for a method, and is charged at once with one', async () => {
    const waiting = await created({ amount: 300, threeds: 'none' })
    assert.equal(waiting.status, 'require_payment_method')
    const captured = await created({ amount: 300, threeds: 'none', card: card.id })
    assert.equal(captured.status, 'captured')
    const [payment, ...others] = await paymentsOf(captured.id)
    assert.deepEqual(others, [])
    assert.deepEqual(
      [payment.id, payment.status, payment.amount, payment.payment_intent],
      [captured.payment, 'to_capture', 300, captured.id],
    )
    assert.deepEqual(await client.get(`/v2/payments/${captured.payment}`), payment)
    const held = await created({ amount: 1, threeds: 'none', capture: false, card: card.id })
    assert.equal(held.status, 'authorized')
    assert.deepEqual(await read(held.id), held)
  })

  it('whose card is refused asks for another method, and shows the try', async () => {
    const refused = await client.post('/v2/cards/', { ...approvedCard, number: '4000000000009995' })
    const made = await created({ amount: 300, threeds: 'none', card: refused.id })
    assert.deepEqual([made.status, made.payment], ['require_payment_method', null])
    const [payment] = await paymentsOf(made.id)
    assert.deepEqual([payment.status, payment.response], ['refused', '51'])
    const paid = ok(await patch(made.id, { card: card.id }))
    assert.equal(paid.status, 'captured')
    assert.equal((await paymentsOf(made.id)).length, 2)
  })

  it('keeps every member, and shows it as sent', async () => {
    const fields = {
      amount: 4_294_967_295,
      currency: 'chf',
      description: 'Trois cafés',
      order_id: 'o'.repeat(36),
      unique_id: 'every-member',
      return_url: 'https://shop.example/back?a=1#top',
      methods_allowed: ['card'],
      metadata: { cart: [1, { deep: null }] },
      threeds: 'none',
      capture: false,
      date_settlement: '2030-01-31',
    }
    const made = await created(fields)
    for (const [name, value] of Object.entries(fields)) assert.deepEqual(made[name], value, name)
    assert.deepEqual(await read(made.id), made)
  })

  it('[B49] with the unique id of another is refused with its id', async () => {
    const made = await created({ amount: 100, unique_id: 'once' })
    const text = `Payment intent already exists, duplicate unique_id (${made.id})`
    assertRefused(await post({ amount: 1, unique_id: 'once' }), 409, text)
    const body = { amount: 100, unique_id: 'race', threeds: 'none', card: card.id }
    const before = await count()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(body)))
    const [first, ...more] = answers.filter((it) => it.status === 200)
    assert.deepEqual(more, [])
    const raced = `Payment intent already exists, duplicate unique_id (${first?.body.id})`
    for (const it of answers) if (it.status !== 200) assertRefused(it, 409, raced)
    assert.equal(await count(), before + 1)
  })

  it('names only what is there, and a method that it takes', async () => {
    const nothing = '0'.repeat(24)
    const named = [
      ['card', 'Card', `card_${nothing}`],
      ['sepa', 'SEPA', `sepa_${nothing}`],
      ['customer', 'Customer', `cust_${nothing}`],
      ['shipping_address', 'Address', `addr_${nothing}`],
    ] as const
    const { id } = await created({ amount: 1 })
    for (const [member, label, missing] of named) {
      const text = `${label} \`${missing}\` not found`
      assertRefused(await post({ amount: 1, [member]: missing }), 404, text)
      assertRefused(await patch(id, { [member]: missing }), 404, text)
    }
    const onlySepa = { amount: 1, card: card.id, methods_allowed: ['sepa'] }
    assertInvalid(await post(onlySepa), ['body', 'card'])
    assertInvalid(await post({ amount: 1, sepa: sepa.id, currency: 'usd' }), ['body', 'currency'])
    assertInvalid(await patch(id, { sepa: sepa.id, currency: 'usd' }), ['body', 'currency'])
  })
})

describe('a change of an intent', () => {
  it('[B67] has no status: it is canceled by its deletion, and a captured one is not', async () => {
    const { id } = await created({ amount: 300 })
    assertInvalid(await patch(id, { status: 'canceled' }), ['body', 'status'])
    assertInvalid(await patch(id, { unique_id: 'later' }), ['body', 'unique_id'])
    const canceled = ok(await cancel(id))
    assert.equal(canceled.status, 'canceled')
    assert.deepEqual(await read(id), canceled)
    const paid = await created({ amount: 300, threeds: 'none', card: card.id })
    for (const over of [id, paid.id]) {
      const before = await read(over)
      assertInvalid(await cancel(over), ['body', '__root__'])
      assertInvalid(await patch(over, { amount: 1 }), ['body', '__root__'])
      assert.deepEqual(await read(over), before)
    }
  })

  it('changes what is sent and nothing else', async () => {
    const made = await created({ amount: 300, order_id: 'a', metadata: { a: 1 } })
    const fields = {
      amount: 301,
      currency: 'usd',
      order_id: 'b',
      description: 'New',
      return_url: `https://shop.example/${made.id}`,
      metadata: [],
      capture: false,
    }
    const changed = ok(await patch(made.id, fields))
    assert.deepEqual(changed, { ...made, ...fields })
    assert.deepEqual(await read(made.id), changed)
    assert.deepEqual(ok(await patch(made.id, {})), changed)
  })

  it('of an authorized one may lower the amount, and fixes what the bank agreed to', async () => {
    const { id } = await created({ amount: 300, threeds: 'none', capture: false, card: card.id })
    const fixed = { currency: 'usd', card: challenged.id, threeds: 'required', capture: true }
    for (const [name, value] of Object.entries(fixed)) {
      assertInvalid(await patch(id, { [name]: value }), ['body', name])
    }
    assertInvalid(await patch(id, { amount: 301 }), ['body', 'amount'])
    const lower = ok(await patch(id, { amount: 200, order_id: 'c' }))
    assert.deepEqual([lower.amount, lower.order_id, lower.status], [200, 'c', 'authorized'])
    const captured = ok(await capture(id))
    const payment = await client.get(`/v2/payments/${captured.payment}`)
    assert.deepEqual(
      [captured.status, payment.status, payment.amount],
      ['captured', 'to_capture', 200],
    )
  })

  it('to another method takes the place of the first', async () => {
    const made = await created({ amount: 300, card: card.id })
    const changed = ok(await patch(made.id, { sepa: sepa.id }))
    assert.deepEqual([changed.card, changed.sepa], [null, sepa.id])
    const paid = ok(await patch(made.id, { threeds: 'none' }))
    assert.deepEqual([paid.status, paid.card, paid.sepa], ['captured', null, sepa.id])
    assert.equal((await client.get(`/v2/payments/${paid.payment}`)).method, 'sepa')
  })

  it('that gives the refused card once more tries it once more', async () => {
    const refused = await client.post('/v2/cards/', { ...approvedCard, number: '4000000000009987' })
    const made = await created({ amount: 300, threeds: 'none', card: refused.id })
    ok(await patch(made.id, { order_id: 'no try' }))
    assert.equal((await paymentsOf(made.id)).length, 1)
    const again = ok(await patch(made.id, { card: refused.id }))
    assert.equal(again.status, 'require_payment_method')
    assert.equal((await paymentsOf(made.id)).length, 2)
  })

  it('that gives a card twenty times at once charges it once', async () => {
    const { id } = await created({ amount: 300, threeds: 'none' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => patch(id, { card: card.id })),
    )
    assert.equal(answers.filter((it) => it.status === 200).length, 1)
    for (const it of answers) if (it.status !== 200) assert.equal(it.status, 422)
    assert.equal((await paymentsOf(id)).length, 1)
  })

  it('by its cancellation and capture at once ends in one, as its payment does', async () => {
    for (let times = 0; times < 5; times++) {
      const made = await created({ amount: 300, threeds: 'none', capture: false, card: card.id })
      await Promise.all([cancel(made.id), capture(made.id)])
      const { status } = await read(made.id)
      const payment = (await client.get(`/v2/payments/${made.payment}`)).status
      assert.ok(['captured to_capture', 'canceled canceled'].includes(`${status} ${payment}`))
    }
  })

  it('by its cancellation frees what the bank agreed to', async () => {
    const made = await created({ amount: 300, threeds: 'none', capture: false, card: card.id })
    assert.equal(ok(await cancel(made.id)).status, 'canceled')
    assert.equal((await client.get(`/v2/payments/${made.payment}`)).status, 'canceled')
  })
})

describe('the payer of an intent', () => {
  it('pays after 3-D Secure: the intent names the payment and its card', async () => {
    const { id } = await created({ amount: 300 })
    const { payment, authentication } = await pay(id, { method: 'card', id: challenged.id })
    assert.equal((await read(id)).status, 'require_authentication')
    assert.ok(authentication)
    await settleAuthentication(server.ctx(), { id: authentication.id, result: 'succeed' })
    const paid = await read(id)
    assert.deepEqual(
      [paid.status, paid.payment, paid.card],
      ['captured', payment.id, challenged.id],
    )
    const shown = await client.get(`/v2/payments/${payment.id}`)
    assert.deepEqual(
      [shown.status, shown.auth.status, shown.auth.return_url],
      ['to_capture', 'success', auth_return_url],
    )
  })

  it('in two tabs pays once, whichever bank answers first', async () => {
    const { id } = await created({ amount: 300 })
    const method = { method: 'card', id: challenged.id } as const
    const tries = await Promise.all([pay(id, method), pay(id, method)])
    const settled = await Promise.allSettled(
      tries.map(({ authentication }) =>
        settleAuthentication(server.ctx(), { id: authentication?.id ?? '', result: 'succeed' }),
      ),
    )
    const paid = await read(id)
    assert.equal(paid.status, 'captured')
    const accepted = (await paymentsOf(id)).filter((it) => it.status === 'to_capture')
    assert.deepEqual(
      accepted.map((it) => it.id),
      [paid.payment],
    )
    // The other is told no, or nothing happened: it is not a failure.
    for (const it of settled) {
      if (it.status === 'rejected') assert.equal(it.reason.code, 'illegal_transition')
    }
  })

  it('does not pay a price that changed meanwhile', async () => {
    const { id } = await created({ amount: 300 })
    const { payment, authentication } = await pay(id, { method: 'card', id: challenged.id })
    ok(await patch(id, { amount: 1 }))
    const asked = { id: authentication?.id ?? '', result: 'succeed' } as const
    await settleAuthentication(server.ctx(), asked).catch((error) => {
      assert.equal(error.code, 'illegal_transition')
    })
    assert.notEqual((await read(id)).status, 'captured')
    assert.notEqual((await client.get(`/v2/payments/${payment.id}`)).status, 'to_capture')
  })

  it('does not pay what was canceled meanwhile', async () => {
    const { id } = await created({ amount: 300 })
    const { payment, authentication } = await pay(id, { method: 'card', id: challenged.id })
    ok(await cancel(id))
    const asked = { id: authentication?.id ?? '', result: 'succeed' } as const
    await settleAuthentication(server.ctx(), asked).catch((error) => {
      assert.equal(error.code, 'illegal_transition')
    })
    assert.equal((await read(id)).status, 'canceled')
    assert.notEqual((await client.get(`/v2/payments/${payment.id}`)).status, 'to_capture')
  })

  it('who is declined tries again, until the intent is unpaid for good', async () => {
    const { id } = await created({ amount: 300 })
    const refused = await client.post('/v2/cards/', { ...approvedCard, number: '4000000000000002' })
    let tries = 0
    while ((await read(id)).status === 'require_payment_method' && tries < 50) {
      const { authentication } = await pay(id, { method: 'card', id: refused.id })
      const asked = { id: authentication?.id ?? '', result: 'decline' } as const
      await settleAuthentication(server.ctx(), asked)
      tries++
    }
    assert.equal((await read(id)).status, 'unpaid')
    assert.equal(tries, 10)
    await assert.rejects(pay(id, { method: 'card', id: card.id }), { code: 'illegal_transition' })
    assertInvalid(await patch(id, { amount: 1 }), ['body', '__root__'])
    const list = await client.get(`/v2/payment_intents/${id}/payments?limit=3&start=8`)
    const range = { start: 8, end: 10, limit: 3, count: 10, has_more: false }
    assert.deepEqual([list.range, list.payments.length], [range, 2])
  })
})

describe('lists of intents', () => {
  const idsOf = (list: Json) => list.payment_intents.map((it: { id: string }) => it.id)

  it('[B53] are the newest first unless asked otherwise, and filter exactly', async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n++) ids.push((await created({ amount: n, order_id: 'order' })).id)
    const list = async (query: string) => idsOf(await client.get(`/v2/payment_intents/?${query}`))
    assert.deepEqual(await list('order_id=order'), [...ids].reverse())
    assert.deepEqual(await list('order_id=order&order=asc'), ids)
    assert.deepEqual(await list('order_id=unknown'), [])
    const one = await created({ amount: 1, card: challenged.id, order_id: 'by-card' })
    assert.deepEqual(await list(`order_id=by-card&card=${challenged.id}`), [one.id])
    assert.deepEqual(await list(`order_id=by-card&card=${card.id}`), [])
    assert.deepEqual(await list(`order_id=by-card&sepa=${sepa.id}`), [])
  })

  it('by due day hold those with one, the soonest first when asked', async () => {
    const late = await created({ amount: 1, order_id: 'due', date_settlement: '2031-12-31' })
    const soon = await created({ amount: 1, order_id: 'due', date_settlement: '2031-01-01' })
    await created({ amount: 1, order_id: 'due' })
    const list = await client.get('/v2/payment_intents/?order_id=due&field=due&order=asc')
    assert.deepEqual([idsOf(list), list.range.count], [[soon.id, late.id], 2])
  })

  it('[B54] from a moment on give those made at that second or later', async () => {
    await server.advance(3600_000)
    const one = await created({ amount: 1 })
    const list = async (since: number | string) =>
      idsOf(await client.get(`/v2/payment_intents/?created=${since}`))
    assert.deepEqual(await list(one.created_at), [one.id])
    assert.deepEqual(await list(new Date(one.created_at * 1000).toISOString()), [one.id])
    assert.deepEqual(await list(one.created_at + 1), [])
  })

  it('of a customer hold its intents only', async () => {
    const other = await client.post('/v2/customers/', { email: 'other@example.com' })
    const one = await created({ amount: 1, customer: other.id })
    const list = await client.get(`/v2/customers/${other.id}/payment_intents`)
    assert.deepEqual([list.range.count, list.payment_intents], [1, [one]])
  })

  it('of refunds and disputes are empty pages of a known intent', async () => {
    const { id } = await created({ amount: 1 })
    for (const name of ['refunds', 'disputes']) {
      const range = { start: 2, end: 2, limit: 5, count: 0, has_more: false }
      const list = await client.get(`/v2/payment_intents/${id}/${name}?start=2&limit=5`)
      assert.deepEqual(list, { range, [name]: [] })
    }
    const missing = `pi_${'0'.repeat(24)}`
    const answer = await client.call('GET', `/v2/payment_intents/${missing}/payments`)
    assertRefused(answer, 404, `Payment intent \`${missing}\` not found`)
    assert.equal(faultOf(await client.call('GET', '/v2/payment_intents/pi_1')).loc[0], 'path')
  })
})
