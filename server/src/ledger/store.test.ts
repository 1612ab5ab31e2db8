import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Core, openCore } from '../../test/core.ts'
import { insertion } from '../platform/change.ts'
import { Committer } from '../platform/commit.ts'
import { trialBalance } from './balances.ts'
import { findPosted, listTransfers, type TransferRow, transfers } from './store.ts'

const [receivable, pending, bank, fees] = [
  'processor:receivable',
  'merchant:pending',
  'bank:cash',
  'platform:fees',
] as const

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

let made = 0
const row = (it: Partial<TransferRow> = {}): TransferRow => ({
  account: 'acct_one',
  live: false,
  id: `trsf_${String(++made).padStart(24, '0')}`,
  instruction: 'inst_1',
  phase: 'posted',
  pending: null,
  released: null,
  debit: receivable,
  credit: pending,
  amount: 100n,
  currency: 'eur',
  reason: 'test',
  created: new Date('2026-03-01T12:00:00Z'),
  ...it,
})

const write = async (...rows: TransferRow[]) => {
  const [first] = rows as [TransferRow]
  const { account, live } = first
  const insert = rows.map((it) => insertion(transfers, it))
  assert.equal(await core.committer.commit({ account, live, insert }), 'done')
}

describe('a balance', () => {
  const balances = async (account: string, live = false, at?: string) =>
    (await trialBalance(core.ctx({ account, live }), { at })).map((it) => [
      it.ledger_account,
      it.currency,
      it.debits,
      it.credits,
      it.pending,
    ])

  it('is the sum of what was posted, and of what is promised and not ended', async () => {
    const account = 'acct_sums'
    const promise = row({ account, phase: 'pending', amount: 70n })
    const other = row({ account, phase: 'pending', amount: 30n, currency: 'usd' })
    await write(promise, other)
    await write(row({ account }), row({ account, debit: bank, credit: receivable, amount: 40n }))
    const end = { account, pending: promise.id, released: 70n }
    await write(row({ ...end, amount: 50n }))
    assert.deepEqual(await balances(account), [
      [receivable, 'eur', 150n, 40n, 0n],
      [bank, 'eur', 40n, 0n, 0n],
      [pending, 'eur', 0n, 150n, 0n],
      [receivable, 'usd', 0n, 0n, 30n],
      [pending, 'usd', 0n, 0n, -30n],
    ])
    await write(
      row({
        account,
        phase: 'voided',
        pending: other.id,
        released: 30n,
        amount: 30n,
        currency: 'usd',
      }),
    )
    assert.deepEqual((await balances(account)).at(-1), [pending, 'usd', 0n, 0n, 0n])
  })

  it('of a day is that of its end, in UTC', async () => {
    const account = 'acct_days'
    await write(
      row({ account, created: new Date('2026-02-28T23:59:59.999Z') }),
      row({ account, created: new Date('2026-03-01T00:00:00Z') }),
    )
    assert.deepEqual(await balances(account, false, '2026-02-27'), [])
    assert.deepEqual((await balances(account, false, '2026-02-28'))[0]?.[2], 100n)
    assert.deepEqual((await balances(account, false, '2026-03-01'))[0]?.[2], 200n)
  })

  it('is of one account and one mode', async () => {
    const account = 'acct_walls'
    await write(row({ account }))
    await write(row({ account, live: true, amount: 7n }))
    assert.deepEqual((await balances(account))[0]?.[2], 100n)
    assert.deepEqual((await balances(account, true))[0]?.[2], 7n)
    assert.deepEqual(await balances('acct_nobody'), [])
  })

  it('loses nothing when several processes write to the same days', async () => {
    const committers = [1, 2, 3].map(() => new Committer(core.db))
    const accounts = ['acct_p', 'acct_q', 'acct_r']
    const all = Array.from({ length: 300 }, (_, n) =>
      row({
        account: accounts[n % 3] as string,
        amount: BigInt(n + 1),
        ...(n % 2 ? { debit: pending, credit: fees } : {}),
        created: new Date(Date.UTC(2026, 0, 1 + (n % 5))),
      }),
    )
    const written = all.map((it, n) => {
      const change = { account: it.account, live: false, insert: [insertion(transfers, it)] }
      return committers[(n >> 1) % 3]?.commit(change)
    })
    assert.deepEqual(new Set(await Promise.all(written)), new Set(['done']))
    for (const account of accounts) {
      const mine = all.filter((it) => it.account === account)
      const [, owed] = (await balances(account)).filter(([name]) => name !== fees)
      const credits = mine.filter((it) => it.credit === pending)
      const debits = mine.filter((it) => it.debit === pending)
      const sum = (rows: TransferRow[]) => rows.reduce((all, it) => all + it.amount, 0n)
      assert.deepEqual(owed, [pending, 'eur', sum(debits), sum(credits), 0n])
    }
  })

  it('comes back as it was when the Change that moved it is refused', async () => {
    const account = 'acct_refused'
    const it = row({ account })
    await write(it)
    const twice = { account, live: false, insert: [insertion(transfers, it)] }
    await assert.rejects(core.committer.commit(twice), { code: '23505' })
    assert.equal((await balances(account))[0]?.[2], 100n)
  })
})

