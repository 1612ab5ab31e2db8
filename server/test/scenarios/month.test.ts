import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { drawing, seed_of_run } from '../draw.ts'
import { type Merchant, startServer, type TestServer } from '../harness.ts'
import { booksByHand, payoutsByHand, type Shown, shown } from './books-by-hand.ts'
import { Shop } from './shop.ts'
import { last_instant, Month } from './shop-month.ts'

const currencies = ['eur', 'usd', 'chf'] as const

/** What the month must have come to at its end, whatever the lots were. */
const statuses = {
  payments: [
    'authorized',
    'canceled',
    'capture_sent',
    'captured',
    'disputed',
    'expired',
    'refused',
    'to_capture',
  ],
  refunds: ['not_honored', 'payment_canceled', 'refunded', 'to_refund'],
  disputes: ['accepted', 'lost', 'not_contestable', 'open', 'out_of_time', 'won'],
  disbursements: ['disbursed', 'not_honored', 'refused', 'to_disburse'],
  payouts: ['failed', 'paid', 'pending'],
}

interface Told {
  shop: Shop
  books: Shown
}

async function monthOf(server: TestServer, merchant: Merchant): Promise<Told> {
  const shop = new Shop(server, merchant)
  await new Month(shop, drawing(seed_of_run)).live()
  return { shop, books: await shown(shop) }
}

/** The books without what is new each time: ids. An object is known by the order that it is of. */
function retold({ payments, refunds, disputes, transfers }: Shown): string[] {
  const orders = new Map<string, string>(payments.map(({ id, order_id }) => [id, order_id]))
  const names = new Map(orders)
  for (const it of [...refunds, ...disputes]) names.set(it.id, orders.get(it.payment) ?? '')
  return transfers
    .map((it) => {
      const about = [it.phase, it.kind, it.reason, it.debit, it.credit, it.amount, it.currency]
      const name = names.get(it.object) ?? String(it.object).replace(/_.*/, '')
      return [new Date(it.created * 1000).toISOString(), ...about, name].join(' ')
    })
    .sort()
}

describe(`a month of a shop (OBOLE_SEED=${seed_of_run})`, () => {
  let server: TestServer
  let told: Told
  let again: Told
  before(async () => {
    server = await startServer()
    const twin = await server.newMerchant('The same shop')
    ;[told, again] = await Promise.all([monthOf(server, server.merchant), monthOf(server, twin)])
  })
  after(() => server.close())

  it('has payments, refunds, disputes, payouts and disbursements of every kind', () => {
    const { books } = told
    assert.ok(books.payments.length > 300, `${books.payments.length} payments`)
    for (const [of, every] of Object.entries(statuses)) {
      const seen = new Set(books[of as keyof Shown].map(({ status }) => status))
      for (const status of every) assert.ok(seen.has(status), `none of the ${of} is ${status}`)
    }
    const short = books.payouts.filter(({ status, amount }) => status === 'pending' && amount < 0)
    assert.ok(short.length > 0, 'a balance below zero is carried over')
  })

  for (const currency of currencies) {
    it(`states in ${currency} what was paid out and what is left, to the cent`, () => {
      const { books } = told
      const { statement, paid, balances } = booksByHand(books, currency)
      const balance_of = (name: string): number =>
        books.accounts.find((it) => it.currency === currency && it.name === name)?.balance ?? 0
      for (const [name, balance] of Object.entries(balances)) {
        assert.equal(balance_of(name), balance, name)
      }
      const left = ['merchant:pending', 'merchant:available', 'payouts:in_transit'].map(balance_of)
      assert.equal(
        statement,
        left.reduce((all, it) => all + it, paid),
      )
    })

    it(`has a trial balance in ${currency} that sums to zero, made of its transfers`, () => {
      const { accounts, transfers } = told.books
      let all = 0
      for (const it of accounts.filter((one) => one.currency === currency)) {
        const of = (side: 'debit' | 'credit') =>
          transfers
            .filter((one) => one.currency === currency && one.phase === 'posted')
            .filter((one) => one[side] === it.name)
            .reduce((sum, one) => sum + one.amount, 0)
        assert.equal(it.posted_debits, of('debit'), `debits of ${it.name}`)
        assert.equal(it.posted_credits, of('credit'), `credits of ${it.name}`)
        all += it.posted_debits - it.posted_credits
      }
      assert.equal(all, 0)
    })
  }

  it('pays out the sum of what each payout lists, less fees', async () => {
    const { books, shop } = told
    assert.ok(books.payouts.length > 20, `${books.payouts.length} payouts`)
    for (const { payout, sums, objects, fees, fees_vat } of payoutsByHand(books, last_instant)) {
      const about = `${payout.status} payout of ${new Date(payout.date).toISOString()}`
      const { payments = 0, refunds = 0, disputes = 0, disbursements = 0 } = sums
      assert.equal(payout.payments.amount, payments, about)
      assert.equal(payout.refunds.amount, refunds + disbursements, about)
      assert.equal(payout.disputes.amount, disputes, about)
      assert.equal(payout.fees, fees, about)
      assert.equal(payout.fees_vat, fees_vat, about)
      const gross = payments + refunds + disbursements + disputes
      assert.equal(payout.amount, gross - fees - fees_vat, about)
      await Promise.all(
        Object.entries(objects).map(async ([kind, ids]) => {
          const listed = await shop.list(`/v2/payouts/${payout.id}/${kind}`, kind)
          assert.deepEqual(new Set(listed.map(({ id }) => id)), ids, `${kind} of a ${about}`)
        }),
      )
    }
  })

  it('is told the same way by the same seed', () => {
    const [first, second] = [retold(told.books), retold(again.books)]
    first.forEach((line, n) => {
      assert.equal(second[n], line)
    })
    assert.equal(second.length, first.length)
  })

  it('breaks no invariant', async () => {
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })
})
