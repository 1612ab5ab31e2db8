import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setPricing } from '../../src/accounts/set-pricing.ts'
import { findAccount } from '../../src/accounts/store.ts'
import { trialBalance } from '../../src/ledger/balances.ts'
import { type Json, type Merchant, startServer, type TestServer } from '../harness.ts'
import { Shop } from './shop.ts'

let server: TestServer
let merchant: Merchant
let shop: Shop
before(async () => {
  server = await startServer()
})
after(() => server.close())

/** A shop of its own for each story, with a clock that stands. */
async function openShop(instant: string): Promise<void> {
  merchant = await server.newMerchant()
  shop = new Shop(server, merchant)
  await shop.comesTo(instant)
}

const cardOf = (number: string) => ({ number, exp_month: 12, exp_year: 2040 })
const approved = cardOf('4242424242424242')
const credited = cardOf('4000000000000077')
const debited = {
  iban: 'DE89370400440532013000',
  name: 'A payer',
  mandate: 'M-1',
  date_mandate: '2035-01-01',
}

const pay = async (amount: number, more: object = { card: credited }): Promise<string> =>
  (await shop.ask('payment', '/v2/payments/', { body: { amount, ...more } })).body.id
const payOut = async (body: object): Promise<Json> =>
  (await shop.ask('payout', '/v2/payouts/', { body })).body
const contest = async (payment: string, amount: number): Promise<string> => {
  const body = { response: '45', amount }
  return (await shop.ask('dispute', `/v2/sandbox/payments/${payment}/dispute`, { body })).body.id
}
/** The oldest first. */
const payouts = async (): Promise<Json[]> => (await shop.list('/v2/payouts/', 'payouts')).reverse()

const rowsOf = (sql: string, id: string): Promise<unknown[][]> =>
  server.services.db
    .query<Record<string, unknown>>(sql, [merchant.id, id])
    .then((rows) => rows.map(Object.values))

/** What moved for a payout: its instructions, with their transfers. */
const movesOf = (id: string) =>
  rowsOf(
    `select i.kind, t.debit, t.credit, t.amount::int from instructions i
     join transfers t on t.account = i.account and t.live = i.live and t.instruction = i.id
     where i.account = $1 and i.object_id = $2 order by i.id, t.id`,
    id,
  )

/** What happened to an object, each step at its instant. */
const told = (id: string) =>
  rowsOf(
    `select type, to_char(created at time zone 'UTC', 'MM-DD HH24:MI') from events
     where account = $1 and object_id = $2 order by seq`,
    id,
  )

/** Ledger account → what stands on it in a currency: debits less credits. */
async function balances(currency = 'eur'): Promise<Record<string, bigint>> {
  const rows = await trialBalance(server.ctx(merchant))
  const there = rows.filter((it) => it.currency === currency && it.posted !== 0n)
  return Object.fromEntries(there.map((it) => [it.ledger_account, it.posted]))
}

/**
 * What the merchant's objects come to by the API: captures, less what went back or was contested,
 * less the fees that they tell, and the tax on these.
 */
async function statement(currency: string): Promise<bigint> {
  const of = (list: Json[]): Json[] => list.filter((it) => it.currency === currency)
  const sum = (list: Json[]) => list.reduce((all, it) => all + it.amount, 0)
  const captured = of(await shop.list('/v2/payments/', 'payments')).filter((it) =>
    ['captured', 'disputed'].includes(it.status),
  )
  const refunded = of(await shop.list('/v2/refunds/', 'refunds'))
  const contested = of(await shop.list('/v2/disputes/', 'disputes')).filter(
    ({ status }) => status !== 'won',
  )
  const fees = [...captured, ...of(await shop.list('/v2/disputes/', 'disputes'))].map((it) => {
    // Tax at 20 %, half a cent up.
    return it.fee + Math.floor((it.fee * 2000 + 5000) / 10_000)
  })
  const kept = sum(captured) - sum(refunded) - sum(contested)
  return BigInt(kept - fees.reduce((all, it) => all + it, 0))
}

