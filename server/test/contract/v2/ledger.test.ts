import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertInvalid } from './answers.ts'
import { approvedCard, type Client, capturedCard, clientOf, disputedCard } from './objects.ts'

let server: TestServer
let client: Client
let live: Client
before(async () => {
  server = await startServer({ live: sandbox })
  client = clientOf(server)
  live = clientOf(server, server.merchant.keys.sprod)
})
after(() => server.close())

const accounts = async (of = client, query = ''): Promise<Json[]> =>
  (await of.get(`/v2/ledger/accounts${query}`)).accounts
const transfers = (query = '', of = client): Promise<Json> => of.get(`/v2/ledger/transfers${query}`)

const day_ms = 24 * 3600 * 1000
const today = (): string => server.clock.now().toISOString().slice(0, 10)
const balance = (name: string, kind: string, sums: [number, number, number, number], more = {}) => {
  const [posted_debits, posted_credits, balance, pending] = sums
  return { name, currency: 'eur', kind, posted_debits, posted_credits, balance, pending, ...more }
}

describe('the trial balance', () => {
  let first: string
  before(async () => {
    // 0.7 % and 12 cents, and a fifth of that.
    await client.post('/v2/payments/', { amount: 1000, card: capturedCard })
    await client.post('/v2/payments/', { amount: 300, card: approvedCard, capture: false })
    await client.post('/v2/payments/', { amount: 500, currency: 'usd', card: capturedCard })
    first = today()
  })

  it('shows what stands on each account, in its own direction', async () => {
    const usd = { currency: 'usd' }
    assert.deepEqual(await accounts(), [
      balance('processor:receivable', 'asset', [1000, 0, 1000, 300]),
      balance('merchant:pending', 'liability', [23, 1000, 977, 300]),
      balance('platform:fees', 'income', [0, 19, 19, 0]),
      balance('platform:vat', 'liability', [0, 4, 4, 0]),
      balance('processor:receivable', 'asset', [500, 0, 500, 0], usd),
      balance('merchant:pending', 'liability', [18, 500, 482, 0], usd),
      balance('platform:fees', 'income', [0, 15, 15, 0], usd),
      balance('platform:vat', 'liability', [0, 3, 3, 0], usd),
    ])
  })

  it('is empty before anything was written', async () => {
    assert.deepEqual(await accounts(clientOf(server, (await server.newMerchant()).keys.stest)), [])
    assert.deepEqual(await accounts(client, '?at=2001-01-01'), [])
  })

  it('of a day is as it was at its end', async () => {
    const then = await accounts()
    server.clock.advance(2 * day_ms)
    await client.post('/v2/payments/', { amount: 100, card: approvedCard, capture: false })
    assert.deepEqual(await accounts(client, `?at=${first}`), then)
    const { pending } = (await accounts(client, `?at=${today()}`))[0]
    assert.equal(pending, 400)
    assert.deepEqual(await accounts(client, `?at=${today()}`), await accounts())
  })

  it('goes below zero where more was taken than there is', async () => {
    const { keys } = await server.newMerchant()
    const other = clientOf(server, keys.stest)
    await other.post('/v2/payments/', { amount: 100, card: disputedCard })
    const [, pending] = await accounts(other)
    // Captured, its fee and tax, contested, the fee and tax of that.
    assert.equal(pending.balance, 100 - 12 - 2 - 100 - 1500 - 300)
  })

  it('is balanced: in each currency debits are credits', async () => {
    for (const currency of ['eur', 'usd']) {
      const rows = (await accounts()).filter((it) => it.currency === currency)
      const sum = (column: string) => rows.reduce((all, it) => all + it[column], 0)
      assert.equal(sum('posted_debits'), sum('posted_credits'))
    }
  })

  it('of test mode and live mode are two', async () => {
    assert.deepEqual(await accounts(live), [])
    await live.post('/v2/payments/', { amount: 7700, card: capturedCard })
    assert.equal((await accounts(live))[0].balance, 7700)
    assert.equal((await accounts())[0].balance, 1000)
  })
})