describe('a list of transfers', () => {
  const account = 'acct_list'
  const ctx = () => core.ctx({ account })
  let all: TransferRow[]
  before(async () => {
    all = Array.from({ length: 60 }, (_, n) =>
      row({
        account,
        instruction: `inst_${n % 7}`,
        ...(n % 6 === 0 ? { debit: pending, credit: fees } : {}),
        ...(n % 10 === 0 ? { currency: 'usd' } : {}),
        created: new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 9), n % 5)),
      }),
    )
    await write(...all)
  })

  /** What each filter lets through. */
  const filters: Record<string, [object, (it: TransferRow) => boolean]> = {
    nothing: [{}, () => true],
    'a ledger account': [{ ledger_account: fees }, (it) => it.credit === fees],
    'either side': [
      { ledger_account: pending },
      (it) => it.debit === pending || it.credit === pending,
    ],
    'a currency': [{ currency: 'usd' }, (it) => it.currency === 'usd'],
    'an account without any': [{ ledger_account: bank }, () => false],
    days: [
      { from: '2026-01-03', until: '2026-01-05' },
      (it) => it.created.getUTCDate() >= 3 && it.created.getUTCDate() <= 5,
    ],
    'days the wrong way round': [{ from: '2026-01-05', until: '2026-01-03' }, () => false],
    'a ledger account, a currency and a day': [
      { ledger_account: pending, currency: 'eur', from: '2026-01-04' },
      (it) => it.currency === 'eur' && it.created.getUTCDate() >= 4,
    ],
    instructions: [
      { instructions: ['inst_1', 'inst_2'] },
      (it) => ['inst_1', 'inst_2'].includes(it.instruction),
    ],
    'instructions of an account since a day': [
      { instructions: ['inst_0'], ledger_account: fees, from: '2026-01-02', until: '2026-01-06' },
      (it) =>
        it.instruction === 'inst_0' &&
        it.credit === fees &&
        it.created.getUTCDate() >= 2 &&
        it.created.getUTCDate() <= 6,
    ],
    'no instruction': [{ instructions: [] }, () => false],
  }
  for (const [name, [filter, through]] of Object.entries(filters)) {
    it(`filtered by ${name} has the same rows on any page, and counts them`, async () => {
      const key = (it: TransferRow) => `${it.created.toISOString()} ${it.id}`
      const rising = all.filter(through).sort((a, b) => (key(a) < key(b) ? -1 : 1))
      for (const order of ['asc', 'desc', undefined] as const) {
        const expected = order === 'asc' ? rising : rising.toReversed()
        for (const [start, limit] of [
          [0, 5],
          [0, 100],
          [7, 3],
          [16, 20],
          [59, 5],
          [70, 5],
        ] as const) {
          const page = await listTransfers(ctx(), { ...filter, order, start, limit } as object)
          assert.deepEqual(page, {
            rows: expected.slice(start, start + limit),
            start,
            limit,
            count: expected.length,
            has_more: start + limit < expected.length,
          })
        }
      }
    })
  }

  it('is of one account and one mode', async () => {
    const others = [core.ctx({ account: 'acct_else' }), core.ctx({ account, live: true })]
    for (const other of others) {
      assert.equal((await listTransfers(other, {})).count, 0)
      assert.equal((await listTransfers(other, { instructions: ['inst_1'] })).count, 0)
    }
  })

  it('of what was posted on an account goes on after the one that was read last', async () => {
    const of = { ledger_account: pending, currency: 'eur', from: '2026-01-02', until: '2026-01-06' }
    const seen: TransferRow[] = []
    for (;;) {
      const rows = await findPosted(ctx(), of, seen.at(-1), 4)
      if (!rows.length) break
      seen.push(...rows)
    }
    const expected = await listTransfers(ctx(), { ...of, order: 'asc', limit: 100 })
    assert.deepEqual(seen, expected.rows)
  })
})

