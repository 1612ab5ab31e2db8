import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { drawing, seed_of_run } from '../../test/draw.ts'
import { type DueKey, type DueOf, findDue, findDueRows, firstDue } from './due.ts'

const tables = ['due_one', 'due_two', 'due_three']
const accounts = ['acct_a', 'acct_b', 'acct_c']
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
/** Few instants, so that many rows share one. */
const minutes = 6

interface Row {
  table: number
  account: string
  live: boolean
  id: string
  due_at: Date
}

const inOrder = (a: Row, b: Row): number =>
  a.due_at.getTime() - b.due_at.getTime() || a.table - b.table || (a.id < b.id ? -1 : 1)

describe(`what is due in several tables (OBOLE_SEED=${seed_of_run})`, () => {
  const draw = drawing(seed_of_run)
  const rows: Row[] = Array.from({ length: 300 }, (_, n) => ({
    table: draw.below(tables.length),
    account: accounts[draw.below(accounts.length)] ?? '',
    live: draw.below(4) === 0,
    id: `row_${String(n).padStart(4, '0')}`,
    due_at: at(draw.below(minutes)),
  }))
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
    for (const [n, name] of tables.entries()) {
      const of = rows.filter((it) => it.table === n)
      await database.db.query(
        `create table ${name} (account text, live boolean, id text, due_at timestamptz)`,
      )
      await database.db.query(
        `insert into ${name} select * from unnest($1::text[], $2::boolean[], $3::text[],
           $4::timestamptz[])`,
        [
          of.map((it) => it.account),
          of.map((it) => it.live),
          of.map((it) => it.id),
          of.map((it) => it.due_at),
        ],
      )
      // Nothing ever happens to this one.
      await database.db.query(`insert into ${name} values ('acct_a', false, 'row_never', null)`)
    }
  })
  after(() => database.drop())

  const pages = async (of: DueOf, by: Date, limit: number): Promise<DueKey[]> => {
    const all: DueKey[] = []
    for (;;) {
      const page = await findDue(database.db, tables, of, { by, after: all.at(-1), limit, skip: 0 })
      assert(page.length <= limit)
      if (!page.length) return all
      all.push(...page)
    }
  }
  const of: [what: string, DueOf, (row: Row) => boolean][] = [
    ['of a test account', { account: 'acct_b' }, (it) => it.account === 'acct_b' && !it.live],
    ['of all', { but: [] }, () => true],
    [
      'of all but test accounts with other clocks',
      { but: ['acct_a', 'acct_c'] },
      (it) => it.live || it.account === 'acct_b',
    ],
  ]
  for (const [what, whose, isMeant] of of) {
    it(`${what} is listed in pages, each row once, by instant and table`, async () => {
      const by = at(minutes - 2)
      const expected = rows.filter((it) => isMeant(it) && it.due_at <= by).sort(inOrder)
      for (const limit of [1, 7, 50, 1000]) {
        assert.deepEqual(await pages(whose, by, limit), expected, `pages of ${limit}`)
      }
    })
  }

  it('is listed from further on where others are at work', async () => {
    const whole = { by: at(minutes), limit: 30, skip: 0 }
    const all = await findDue(database.db, tables, { but: [] }, whole)
    const part = { ...whole, limit: 10, skip: 20 }
    const some = await findDue(database.db, tables, { but: [] }, part)
    assert.deepEqual(some, all.slice(20))
  })

  it('is read as it is by now: what is due no more is not there', async () => {
    const keys = rows.filter((it) => it.table === 0).slice(0, 10)
    const by = at(minutes)
    const read = () => findDueRows<Row>(database.db, 'due_one', keys, by)
    assert.equal((await read()).length, 10)
    const [moved, ended] = keys
    await database.db.query(
      `update due_one set due_at = case id when $1 then $2::timestamptz end where id in ($1, $3)`,
      [moved?.id ?? '', at(minutes + 1), ended?.id ?? ''],
    )
    assert.deepEqual(
      (await read()).map(({ id }) => id).sort(),
      keys.slice(2).map(({ id }) => id),
    )
  })

  it('is known by its first instant for each account', async () => {
    await database.db.query('delete from due_one where account = $1', ['acct_c'])
    const first = await firstDue(database.db, tables, [...accounts, 'acct_nobody'])
    const expected = await Promise.all(
      accounts.map(async (account) => {
        const page = { by: at(60), limit: 1, skip: 0 }
        const [row] = await findDue(database.db, tables, { account }, page)
        return [account, row?.due_at] as const
      }),
    )
    assert.deepEqual([...first].sort(), expected)
  })
})