/** What was paid out and what is left is what the statement says; each payout is its lines. */
async function assertAddsUp(currency = 'eur'): Promise<void> {
  const closed = (await payouts()).filter(
    (it) => it.currency === currency && it.status !== 'pending',
  )
  const paid = closed.reduce((all, it) => all + BigInt(it.amount), 0n)
  const left = -((await balances(currency))['merchant:pending'] ?? 0n)
  assert.equal(paid + left, await statement(currency))
  const off = await server.services.db.query(
    `select p.id from payouts p left join settlement_items i
       on i.account = p.account and i.live = p.live and i.payout = p.id
     where p.account = $1 group by p.account, p.live, p.id
     having sum(i.amount - i.fee - i.vat) <> p.amount or sum(i.fee) <> p.fees
       or sum(i.vat) <> p.fees_vat`,
    [merchant.id],
  )
  assert.deepEqual(off, [])
}

describe('from a payment to the merchant’s bank', () => {
  it('waits for Good Friday and Easter Monday, and for nothing else', async () => {
    await openShop('2035-03-22T12:00:00Z')
    const payment = await pay(10_000, { card: approved })
    await shop.comesTo('2035-03-31T12:00:00Z')
    const [payout, ...none] = await payouts()
    assert.equal(none.length, 0)
    assert.deepEqual((await told(payment)).slice(-2), [
      ['payment.sent', '03-22 21:00'],
      // The clocks were put forward on Easter Sunday.
      ['payment.captured', '03-27 04:00'],
    ])
    assert.deepEqual(await told(payout.id), [
      ['payout.created', '03-27 08:00'],
      ['payout.closed', '03-27 08:00'],
      ['payout.sent', '03-27 20:00'],
      ['payout.paid', '03-28 04:00'],
    ])
    const { amount, date, date_bank } = payout
    assert.deepEqual(
      [amount, date, date_bank],
      [10_000 - 82 - 16, '2035-03-27T20:00:00.000Z', '2035-03-28'],
    )
    await assertAddsUp()
  })

  it('waits for Monday from Friday on, and pays what came over the weekend with it', async () => {
    await openShop('2035-03-02T12:00:00Z')
    await pay(1000, { card: approved })
    await shop.comesTo('2035-03-03T12:00:00Z')
    const [saturday] = [await pay(2000, { card: approved }), await pay(4000)]
    await shop.comesTo('2035-03-04T22:30:00Z')
    // After the cut-off of Sunday: it is booked on Tuesday.
    await pay(8000, { card: approved })
    await shop.comesTo('2035-03-05T12:00:00Z')
    const [monday, ...none] = await payouts()
    assert.equal(none.length, 0)
    assert.deepEqual([monday.payments.amount, monday.status], [7000, 'to_pay'])
    assert.equal((await shop.read(`/v2/payments/${saturday}`)).payout, monday.id)
    await shop.comesTo('2035-03-08T12:00:00Z')
    const [, next, ...more] = await payouts()
    assert.deepEqual([next.payments.amount, next.status, more.length], [8000, 'paid', 0])
    assert.deepEqual((await told(next.id))[0], ['payout.created', '03-06 09:00'])
    await assertAddsUp()
  })

  it('is booked step by step, until our bank owes nobody anything', async () => {
    await openShop('2035-03-01T12:00:00Z')
    await pay(10_000)
    const fees = { 'platform:fees': -82n, 'platform:vat': -16n }
    const receivable = { 'processor:receivable': 10_000n }
    assert.deepEqual(await balances(), { ...receivable, 'merchant:pending': -9902n, ...fees })
    await shop.comesTo('2035-03-02T09:00:00Z')
    const [{ id }] = await payouts()
    const filled = [
      ['settle', 'bank:cash', 'processor:receivable', 10_000],
      ['payout', 'merchant:pending', 'merchant:available', 9902],
      ['payout', 'merchant:available', 'payouts:in_transit', 9902],
    ]
    assert.deepEqual(await movesOf(id), filled)
    const cash = { 'bank:cash': 10_000n }
    assert.deepEqual(await balances(), { ...cash, 'payouts:in_transit': -9902n, ...fees })
    await shop.comesTo('2035-03-02T21:00:00Z')
    assert.deepEqual(await movesOf(id), filled)
    await shop.comesTo('2035-03-05T05:00:00Z')
    const booked = ['book_payout', 'payouts:in_transit', 'bank:cash', 9902]
    assert.deepEqual(await movesOf(id), [...filled, booked])
    // What is left is what the service costs.
    assert.deepEqual(await balances(), { 'bank:cash': 98n, ...fees })
    await assertAddsUp()
  })

  it('comes by card and by direct debit, told apart, each at its own price', async () => {
    await openShop('2035-03-01T12:00:00Z')
    await pay(10_000, { card: approved })
    await pay(20_000, { sepa: debited })
    await pay(5000, { sepa: debited })
    await shop.comesTo('2035-03-02T12:00:00Z')
    const [{ payments, fees, fees_vat, amount }] = await payouts()
    assert.deepEqual(payments.method, {
      card: { amount: 10_000, count: 1, fees: 82 },
      sepa: { amount: 25_000, count: 2, fees: 50 },
    })
    assert.deepEqual([fees, fees_vat, amount], [132, 26, 35_000 - 132 - 26])
    await assertAddsUp()
  })

  it('keeps currencies apart: what one owes, the other does not pay', async () => {
    await openShop('2035-03-01T12:00:00Z')
    const dollars = await pay(1000, { card: credited, currency: 'usd' })
    await contest(dollars, 1000)
    await pay(10_000)
    await shop.comesTo('2035-03-06T12:00:00Z')
    const all = await payouts()
    assert.deepEqual(all.map((it) => [it.currency, it.amount, it.status]).sort(), [
      ['eur', 9902, 'paid'],
      ['usd', 1000 - 19 - 4 - 1000 - 1800, 'pending'],
    ])
    await assertAddsUp('eur')
    await assertAddsUp('usd')
  })
})