describe('the database', () => {
  const account = 'acct_database'
  const insert = (it: Partial<TransferRow>) => {
    const change = { account, live: false, insert: [insertion(transfers, row({ account, ...it }))] }
    return core.committer.commit(change)
  }
  const check = { code: '23514' }

  it('refuses accounts that are not in the chart', async () => {
    await assert.rejects(insert({ debit: 'bank:gold' as 'bank:cash' }), check)
    await assert.rejects(insert({ credit: '' as 'bank:cash' }), check)
  })

  it('refuses what moves nothing, or less, or from an account to itself', async () => {
    await assert.rejects(insert({ amount: 0n }), check)
    await assert.rejects(insert({ amount: -1n }), check)
    await assert.rejects(insert({ credit: receivable }), check)
  })

  it('refuses a transfer that is posted, voided or promised in another way', async () => {
    const promise = row({ account, phase: 'pending' })
    await write(promise)
    const ends = { pending: promise.id, released: 100n }
    await assert.rejects(insert({ phase: 'done' as 'posted' }), check)
    await assert.rejects(insert({ phase: 'voided' }), check)
    await assert.rejects(insert({ phase: 'pending', ...ends }), check)
    await assert.rejects(insert({ pending: promise.id }), check)
    await assert.rejects(insert({ released: 100n }), check)
    await assert.rejects(insert({ ...ends, amount: 101n }), check)
    await assert.rejects(insert({ ...ends, phase: 'voided', amount: 99n }), check)
  })

  it('refuses an end that its promise does not have, whichever column it is', async () => {
    const promise = row({ account, phase: 'pending' })
    await write(promise)
    const ends = { pending: promise.id, released: 100n }
    const promised = { code: '23000' }
    await assert.rejects(insert({ ...ends, debit: bank }), promised)
    await assert.rejects(insert({ ...ends, credit: fees }), promised)
    await assert.rejects(insert({ ...ends, currency: 'usd' }), promised)
    await assert.rejects(insert({ ...ends, released: 101n }), promised)
    await assert.rejects(insert({ ...ends, pending: 'trsf_none' }), promised)
    const posted = row({ account })
    await write(posted)
    await assert.rejects(insert({ ...ends, pending: posted.id }), promised)
    const theirs = row({ account: 'acct_theirs', phase: 'pending' })
    await write(theirs)
    await assert.rejects(insert({ ...ends, pending: theirs.id }), promised)
    assert.equal(await insert({ ...ends, amount: 60n }), 'done')
    await assert.rejects(insert(ends), { code: '23505' })
  })

  it('refuses to change, delete or empty what was written', async () => {
    for (const text of [
      `update transfers set amount = amount + 1 where account = '${account}'`,
      `update transfers set reason = 'better' where account = '${account}'`,
      `delete from transfers where account = '${account}'`,
      'truncate transfers',
    ]) {
      await assert.rejects(core.db.query(text), /append-only/, text)
    }
  })
})
