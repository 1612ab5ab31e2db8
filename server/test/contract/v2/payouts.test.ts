import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PayoutOut } from '@obole/contract/v2/payouts.js'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Json, type Merchant, startServer, type TestServer } from '../../harness.ts'
import { assertConforms, assertInvalid, assertRefused } from './answers.ts'
import {
  approvedCard as approved,
  type Client,
  capturedCard as captured,
  clientOf,
  disputedCard as disputed,
} from './objects.ts'

let server: TestServer
let merchant: Merchant
let client: Client
// They are used in 2035.
const [approvedCard, capturedCard, disputedCard] = [approved, captured, disputed].map((it) => ({
  ...it,
  exp_year: 2040,
}))
/** What the merchant is paid is credited at once, and waits for Friday, 2 March 2035, at 10:00. */
const thursday = '2035-03-01T12:00:00Z'

before(async () => {
  server = await startServer({ live: sandbox })
})
after(() => server.close())

/** Each test has a merchant of its own, whose clock stands. */
async function openShop(): Promise<void> {
  merchant = await server.newMerchant()
  client = clientOf(server, merchant.keys.stest)
  await comesTo(thursday)
}

const comesTo = (to: string) => client.post('/v2/sandbox/clock', { to, frozen: true })
const pay = async (amount: number, more: object = {}): Promise<string> =>
  (await client.post('/v2/payments/', { amount, card: capturedCard, ...more })).id
const refund = async (payment: string, amount: number): Promise<string> =>
  (await client.post('/v2/refunds/', { payment, amount })).id
const dispute = async (payment: string, body: object = {}): Promise<string> =>
  (await client.post(`/v2/sandbox/payments/${payment}/dispute`, { response: '45', ...body })).id
const payOut = (body: object = {}): Promise<Json> => client.post('/v2/payouts/', body)
const refused = (body: object) => client.call('POST', '/v2/payouts/', { body })
const none = { amount: 0, count: 0, fees: 0 }
const idsOf = (list: Json[]): string[] => list.map((it) => it.id)

/** All rows that a payout writes, as they are. */
async function traces(): Promise<Json> {
  const tables = ['payouts', 'settlement_items', 'instructions', 'transfers', 'events', 'history']
  const rows = await Promise.all(
    tables.map((name) =>
      server.services.db.query(`select * from ${name} where account = $1`, [merchant.id]),
    ),
  )
  return rows.map((of) =>
    of
      .map((row) =>
        Object.values(row as object)
          .map(String)
          .join(),
      )
      .sort(),
  )
}