describe('a balance below zero', () => {
  it('is carried over until the captures that follow make up for it', async () => {
    await openShop('2035-03-01T12:00:00Z')
    const payment = await pay(1000)
    await shop.comesTo('2035-03-05T12:00:00Z')
    await contest(payment, 1000)
    await shop.comesTo('2035-03-06T12:00:00Z')
    const [, open] = await payouts()
    assert.deepEqual([open.status, open.amount, open.date_bank], ['pending', -2800, null])
    assert.equal((await balances())['merchant:pending'], 2800n)
    await pay(1000)
    await shop.comesTo('2035-03-07T12:00:00Z')
    const [, still] = await payouts()
    assert.deepEqual([still.id, still.status, still.amount], [open.id, 'pending', -2800 + 977])
    await pay(10_000)
    await shop.comesTo('2035-03-09T12:00:00Z')
    const [, closed, ...none] = await payouts()
    assert.equal(none.length, 0)
    assert.deepEqual([closed.id, closed.status], [open.id, 'paid'])
    assert.equal(closed.amount, -2800 + 977 + 9902)
    assert.deepEqual([closed.payments.amount, closed.disputes.amount], [11_000, -1000])
    assert.deepEqual(await told(open.id), [
      ['payout.created', '03-06 09:00'],
      ['payout.carried_over', '03-06 09:00'],
      ['payout.carried_over', '03-07 09:00'],
      ['payout.closed', '03-08 09:00'],
      ['payout.sent', '03-08 21:00'],
      ['payout.paid', '03-09 05:00'],
    ])
    assert.equal((await balances())['merchant:pending'], undefined)
    await assertAddsUp()
  })

  it('of just nothing is not paid out either', async () => {
    await openShop('2035-03-01T12:00:00Z')
    const account = await findAccount(server.services.db, merchant.id)
    assert.ok(account)
    const office = { committer: server.services.committer, now: server.clock.now() }
    await setPricing(office, account, { card_bps: 0, card_fixed: 0 })
    const payment = await pay(1000)
    await shop.ask('refund', '/v2/refunds/', { body: { payment } })
    await shop.comesTo('2035-03-02T12:00:00Z')
    const [{ status, amount, payments, refunds }] = await payouts()
    assert.deepEqual([status, amount, payments.amount, refunds.amount], ['pending', 0, 1000, -1000])
  })
})