describe('the list of transfers', () => {
  let payment: Json
  let refund: Json
  let merchant: Client
  before(async () => {
    const { keys } = await server.newMerchant()
    merchant = clientOf(server, keys.stest)
    payment = await merchant.post('/v2/payments/', { amount: 1000, card: capturedCard })
    refund = await merchant.post('/v2/refunds/', { payment: payment.id, amount: 250 })
  })
  const list = (query: string) => transfers(query, merchant)

  it('says of each what moved, why, by which instruction, and about what', async () => {
    const { range, transfers } = await list('?order=asc')
    assert.deepEqual(range, { start: 0, end: 5, limit: 10, count: 5, has_more: false })
    for (const it of transfers) {
      assert.match(it.id, /^trsf_\w{24}$/)
      assert.match(it.instruction, /^inst_\w{24}$/)
      assert.ok(Number.isInteger(it.created))
      assert.equal(it.currency, 'eur')
    }
    const [receivable, pending] = ['processor:receivable', 'merchant:pending']
    const { id } = payment
    assert.deepEqual(
      transfers.map(({ debit, credit, amount, phase, reason, kind, object }: Json) => [
        reason,
        phase,
        debit,
        credit,
        amount,
        kind,
        object,
      ]),
      [
        ['authorization', 'pending', receivable, pending, 1000, 'authorize', id],
        ['capture', 'posted', receivable, pending, 1000, 'capture', id],
        ['fee', 'posted', pending, 'platform:fees', 19, 'capture', id],
        ['vat', 'posted', pending, 'platform:vat', 4, 'capture', id],
        ['refund', 'posted', pending, 'merchant:reserve', 250, 'refund', refund.id],
      ],
    )
  })

  it('has the newest first, in pages', async () => {
    const all = (await list('')).transfers
    assert.deepEqual(all, (await list('?order=asc')).transfers.reverse())
    const { range, transfers } = await list('?start=1&limit=2')
    assert.deepEqual(range, { start: 1, end: 3, limit: 2, count: 5, has_more: true })
    assert.deepEqual(transfers, all.slice(1, 3))
  })

  it('is narrowed by account, currency and days', async () => {
    const count = async (query: string) => (await list(query)).range.count
    assert.equal(await count('?account=merchant:pending'), 5)
    assert.equal(await count('?account=platform:vat'), 1)
    assert.equal(await count('?account=bank:cash'), 0)
    assert.equal(await count('?currency=usd'), 0)
    const day = new Date(payment.created * 1000).toISOString().slice(0, 10)
    assert.equal(await count(`?from=${day}&until=${today()}&currency=eur`), 5)
    assert.equal(await count('?until=2001-01-01'), 0)
  })

  it('is narrowed by instruction and by object', async () => {
    const ofRefund = await list(`?object=${refund.id}`)
    assert.deepEqual(
      ofRefund.transfers.map((it: Json) => it.reason),
      ['refund'],
    )
    const ofPayment = await list(`?object=${payment.id}&account=platform:fees`)
    assert.equal(ofPayment.range.count, 1)
    const [{ instruction }] = ofPayment.transfers
    assert.equal((await list(`?instruction=${instruction}`)).range.count, 3)
    assert.equal((await list(`?instruction=${instruction}&object=${payment.id}`)).range.count, 3)
    assert.equal((await list(`?instruction=${instruction}&object=${refund.id}`)).range.count, 0)
    assert.equal((await list(`?object=paym_${'0'.repeat(24)}`)).range.count, 0)
  })

  it('shows nothing of another account or of the other mode, whatever is asked for', async () => {
    const { instruction } = (await list('')).transfers[0]
    const { keys } = await server.newMerchant()
    for (const key of [keys.stest, keys.sprod]) {
      const other = clientOf(server, key)
      for (const query of ['', `?object=${payment.id}`, `?instruction=${instruction}`]) {
        const { range, transfers: seen } = await transfers(query, other)
        assert.deepEqual([range.count, seen], [0, []])
      }
    }
    const ours = await transfers(`?object=${payment.id}`)
    assert.equal(ours.range.count, 0)
  })

  it('refuses an account that is not in the chart, and what is no day', async () => {
    const refused = (query: string) => client.call('GET', `/v2/ledger/transfers?${query}`)
    assertInvalid(await refused('account=bank:gold'), ['query', 'account'])
    assertInvalid(await refused('from=yesterday'), ['query', 'from'])
    assertInvalid(await refused('object=everything'), ['query', 'object'])
    assertInvalid(await client.call('GET', '/v2/ledger/accounts?at=x'), ['query', 'at'])
  })
})