describe('a payout', () => {
  it('shows what it pays for by kind and method, and comes to it to the cent', async () => {
    await openShop()
    const one = await pay(10_000)
    await pay(5001)
    await refund(one, 1000)
    await dispute(one, { amount: 2000 })
    const card = (await client.post('/v2/cards/', approvedCard)).id
    await client.post('/v2/disbursements/', { card, amount: 500 })
    await comesTo('2035-03-02T09:00:00Z')
    const { payouts, range } = await client.get('/v2/payouts/')
    const [{ id, reference, ...payout }] = payouts
    assert.equal(range.count, 1)
    assert.match(id, /^pout_[a-zA-Z0-9]{24}$/)
    // Of 10,000: 82 and 16; of 5,001: 47 (35.007 and 12) and 9; of the dispute 1,500 and 300.
    assert.deepEqual(payout, {
      currency: 'eur',
      payments: {
        amount: 15_001,
        method: { card: { amount: 15_001, count: 2, fees: 129 }, sepa: none },
      },
      refunds: {
        amount: -1500,
        method: { card: { amount: -1500, count: 2, fees: 0 }, sepa: none },
      },
      disputes: {
        amount: -2000,
        method: { card: { amount: -2000, count: 1, fees: 1500 }, sepa: none },
      },
      amount: 15_001 - 1500 - 2000 - 1629 - 325,
      fees: 1629,
      fees_vat: 325,
      status: 'to_pay',
      date: '2035-03-02T21:00:00.000Z',
      date_bank: null,
    })
    assertConforms(PayoutOut, payouts[0])
    assert.deepEqual(await client.get(`/v2/payouts/${id}`), payouts[0])
    assert.match(reference, /^20350302(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
    assert.ok(reference.length <= 35)
  })

  it('holds amounts beyond 32 bits', async () => {
    await openShop()
    const amount = 4_294_967_295
    await Promise.all([pay(amount), pay(amount), pay(amount)])
    const payout = await payOut({ status: 'to_pay' })
    assert.equal(payout.payments.amount, 3 * amount)
    assert.equal(payout.payments.method.card.amount, 3 * amount)
    assert.equal(payout.amount, 3 * amount - payout.fees - payout.fees_vat)
  })

  it('is named by what is in it: payments, refunds, disputes and disbursements', async () => {
    await openShop()
    const one = await pay(10_000)
    const back = await refund(one, 100)
    const contested = await dispute(one, { amount: 100 })
    const card = (await client.post('/v2/cards/', approvedCard)).id
    const { id: out } = await client.post('/v2/disbursements/', { card, amount: 500 })
    const paths = [
      `/v2/payments/${one}`,
      `/v2/refunds/${back}`,
      `/v2/disputes/${contested}`,
      `/v2/disbursements/${out}`,
    ]
    for (const path of paths) assert.equal((await client.get(path)).payout, null)
    const { id } = await payOut()
    for (const path of paths) assert.equal((await client.get(path)).payout, id)
    const later = await pay(300)
    const { payments } = await client.get(`/v2/payments/?payout=${id}`)
    assert.deepEqual(idsOf(payments), [one])
    assert.equal((await client.get(`/v2/payments/${later}`)).payout, null)
  })
})

describe('lists of payouts', () => {
  it('are the newest first, since a moment, and by pages', async () => {
    await openShop()
    const made: Json[] = []
    for (const day of [5, 6, 7]) {
      await comesTo(`2035-03-0${day}T12:00:00Z`)
      await pay(1000)
      made.unshift(await payOut())
    }
    assert.deepEqual((await client.get('/v2/payouts/')).payouts, made)
    const since = Date.parse('2035-03-06T12:00:00Z') / 1000
    const listed = async (query: string) => (await client.get(`/v2/payouts/?${query}`)).payouts
    assert.deepEqual(await listed(`created=${since}`), made.slice(0, 2))
    assert.deepEqual(await listed('created=2035-03-06T12:00:01Z'), made.slice(0, 1))
    const { range, payouts } = await client.get('/v2/payouts/?start=1&limit=1')
    assert.deepEqual(range, { start: 1, end: 2, limit: 1, count: 3, has_more: true })
    assert.deepEqual(payouts, [made[1]])
  })

  it('are of one payment: its own, and not that of its dispute', async () => {
    await openShop()
    const one = await pay(50_000)
    const other = await pay(1000)
    const { id } = await payOut({ payments: [one] })
    await dispute(one)
    await payOut({ payments: [other] })
    assert.deepEqual(idsOf((await client.get(`/v2/payouts/?payment=${one}`)).payouts), [id])
    const nobodys = `paym_${'0'.repeat(24)}`
    assert.deepEqual((await client.get(`/v2/payouts/?payment=${nobodys}`)).payouts, [])
  })

  it('of what is in one are by pages, the newest first', async () => {
    await openShop()
    const payments: string[] = []
    for (let n = 0; n < 3; n++) {
      payments.unshift(await pay(50_000))
      await comesTo(`2035-03-01T12:00:0${n + 1}Z`)
    }
    const [third = '', second = '', first = ''] = payments
    const refunds = [await refund(first, 100), await refund(first, 200)].reverse()
    const disputes = [await dispute(second), await dispute(third)].reverse()
    const { id } = await payOut()
    const rest = await pay(100)
    await refund(rest, 50)
    for (const [plural, ids] of Object.entries({ payments, refunds, disputes })) {
      const path = `/v2/payouts/${id}/${plural}`
      const all = await client.get(path)
      assert.deepEqual(idsOf(all[plural]), ids)
      const count = ids.length
      assert.deepEqual(all.range, { start: 0, end: count, limit: 10, count, has_more: false })
      for (const it of all[plural]) {
        assert.deepEqual(it, await client.get(`/v2/${plural}/${it.id}`))
        assert.equal(it.payout, id)
      }
      const page = await client.get(`${path}?start=1&limit=1`)
      assert.deepEqual(page[plural], all[plural].slice(1, 2))
      assert.equal(page.range.has_more, count > 2)
    }
  })
})

describe('a payout that is asked for', () => {
  it('pays just these objects, at once', async () => {
    await openShop()
    const [one, two, three] = [await pay(10_000), await pay(20_000), await pay(30_000)]
    const back = await refund(three, 500)
    const body = { payments: [one, three], refunds: [back], description: 'For March' }
    const payout = await payOut(body)
    const { id, status, date, date_bank, amount, fees, fees_vat } = payout
    assert.deepEqual([status, date, date_bank], ['paid', '2035-03-01T12:00:00.000Z', '2035-03-01'])
    assert.equal(amount, 10_000 + 30_000 - 500 - fees - fees_vat)
    assert.deepEqual(idsOf((await client.get(`/v2/payouts/${id}/payments`)).payments), [three, one])
    const rest = await payOut({ payments: [two] })
    assert.equal(rest.payments.amount, 20_000)
    assert.notEqual(rest.reference, payout.reference)
  })

  it('was paid on the day that is given, which has come', async () => {
    await openShop()
    const payments = [await pay(1000)]
    assertInvalid(await refused({ payments, date: '2035-03-02' }), ['body', 'date'])
    const { date, date_bank } = await payOut({ payments, date: '2035-02-27' })
    assert.deepEqual([date, date_bank], ['2035-02-27T00:00:00.000Z', '2035-02-27'])
  })

  it('to_pay is sent at the next cut-off, or at that of a day to come', async () => {
    await openShop()
    const ordered = async (date?: string) => {
      const body = { payments: [await pay(1000)], status: 'to_pay', ...(date && { date }) }
      const { status, date_bank, date: at } = await payOut(body)
      assert.deepEqual([status, date_bank], ['to_pay', null])
      return at
    }
    assert.equal(await ordered(), '2035-03-01T21:00:00.000Z')
    assert.equal(await ordered('2035-02-20'), '2035-03-01T21:00:00.000Z')
    assert.equal(await ordered('2035-03-01'), '2035-03-01T21:00:00.000Z')
    // The clocks were put forward meanwhile.
    assert.equal(await ordered('2035-03-27'), '2035-03-27T20:00:00.000Z')
    await comesTo('2035-03-27T19:59:59Z')
    const statuses = async () =>
      (await client.get('/v2/payouts/')).payouts.map((it: Json) => it.status)
    assert.deepEqual(await statuses(), ['to_pay', 'paid', 'paid', 'paid'])
    await comesTo('2035-03-28T12:00:00Z')
    assert.deepEqual(await statuses(), ['paid', 'paid', 'paid', 'paid'])
  })

  it('without a word of what pays all that waits, with what was carried over', async () => {
    await openShop()
    const one = await pay(1000)
    const contested = await dispute(one)
    await comesTo('2035-03-02T12:00:00Z')
    const [open] = (await client.get('/v2/payouts/')).payouts
    assert.equal(open.status, 'pending')
    assert.ok(open.amount < 0)
    await pay(10_000)
    const payout = await payOut({ description: 'All of it' })
    assert.equal(payout.id, open.id)
    assert.deepEqual([payout.status, payout.reference], ['paid', open.reference])
    assert.equal(payout.payments.amount, 11_000)
    assert.deepEqual(idsOf((await client.get(`/v2/payouts/${open.id}/disputes`)).disputes), [
      contested,
    ])
    assertInvalid(await refused({}), ['body', '__root__'])
  })

  it('takes a line once, also when it is asked for many times at once', async () => {
    await openShop()
    const payments = await Promise.all([pay(1000), pay(2000), pay(3000)])
    const body = { payments, status: 'to_pay' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => refused(body)))
    assert.equal(answers.filter((it) => it.status === 200).length, 1)
    for (const it of answers) if (it.status !== 200) assert.equal(it.status, 422, it.text)
    await pay(5000)
    const all = await Promise.all(Array.from({ length: 8 }, () => refused({})))
    assert.equal(all.filter((it) => it.status === 200).length, 1)
    assert.equal((await client.get('/v2/payouts/')).range.count, 2)
  })
})

describe('a payout that cannot be', () => {
  /** What is asked, and the place of what is wrong with it. */
  const cases: [title: string, body: () => Promise<object>, place: (string | number)[]][] = [
    ['with nothing waiting', async () => ({}), ['__root__']],
    [
      'of what is less than nothing',
      async () => ({ disputes: [await dispute(await pay(50))] }),
      ['__root__'],
    ],
    [
      'of a payment that is not captured',
      async () => ({ payments: [await pay(900), await pay(100, { card: approvedCard })] }),
      ['payments', 1],
    ],
    ['of a payment of nothing', async () => ({ payments: [await pay(0)] }), ['payments', 0]],
    [
      'of what is in a payout',
      async () => {
        const paid = await pay(900)
        await payOut({ payments: [paid] })
        return { payments: [await pay(100), paid], refunds: [await refund(paid, 1)] }
      },
      ['payments', 1],
    ],
    [
      'in two currencies',
      async () => ({ payments: [await pay(900), await pay(900, { currency: 'usd' })] }),
      ['payments', 1],
    ],
    [
      'of a refund in another currency',
      async () => {
        const dollars = await pay(900, { currency: 'usd' })
        return { payments: [await pay(900)], refunds: [await refund(dollars, 5)] }
      },
      ['refunds', 0],
    ],
    [
      'of all that waits, in two currencies',
      async () => {
        await pay(900)
        await pay(900, { currency: 'usd' })
        return {}
      },
      ['__root__'],
    ],
    [
      'of all that waits, while more was carried over',
      async () => {
        await dispute(await pay(1000))
        await comesTo('2035-03-02T12:00:00Z')
        await pay(1000)
        return {}
      },
      ['__root__'],
    ],
    ['of a status that nobody can give', async () => ({ status: 'sent' }), ['status']],
  ]
  for (const [title, bodyOf, place] of cases) {
    it(`${title} is refused, and leaves no trace`, async () => {
      await openShop()
      const body = await bodyOf()
      const before = await traces()
      assertInvalid(await refused(body), ['body', ...place])
      assert.deepEqual(await traces(), before)
    })
  }

  it('of what is not there, or not the merchant’s, is a 404 that leaves no trace', async () => {
    await openShop()
    const others = {
      payments: await pay(1000),
      refunds: await refund(await pay(1000), 10),
      disputes: await dispute(await pay(1000)),
    }
    const mine = server.merchant.keys.sprod
    const theirs = merchant
    await openShop()
    const here = [await pay(1000)]
    const before = await traces()
    const labels = { payments: 'Payment', refunds: 'Refund', disputes: 'Dispute' }
    for (const [list, label] of Object.entries(labels)) {
      const other = others[list as keyof typeof others]
      const nobodys = `${other.slice(0, 5)}${'0'.repeat(24)}`
      for (const id of [other, nobodys]) {
        const body = { payments: here, [list]: [...(list === 'payments' ? here : []), id] }
        assertRefused(await refused(body), 404, `${label} \`${id}\` not found`)
      }
      const live = { body: { [list]: [other] }, key: mine }
      const answer = await server.call('POST', '/v2/payouts/', live)
      assertRefused(answer, 404, `${label} \`${other}\` not found`)
    }
    assert.deepEqual(await traces(), before)
    const kept = await server.services.db.query(
      'select id from settlement_items where account = $1 and payout is not null',
      [theirs.id],
    )
    assert.deepEqual(kept, [])
  })
})

describe('a payout that the test bank returns', () => {
  it('goes again on the next payout day, with the same lines', async () => {
    await openShop()
    const payments = [await pay(1000), await pay(2000)]
    const made = await payOut({ payments, status: 'to_pay' })
    const path = `/v2/payouts/${made.id}`
    const fail = () => client.post(`/v2/sandbox/payouts/${made.id}/fail`, {})
    assert.deepEqual(await fail(), { ...made, status: 'failed' })
    await comesTo('2035-03-02T09:00:00Z')
    assert.equal((await client.get(path)).status, 'to_pay')
    await comesTo('2035-03-02T22:00:00Z')
    assert.equal((await client.get(path)).status, 'sent')
    assert.equal((await fail()).status, 'failed')
    await comesTo('2035-03-06T12:00:00Z')
    const paid = await client.get(path)
    assert.deepEqual([paid.status, paid.date_bank], ['paid', '2035-03-06'])
    assert.deepEqual([paid.amount, paid.reference], [made.amount, made.reference])
    assert.deepEqual(idsOf((await client.get(`${path}/payments`)).payments), payments.reverse())
    assert.equal((await client.get('/v2/payouts/')).range.count, 1)
  })

  it('cannot be one that is open, returned or booked', async () => {
    await openShop()
    const fail = (id: string) => client.call('POST', `/v2/sandbox/payouts/${id}/fail`)
    await client.post('/v2/payments/', { amount: 100, card: disputedCard })
    await comesTo('2035-03-02T12:00:00Z')
    const [open] = (await client.get('/v2/payouts/')).payouts
    assert.equal(open.status, 'pending')
    const booked = await payOut({ payments: [await pay(1000)] })
    const returned = await payOut({ payments: [await pay(1000)], status: 'to_pay' })
    await fail(returned.id)
    for (const { id } of [open, booked, returned]) {
      const before = await client.get(`/v2/payouts/${id}`)
      assertInvalid(await fail(id), ['body', '__root__'])
      assert.deepEqual(await client.get(`/v2/payouts/${id}`), before)
    }
  })

  it('is never one of live money', async () => {
    const live = clientOf(server, server.merchant.keys.sprod)
    await live.post('/v2/payments/', { amount: 1000, card: capturedCard })
    const { id } = await live.post('/v2/payouts/', { status: 'to_pay' })
    const answer = await live.call('POST', `/v2/sandbox/payouts/${id}/fail`)
    assertRefused(answer, 404, `Payout \`${id}\` not found`)
    assert.equal((await live.get(`/v2/payouts/${id}`)).status, 'to_pay')
  })
})
