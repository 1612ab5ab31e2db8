import assert from 'node:assert/strict'
import { attemptAuthentication } from '../src/authentications/attempt-authentication.ts'
import { settleAuthentication } from '../src/payments/settle-authentication.ts'
import type { Json, TestServer } from './harness.ts'

const cardOf = (number: string) => ({ number, exp_month: 12, exp_year: 2090, cvc: '123' })
export const numbers = {
  accepted: '4242424242424242',
  captured: '4000000000000077',
  disputed: '4000000000000259',
  lost: '4000000000009987',
  challenged: '4000000400000008',
} as const
export const iban = 'FR1420041010050500013M02606'
const disputedIban = 'BE08510007547063'

/** A merchant with a stopped clock, who does all that can be done. */
class Mover {
  readonly #server: TestServer
  constructor(server: TestServer) {
    this.#server = server
  }

  async post(path: string, body: unknown = {}): Promise<Json> {
    const answer = await this.#server.call('POST', path, { body })
    assert.equal(answer.status, 200, `${path} ${answer.text}`)
    return answer.body
  }

  pay(amount: number, number: string, more: object = {}): Promise<Json> {
    return this.post('/v2/payments/', { amount, card: cardOf(number), ...more })
  }

  refund(payment: Json, amount?: number): Promise<Json> {
    return this.post('/v2/refunds/', { payment: payment.id, ...(amount && { amount }) })
  }

  dispute(payment: Json, more: object = {}): Promise<Json> {
    return this.post(`/v2/sandbox/payments/${payment.id}/dispute`, { response: '4837', ...more })
  }

  answer(dispute: Json, text: string, more: object = {}): Promise<Json> {
    return this.post(`/v2/disputes/${dispute.id}/evidence`, { text, ...more })
  }

  async later(advance: string): Promise<void> {
    await this.post('/v2/sandbox/clock', { advance })
  }

  async remove(path: string): Promise<void> {
    await this.#server.call('DELETE', path)
  }

  /** A challenge of this payment that the payer has passed. */
  async pass({ auth }: Json): Promise<void> {
    const whose = { id: auth.uuid }
    await attemptAuthentication(this.#server.ctx(), whose)
    await settleAuthentication(this.#server.ctx(), { ...whose, result: 'succeed' })
  }
}

/** The first Monday of next June, in the forenoon: no holiday and no summer time comes near. */
export function quietMonday(): Date {
  const june = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 5, 1, 9))
  return new Date(june.getTime() + ((8 - june.getUTCDay()) % 7) * 24 * 3600 * 1000)
}

/** Stops the clock of test mode at this moment. */
export async function stopClock(server: TestServer, to: Date): Promise<void> {
  const body = { to: to.toISOString(), frozen: true }
  const answer = await server.call('POST', '/v2/sandbox/clock', { body })
  assert.equal(answer.status, 200, answer.text)
}

/** Customers, cards, sessions, intents: what there is before money moves. */
async function makeKept(shop: Mover): Promise<{ customer: Json; card: Json }> {
  const address = {
    city: 'Paris',
    country: 'FR',
    zip_code: '75001',
    metadata: { floor: [3, null] },
  }
  const { id: billing_address } = await shop.post('/v2/addresses/', address)
  const gone = await shop.post('/v2/addresses/', { ...address, city: 'Lyon' })
  await shop.remove(`/v2/addresses/${gone.id}`)
  const customer = await shop.post('/v2/customers/', {
    email: 'zoé@example.com',
    name: 'Zoé',
    external_id: 'z-1',
    date_birth: '1990-02-28',
    billing_address,
  })
  const left = await shop.post('/v2/customers/', { email: 'left@example.com' })
  const paid = { order_id: 'A-1', unique_id: 'u-1', customer: left.id }
  await shop.pay(1250, numbers.captured, paid)
  await shop.remove(`/v2/customers/${left.id}`)
  const auth = { auth: true, return_url: 'https://shop.example/back' }
  await shop.post('/v2/payments/', { amount: 77, ...auth })
  await shop.pay(78, numbers.challenged, auth)
  await shop.pass(await shop.pay(79, numbers.challenged, auth))
  const intent = { amount: 300, metadata: { a: [1, 'é'] }, unique_id: 'i-1' }
  await shop.post('/v2/payment_intents/', intent)
  const card = await shop.post('/v2/cards/', cardOf('5555555555554444'))
  const kept = { amount: 300, card: card.id }
  await shop.post('/v2/payment_intents/', { ...kept, threeds: 'none', capture: false })
  await shop.post('/v2/payment_intents/', { ...kept, customer: customer.id })
  await shop.post('/v2/payment_intents/', { ...kept, threeds: 'none' })
  return { customer, card }
}

