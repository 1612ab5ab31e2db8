import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { type Address, addresses } from '../addresses/store.ts'
import { newId } from '../kernel/ids.ts'
import { type NumberRow, numbers } from '../numbers/store.ts'
import { type Payment, payments } from '../payments/store.ts'
import { type Change, expectation, insertion, move } from './change.ts'
import { statementFor } from './gathering.ts'

const who = { account: 'acct_one', live: false }
const created = new Date('2026-03-01T12:00:00.123Z')

const address = (it: Partial<Address> = {}): Address => ({
  ...who,
  id: newId('addr'),
  version: 1,
  created,
  deleted: false,
  line1: null,
  line2: null,
  line3: null,
  zip_code: '75001',
  city: 'Paris',
  state: null,
  country: 'FRA',
  metadata: null,
  ...it,
})

const inserting = (row: Address): Change => ({
  account: row.account,
  live: row.live,
  insert: [insertion(addresses, row)],
})

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

const run = (...changes: Change[]) => {
  const { text, values } = statementFor(changes)
  return database.db.query(text, values)
}

describe('the statement of a gathering', () => {
  it('is prepared once for each shape: its text says which tables, not which rows', () => {
    const one = statementFor([inserting(address())])
    const many = statementFor(Array.from({ length: 200 }, () => inserting(address({ city: 'x' }))))
    assert.equal(one.text, many.text)
    assert.equal(one.values.length, many.values.length)
  })

  it('holds no value in its text', () => {
    const evil = `'; drop table payments; --`
    const row = address({ city: evil, metadata: { [evil]: evil } })
    const { text } = statementFor([
      {
        ...who,
        insert: [insertion(addresses, row)],
        move: [move(addresses, row, row)],
        expect: [expectation(addresses, { ...row, id: evil })],
        claim: [{ scope: evil, value: evil, owner: evil }],
        release: [{ scope: evil, value: evil, owner: evil }],
      },
    ])
    assert.doesNotMatch(text, /drop table/)
  })

  it('keeps every kind of cell as it was', async () => {
    const row: Payment = {
      ...who,
      id: newId('paym'),
      version: 2_147_483_647,
      created,
      status: 'created',
      amount: 9_007_199_254_740_993n,
      authorized: null,
      currency: 'eur',
      method: null,
      methods_allowed: ['card', 'sepa'],
      card: '',
      sepa: null,
      customer: null,
      authentication: null,
      payment_intent: null,
      promise: null,
      refunded: 0n,
      order_id: 'null',
      unique_id: '\\"\n\t\u2028😀',
      description: '{"a":1}',
      return_url: null,
      capture: false,
      response: null,
      response_author: null,
      fee: 0n,
      date_paym: new Date('0001-01-01T00:00:00Z'),
      date_bank: null,
      date_settlement: '2026-02-28',
      device: { ip: '::1', list: [1, 'two', null, { deep: false }], big: 2 ** 53 },
      billing_address: null,
      shipping_address: null,
      origin: 1,
      tries: 0,
      due_at: null,
    }
    const sealed: NumberRow = {
      ...who,
      id: row.id,
      kind: 'pan',
      sealed: Buffer.from([0, 255, 92, 39, 128]),
    }
    await run({ ...who, insert: [insertion(payments, row), insertion(numbers, sealed)] })
    assert.deepEqual(await database.db.query('select * from payments where id = $1', [row.id]), [
      row,
    ])
    const [kept] = await database.db.query<NumberRow>('select * from vault_records where id = $1', [
      row.id,
    ])
    assert.deepEqual(kept, sealed)
    const next: Payment = { ...row, version: 1, order_id: null, device: null, fee: null }
    await database.db.query('update payments set version = 0 where id = $1', [row.id])
    await run({ ...who, move: [move(payments, { ...row, version: 0 }, next)] })
    assert.deepEqual(await database.db.query('select * from payments where id = $1', [row.id]), [
      next,
    ])
  })

  it('does not take a row of another account or mode for one of the same id', async () => {
    const mine = address()
    const theirs = address({ id: mine.id, account: 'acct_two' })
    const lives = address({ id: mine.id, live: true })
    for (const row of [mine, theirs, lives]) await run(inserting(row))
    const moving = (row: Address): Change => ({
      account: row.account,
      live: row.live,
      move: [move(addresses, row, { ...row, city: 'Lyon' })],
    })
    const stale = { ...theirs, version: 2 }
    await assert.rejects(run(moving(mine), moving(stale), moving(lives)), {
      code: 'OB001',
      detail: '[1]',
    })
    await run(moving(mine))
    const rows = await database.db.query<Address>(
      'select account, live, version from addresses where id = $1 order by account, live',
      [mine.id],
    )
    assert.deepEqual(rows, [
      { account: 'acct_one', live: false, version: 2 },
      { account: 'acct_one', live: true, version: 1 },
      { account: 'acct_two', live: false, version: 1 },
    ])
  })

  it('finds a row that moves by its key, however small its table was when planned', async () => {
    const row = address()
    await run(inserting(row))
    await database.db.query('analyze addresses')
    const { text, values } = statementFor([{ ...who, move: [move(addresses, row, row)] }])
    const plan = await database.db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
    const lines = plan.map((it) => it['QUERY PLAN'])
    assert.ok(lines.some((it) => /Conflict Arbiter Indexes: addresses_pkey/.test(it)))
    assert.deepEqual(
      lines.filter((it) => /Scan.* on addresses/.test(it)),
      [],
    )
  })

  it('names every Change that cannot be made, each once', async () => {
    const [row, gone] = [address(), address()]
    await run({ ...inserting(row), claim: [{ scope: 's', value: 'taken', owner: 'o' }] })
    const claim = [{ scope: 's', value: 'taken', owner: 'p' }]
    const all: Change[] = [
      inserting(address()),
      { ...who, claim, move: [move(addresses, gone, gone)] },
      { ...who, expect: [expectation(addresses, { ...row, version: 3 })] },
      { ...who, move: [move(addresses, row, row)] },
    ]
    await assert.rejects(run(...all), { code: 'OB001', detail: '[1, 2]' })
  })

  it('counts what a list holds, by day, as rows come and go', async () => {
    const at = (day: string) => new Date(`${day}T23:59:59Z`)
    const rows = ['2026-01-01', '2026-01-01', '2026-01-02'].map((day) =>
      address({ account: 'acct_counted', created: at(day) }),
    )
    const [first] = rows as [Address]
    await run(...rows.map(inserting))
    await run({
      account: first.account,
      live: false,
      move: [move(addresses, first, { ...first, deleted: true })],
      insert: [insertion(addresses, address({ account: first.account, deleted: true }))],
    })
    const tallies = await database.db.query(
      'select day, number from tallies where account = $1 order by day',
      [first.account],
    )
    assert.deepEqual(tallies, [
      { day: '2026-01-01', number: 1n },
      { day: '2026-01-02', number: 1n },
    ])
  })
})