describe('a payout that comes back', () => {
  it('is ordered again with the same lines, and what came meanwhile is in another', async () => {
    await openShop('2035-03-01T12:00:00Z')
    await pay(10_000)
    await shop.comesTo('2035-03-02T22:00:00Z')
    const [{ id }] = await payouts()
    await shop.ask('fail', `/v2/sandbox/payouts/${id}/fail`)
    assert.equal((await balances())['merchant:available'], -9902n)
    await pay(1000)
    await shop.comesTo('2035-03-05T09:00:00Z')
    const [again, other, ...none] = await payouts()
    assert.equal(none.length, 0)
    assert.deepEqual([again.id, again.status, again.amount], [id, 'to_pay', 9902])
    assert.deepEqual([other.payments.amount, other.status], [1000, 'to_pay'])
    await shop.comesTo('2035-03-06T12:00:00Z')
    const first = [
      ['settle', 'bank:cash', 'processor:receivable', 10_000],
      ['payout', 'merchant:pending', 'merchant:available', 9902],
      ['payout', 'merchant:available', 'payouts:in_transit', 9902],
    ]
    assert.deepEqual(await movesOf(id), [
      ...first,
      ['return_payout', 'payouts:in_transit', 'merchant:available', 9902],
      ['payout', 'merchant:available', 'payouts:in_transit', 9902],
      ['book_payout', 'payouts:in_transit', 'bank:cash', 9902],
    ])
    assert.deepEqual(await told(id), [
      ['payout.created', '03-02 09:00'],
      ['payout.closed', '03-02 09:00'],
      ['payout.sent', '03-02 21:00'],
      ['payout.failed', '03-02 22:00'],
      ['payout.retried', '03-05 09:00'],
      ['payout.sent', '03-05 21:00'],
      ['payout.paid', '03-06 05:00'],
    ])
    await assertAddsUp()
  })
})

describe('what was paid out by a call', () => {
  it('is not paid out again on the payout day', async () => {
    await openShop('2035-03-01T12:00:00Z')
    const early = [await pay(1000), await pay(2000)]
    await pay(4000)
    const paid = await payOut({ payments: early })
    assert.equal(paid.status, 'paid')
    const total = 3000
    const net = total - 19 - 4 - 26 - 5
    assert.deepEqual(await movesOf(paid.id), [
      ['settle', 'bank:cash', 'processor:receivable', total],
      ['payout', 'merchant:pending', 'merchant:available', net],
      ['payout', 'merchant:available', 'payouts:in_transit', net],
      ['book_payout', 'payouts:in_transit', 'bank:cash', net],
    ])
    await shop.comesTo('2035-03-06T12:00:00Z')
    const [, rest, ...none] = await payouts()
    assert.deepEqual([rest.payments.amount, none.length], [4000, 0])
    await assertAddsUp()
  })
})

describe('the price of the service', () => {
  it('is what was set when a payment was booked', async () => {
    await openShop('2035-03-01T12:00:00Z')
    const account = await findAccount(server.services.db, merchant.id)
    assert.ok(account)
    const before = await pay(10_000)
    const office = { committer: server.services.committer, now: server.clock.now() }
    await setPricing(office, account, { card_bps: 200, card_fixed: 0, vat_bps: 550 })
    const payments = [before, await pay(10_000)]
    const feeOf = async (id: string) => (await shop.read(`/v2/payments/${id}`)).fee
    assert.deepEqual(await Promise.all(payments.map(feeOf)), [82, 200])
    await shop.comesTo('2035-03-02T12:00:00Z')
    const [{ fees, fees_vat }] = await payouts()
    assert.deepEqual([fees, fees_vat], [282, 16 + 11])
  })
})
