import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { type Core, openCore } from '../../test/core.ts'
import { watched } from '../../test/watched-db.ts'
import { type Customer, customers } from '../customers/store.ts'
import { newId } from '../kernel/ids.ts'
import { listPayments, type PaymentFilters } from '../payments/store.ts'
import { insertion, move } from './change.ts'
import type { Context } from './context.ts'
import { type PageInput, pageOf } from './page-of.ts'

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

const first_day = Date.UTC(2026, 1, 26)
const DAY_S = 24 * 3600
const at = (second: number) => new Date(first_day + second * 1000)

const customer = (ctx: Context, second: number, name: string): Customer => ({
  account: ctx.account,
  live: ctx.live,
  id: newId('cust'),
  version: 1,
  created: at(second),
  deleted: false,
  email: null,
  mobile: null,
  name,
  country: null,
  date_birth: null,
  external_id: null,
  legal_id: null,
  billing_address: null,
  shipping_address: null,
})

interface Asked extends Required<PageInput> {
  name: string | undefined
  from: Date | undefined
}

const seconds = fc.oneof(
  fc.integer({ min: 0, max: 6 * DAY_S }),
  fc.integer({ min: 0, max: 6 }).map((day) => day * DAY_S),
  fc.integer({ min: 1, max: 6 }).map((day) => day * DAY_S - 1),
)
const asked: fc.Arbitrary<Asked> = fc.record({
  start: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 90 })),
  limit: fc.integer({ min: 1, max: 100 }),
  order: fc.constantFrom('asc', 'desc'),
  name: fc.option(fc.constantFrom('a', 'b', 'nobody'), { nil: undefined }),
  from: fc.option(seconds.map(at), { nil: undefined }),
})

/** The same list as a plain array. */
function modelOf(rows: readonly Customer[], it: Asked) {
  const { name, from, order, start, limit } = it
  const listed = rows
    .filter((row) => !row.deleted)
    .filter((row) => name === undefined || row.name === name)
    .filter((row) => from === undefined || row.created >= from)
    .sort((a, b) => Number(a.created) - Number(b.created) || (a.id < b.id ? -1 : 1))
  if (order === 'desc') listed.reverse()
  const page = listed.slice(start, start + limit)
  return {
    rows: page.map((row) => row.id),
    start,
    limit,
    count: listed.length,
    has_more: start + page.length < listed.length,
  }
}

const ask = async (ctx: Context, { name, from, ...page }: Asked) => {
  const query = {
    table: 'customers',
    by: 'created',
    always: ['not deleted'],
    filters: name === undefined ? [] : [{ sql: 'name = ?', value: name }],
    created_from: from,
  }
  const { rows, ...rest } = await pageOf<Customer>(ctx, query, page)
  return { ...rest, rows: rows.map((row) => row.id) }
}

