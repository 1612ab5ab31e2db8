import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isBusinessDay } from '@obole/sepa/target-calendar.js'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { later } from '../../src/kernel/time.ts'
import { type Json, startServer, type TestServer } from '../harness.ts'

const hour_ms = 3600 * 1000
const day_ms = 24 * hour_ms
/** So long before or after an instant is looked: real time goes on meanwhile. */
const margin_ms = 10 * 60_000

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

async function call(method: string, path: string, body?: unknown, status = 200): Promise<Json> {
  const answer = await server.call(method, path, { body })
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`)
  return answer.body
}

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * day_ms).toISOString().slice(0, 10)

/** The Wednesday before the next Easter, when banks are closed from Friday to Monday. */
function wednesday(now: Date): string {
  let day = dayAfter(now.toISOString().slice(0, 10), 1)
  const isClosed = (days: number) => !isBusinessDay(dayAfter(day, days))
  while (isClosed(0) || isClosed(1) || ![2, 3, 4, 5].every(isClosed)) day = dayAfter(day, 1)
  return day
}

/** The instants of the story. Each morning is at ten, each night at the cut-off. */
function week() {
  const { payoutAfter, cutoffAfter, bookingAfter } = server.services.bankDays
  const wed = wednesday(server.clock.now())
  const morning = payoutAfter(new Date(wed))
  const night = (days: number) => cutoffAfter(later(morning, days * day_ms))
  return { wed, tue: dayAfter(wed, 6), morning, night, booking: bookingAfter }
}

const come = (at: Date): Promise<void> =>
  server.advance(at.getTime() - server.clock.now().getTime())

const card = (number: string) => ({ number, exp_month: 12, exp_year: 2030 })
const approved = card('4242424242424242')
const price = { amount: 1337, currency: 'eur' }

/** What the merchant began on Wednesday morning: name → payment. */
async function begun(): Promise<Record<string, string>> {
  const v1 = async (more: object) => (await call('POST', '/v1/checkout/', { ...price, ...more })).id
  const v2 = async (more: object) => (await call('POST', '/v2/payments/', { ...price, ...more })).id
  const sepa = { iban: 'DE89370400440532013000', name: 'Zoé' }
  return {
    paid: await v2({ card: approved }),
    debit: await v1({ sepa }),
    held: await v1({ card: approved, capture: false }),
    forgotten: await v2({ card: approved, capture: false }),
    returned: await v1({ card: approved }),
    credited: await v1({ card: card('4000000000000077') }),
    contested: await v2({ card: card('4000000000000259') }),
    abandoned: await v2({ card: card('4000002760000016'), auth: true }),
  }
}

describe('a week of payments over Easter', () => {
  it('ends each as published, in both versions, at the hours of the bank', async () => {
    const { wed, tue, morning, night, booking } = week()
    await come(morning)
    const payments = await begun()
    const { id: kept } = await call('POST', '/v2/cards/', approved)
    const order = { amount: 1337, threeds: 'none', capture: false, card: kept }
    const intent = await call('POST', '/v2/payment_intents/', order)
    const other = await call('POST', '/v2/payment_intents/', { ...order, capture: true })
    Object.assign(payments, { of_intent: intent.payment, of_other: other.payment })

    const read = (name: string) => call('GET', `/v2/payments/${payments[name]}`)
    const stands = async (expected: Record<string, string | null>): Promise<void> => {
      const found: Record<string, string | null> = {}
      for (const [name, id] of Object.entries(payments)) {
        const { status } = await read(name)
        assert.equal((await call('GET', `/v1/checkout/${id}`)).status, status, name)
        found[name] = status
      }
      assert.deepEqual(found, expected)
    }
    const intents = async (...expected: string[]): Promise<void> => {
      const states = [intent, other].map(({ id }) => call('GET', `/v2/payment_intents/${id}`))
      assert.deepEqual(
        (await Promise.all(states)).map(({ status }) => status),
        expected,
      )
    }

    const start = {
      paid: 'to_capture',
      debit: 'to_capture',
      held: 'authorized',
      forgotten: 'authorized',
      returned: 'to_capture',
      credited: 'captured',
      contested: 'disputed',
      abandoned: null,
      of_intent: 'authorized',
      of_other: 'to_capture',
    }
    await stands(start)
    await intents('authorized', 'captured')

    // The payer never came back from the bank: the session ends, and may be begun again.
    await come(later(morning, 6 * hour_ms - margin_ms))
    assert.equal((await read('abandoned')).auth.status, 'available')
    await come(later(morning, 6 * hour_ms + margin_ms))
    assert.equal((await read('abandoned')).auth.status, 'expired')

    // Before the first cut-off two think better of it; one at the price of an intent.
    for (const id of [payments.returned, other.payment]) {
      assert.equal((await call('POST', '/v1/refunds/', { payment: id })).status, 'payment_canceled')
    }
    await intents('authorized', 'canceled')

    await come(night(0))
    const sent = {
      ...start,
      paid: 'capture_sent',
      debit: 'capture_sent',
      returned: 'canceled',
      of_other: 'canceled',
    }
    await stands(sent)
    await call('PATCH', `/v2/payments/${payments.paid}`, { amount: 1 }, 422)
    await call('PATCH', `/v1/checkout/${payments.debit}`, { amount: 1 }, 409)

    // Thursday: what was sent yesterday is booked; a part of another is captured for today's
    // cut-off.
    await come(booking(night(0)))
    const thursday = { ...sent, paid: 'captured', debit: 'captured' }
    await stands(thursday)
    await come(later(night(1), -margin_ms))
    await call('POST', `/v1/checkout/${payments.held}/capture`, { id: payments.held, amount: 150 })
    await stands({ ...thursday, held: 'to_capture' })
    await come(night(1))
    await stands({ ...thursday, held: 'capture_sent' })

    // A moment later the intent is captured: that is for the cut-off of Friday, a holiday.
    await come(later(night(1), margin_ms))
    await call('POST', `/v2/payment_intents/${intent.id}/capture`, { id: intent.id })
    await intents('captured', 'canceled')
    await call('DELETE', `/v2/payment_intents/${intent.id}`, undefined, 422)
    await come(later(night(2), -margin_ms))
    const friday = { ...thursday, held: 'capture_sent', of_intent: 'to_capture' }
    await stands(friday)
    await come(night(2))
    await stands({ ...friday, of_intent: 'capture_sent' })

    // Nothing is booked until banks open again.
    for (const days of [3, 4, 5]) await come(night(days))
    await come(later(booking(night(1)), -margin_ms))
    await stands({ ...friday, of_intent: 'capture_sent' })
    await come(booking(night(1)))
    const booked = { ...friday, held: 'captured', of_intent: 'captured' }
    await stands(booked)

    // Seven days after its authorization nobody has captured the last one.
    await come(later(morning, 7 * day_ms - margin_ms))
    await stands(booked)
    await come(later(morning, 7 * day_ms + margin_ms))
    await stands({ ...booked, forgotten: 'expired' })
    await intents('captured', 'canceled')

    const days = async (name: string) => {
      const { amount, fee, date_bank, date_settlement } = await read(name)
      return [amount, fee, date_bank, date_settlement]
    }
    const thu = dayAfter(wed, 1)
    assert.deepEqual(await days('paid'), [1337, 21, thu, thu])
    assert.deepEqual(await days('debit'), [1337, 25, thu, thu])
    assert.deepEqual(await days('held'), [150, 13, tue, tue])
    assert.deepEqual(await days('of_intent'), [1337, 21, tue, tue])
    assert.deepEqual(await days('contested'), [1337, 21, wed, thu])
    assert.deepEqual(await days('forgotten'), [1337, 21, null, null])
    assert.deepEqual(await days('returned'), [1337, 21, null, null])
    assert.deepEqual(await days('abandoned'), [1337, null, null, null])
    const v1 = await call('GET', `/v1/checkout/${payments.held}`)
    assert.deepEqual([v1.amount, v1.fee, v1.date_bank], [150, 13, Date.parse(tue) / 1000])
  })

  it('keeps a day of settlement that the merchant has chosen', async () => {
    const body = { ...price, card: approved, date_settlement: '2031-01-31' }
    const { id } = await call('POST', '/v2/payments/', body)
    const { cutoffAfter, bookingAfter } = server.services.bankDays
    await come(cutoffAfter(server.clock.now()))
    await come(bookingAfter(server.clock.now()))
    const { status, date_settlement } = await call('GET', `/v2/payments/${id}`)
    assert.deepEqual([status, date_settlement], ['captured', '2031-01-31'])
  })

  it('leaves every invariant whole', async () => {
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })
})
