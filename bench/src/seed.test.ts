import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { brokenInvariants } from '@obole/server/src/app/invariants/check-invariants.js'
import { createTestDatabase, type TestDatabase } from '@obole/server/test/database.js'
import { seed, somePayments } from './seed.ts'

describe('the seed', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
    await seed(database.db, 'acct_one', 2000)
  })
  after(() => database.drop())

  const counts = async (table: string) => {
    const rows = await database.db.query<{ status: string; number: bigint }>(
      `select status, count(*) as number from ${table} group by 1 order by 1`,
    )
    return new Map(rows.map(({ status, number }) => [status, Number(number)]))
  }

  it('leaves a store that the server could have written', async () => {
    assert.deepEqual(await brokenInvariants(database.db), [])
  })

  it('has payments of all ends, most of them paid out', async () => {
    const payments = await counts('payments')
    assert.equal(payments.get('created'), 100)
    assert.equal(payments.get('refused'), 100)
    assert.ok((payments.get('captured') ?? 0) > 1700)
    assert.equal(
      [...payments.values()].reduce((sum, it) => sum + it),
      2000,
    )
    assert.ok(((await counts('payouts')).get('paid') ?? 0) > 200)
  })

  it('finds again what it made', async () => {
    const some = await somePayments(database.db, 2000, 50)
    const found = await database.db.query<{ id: string }>(
      'select id from payments where account = $1 and id = any($2)',
      ['acct_one', some.map(({ id }) => id)],
    )
    assert.equal(found.length, new Set(some.map(({ id }) => id)).size)
  })
})