describe('a page of a list', () => {
  it('is the same as that of a plain array: rows, count and has_more', async () => {
    let accounts = 0
    const world = fc.array(
      fc.record({ second: seconds, name: fc.constantFrom('a', 'b'), deleted: fc.boolean() }),
      { maxLength: 80 },
    )
    const property = fc.asyncProperty(
      world,
      fc.array(asked, { minLength: 12, maxLength: 12 }),
      async (made, pages) => {
        const ctx = core.ctx({ account: `acct_${accounts++}` })
        const stranger = core.ctx({ account: ctx.account, live: true })
        const rows = made.map(({ second, name }) => customer(ctx, second, name))
        const others = made.slice(0, 3).map(({ second, name }) => customer(stranger, second, name))
        const gone = rows.filter((_, n) => made[n]?.deleted)
        const { account, live } = ctx
        await Promise.all([
          ...rows.map((it) =>
            core.committer.commit({ account, live, insert: [insertion(customers, it)] }),
          ),
          ...others.map((it) =>
            core.committer.commit({ account, live: true, insert: [insertion(customers, it)] }),
          ),
        ])
        await Promise.all(
          gone.map((it) =>
            core.committer.commit({
              account,
              live,
              move: [move(customers, it, { ...it, deleted: true })],
            }),
          ),
        )
        for (const it of gone) it.deleted = true
        for (const it of pages) assert.deepEqual(await ask(ctx, it), modelOf(rows, it))
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })

  it('past the end is empty, and still counts', async () => {
    const ctx = core.ctx({ account: 'acct_few' })
    const row = customer(ctx, 5, 'a')
    await core.committer.commit({
      account: ctx.account,
      live: false,
      insert: [insertion(customers, row)],
    })
    const it = { start: 10, limit: 5, order: 'desc', name: undefined, from: undefined } as const
    assert.deepEqual(await ask(ctx, it), {
      rows: [],
      start: 10,
      limit: 5,
      count: 1,
      has_more: false,
    })
  })
})

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

describe('a page of 20 thousand payments', () => {
  const days = 40
  const a_day = 500
  before(async () => {
    await core.db.query(
      `insert into payments (account, live, id, version, created, status, amount, currency, capture,
         origin, tries, card)
       select 'acct_big', false, 'paym_' || lpad(n::text, 24, '0'), 1,
         timestamptz '2026-01-01Z' + n * interval '172.8 seconds', 'created', 100, 'eur', true, 1,
         0,
         'card_' || n % 2000
       from generate_series(0, ${days * a_day - 1}) n`,
    )
    await core.db.query(
      `insert into tallies select 'acct_big', false, 'payments', (created at time zone 'UTC')::date,
         count(*) from payments where account = 'acct_big' group by 4`,
    )
    await core.db.query('analyze')
  })

  /** What the statements of this page read of the table, as the engine says after running them. */
  const read = async (input: PaymentFilters) => {
    const db = watched(core.db)
    const page = await listPayments({ ...core.ctx({ account: 'acct_big' }), db }, input)
    const statements = db.asked.filter(({ text }) => /from payments/.test(text))
    const nodes: Plan[] = []
    for (const { text, values } of statements) {
      const [row] = await core.db.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${text}`,
        values,
      )
      nodes.push(...nodesOf(row?.['QUERY PLAN'][0].Plan as Plan))
    }
    const scans = nodes.filter((it) => it['Relation Name'] === 'payments')
    const rows = scans.map(
      (it) => (it['Actual Rows'] + (it['Rows Removed by Filter'] ?? 0)) * it['Actual Loops'],
    )
    assert.deepEqual(
      scans.filter((it) => it['Node Type'] === 'Seq Scan'),
      [],
    )
    return { page, scans: scans.length, rows: rows.reduce((sum, it) => sum + it, 0) }
  }

  const total = days * a_day
  for (const [name, input, most] of [
    ['the first', {}, 10],
    ['a deep', { start: 12_345, limit: 10 }, a_day + 10],
    ['the last', { start: total - 10, limit: 10 }, a_day],
    ['the first, oldest first', { order: 'asc' }, 10],
    ['a deep, oldest first', { order: 'asc', start: 12_345, limit: 10 }, a_day + 10],
    [
      'a deep one since an instant',
      { created: new Date('2026-01-05T12:00:00Z'), start: 15_000 },
      2 * a_day,
    ],
    [
      'a deep one since an instant, oldest first',
      { created: new Date('2026-01-05T12:00:00Z'), start: 15_000, order: 'asc' },
      2 * a_day,
    ],
    ['a filtered', { card: 'card_77' }, 20],
  ] as [string, PaymentFilters, number][]) {
    it(`${name} reads at most ${most} rows, not the table`, async () => {
      const { page, scans, rows } = await read(input)
      assert.equal(page.rows.length, 10)
      assert.ok(scans > 0)
      assert.ok(rows <= most, `${rows} rows were read`)
      const start = input.start ?? 0
      if (!input.card && !input.created) {
        assert.equal(page.count, total)
        const n = input.order === 'asc' ? start : total - 1 - start
        assert.equal(page.rows[0]?.id, `paym_${String(n).padStart(24, '0')}`)
      }
    })
  }
})