/** Money that has come to rest: captured, refunded, disputed to an end, disbursed, paid out. */
async function makePast(shop: Mover, card: Json): Promise<void> {
  const sepa = { name: 'Pierre Martin', mandate: 'M-1', date_mandate: '2026-01-02' }
  await shop.post('/v2/payments/', { amount: 900, sepa: { ...sepa, iban } })
  await shop.post('/v2/payments/', { amount: 901, sepa: { ...sepa, iban: disputedIban } })
  await shop.pay(400, numbers.lost, { device: { ip: '::1' } })
  await shop.pay(0, numbers.accepted, { capture: false })
  await shop.refund(await shop.pay(600, numbers.accepted))
  const all = await Promise.all(
    Array.from({ length: 6 }, (_, n) => shop.pay(2000 + n, numbers.captured)),
  )
  const [one, two, three, four, five, six] = all as [Json, Json, Json, Json, Json, Json]
  await shop.pay(700, numbers.disputed, { order_id: 'late' })
  for (const amount of [400, 500]) await shop.refund(one, amount)
  await shop.refund(two)
  const returned = await shop.refund(three, 300)
  const ordered = { card: card.id, amount: 250 }
  await shop.post('/v2/disbursements/', ordered)
  const unpaid = await shop.post('/v2/disbursements/', { ...ordered, amount: 260 })
  const lost = await shop.post('/v2/cards/', cardOf(numbers.lost))
  await shop.post('/v2/disbursements/', { ...ordered, card: lost.id })
  const won = await shop.dispute(four, { amount: 1500 })
  await shop.answer(won, 'a receipt', { submit: false })
  const content = Buffer.from('signed by the payer\n').toString('base64')
  await shop.answer(won, 'a signed receipt', {
    files: [{ name: 'receipt.txt', type: 'text/plain', content }],
  })
  await shop.answer(await shop.dispute(five), 'we lose')
  await shop.post(`/v2/disputes/${(await shop.dispute(six)).id}/accept`)
  await shop.later('PT14H')
  await shop.post(`/v2/sandbox/refunds/${returned.id}/dishonor`)
  await shop.post(`/v2/sandbox/disbursements/${unpaid.id}/dishonor`)
  // To the forenoon again, and until every dispute has ended.
  await shop.later('P20DT10H')
  // What was won is refunded and disputed anew, long after it was paid out.
  await shop.refund(four, 100)
  await shop.answer(await shop.dispute(four), 'once more')
}

/** Money that is on its way in each of the ways that there are. */
async function makeUnderWay(shop: Mover, card: Json): Promise<void> {
  // Enough for the payout of the next days to be paid.
  const captured = await shop.pay(90_000, numbers.captured)
  const ordered = { card: card.id, amount: 310 }
  await shop.later('P1D')
  await shop.pay(3100, numbers.accepted)
  await shop.refund(captured, 100)
  await shop.post('/v2/disbursements/', ordered)
  await shop.post('/v2/disbursements/', { ...ordered, amount: 5000, currency: 'usd' })
  await shop.answer(await shop.dispute(await shop.pay(3200, numbers.captured)), 'judged')
  // Over the payout, so that dollars are carried over, and over the cut-off.
  await shop.later('P1D')
  await shop.later('PT5H')
  await shop.pay(3300, numbers.accepted)
  await shop.pay(3400, numbers.accepted, { capture: false })
  await shop.refund(captured, 110)
  await shop.post('/v2/disbursements/', { ...ordered, amount: 320 })
  await shop.later('PT9H')
  const [waiting, fast, open, sent] = [
    await shop.pay(3500, numbers.captured),
    await shop.pay(3600, numbers.captured),
    await shop.pay(3700, numbers.captured),
    await shop.pay(3800, numbers.captured),
  ]
  await shop.pay(3900, numbers.accepted)
  await shop.refund(waiting, 120)
  await shop.post('/v2/disbursements/', { ...ordered, amount: 330 })
  await shop.post('/v2/payouts/', { payments: [fast.id], status: 'to_pay', description: 'fast' })
  const back = await shop.post('/v2/payouts/', { payments: [open.id], status: 'to_pay' })
  await shop.post(`/v2/sandbox/payouts/${back.id}/fail`)
  await shop.answer(await shop.dispute(open), 'a draft', { submit: false })
  await shop.answer(await shop.dispute(sent), 'just sent')
  await shop.pay(4000, numbers.disputed)
}

/** A shop on its own clock, with an object of each kind in each status that the sandbox reaches. */
export async function makeShop(server: TestServer, from: Date): Promise<void> {
  const shop = new Mover(server)
  await stopClock(server, from)
  const { card } = await makeKept(shop)
  await makePast(shop, card)
  await makeUnderWay(shop, card)
}
