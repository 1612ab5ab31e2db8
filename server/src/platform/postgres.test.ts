import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTestDatabase, engines, type TestDatabase } from '../../test/database.ts'
import { openDb } from './open-db.ts'

describe('the PostgreSQL pool', { skip: !engines.includes('postgres') }, () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase({ engine: 'postgres' })
  })
  after(() => database.drop())

  it('survives the loss of every connection, idle and in use', async () => {
    const { db } = database
    await Promise.all([db.query('select pg_sleep(0.01)'), db.query('select pg_sleep(0.01)')])
    const killer = await openDb({ ...database.options, pool_size: 1 })
    const killAll = () =>
      killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      )
    const sleeping = assert.rejects(db.query('select pg_sleep(30)'))
    const working = assert.rejects(
      db.transaction(async (tx) => {
        await tx.query('select 1')
        await killAll()
        await tx.query('select 2')
      }),
    )
    await Promise.all([sleeping, working])
    await killer.close()
    // Ends that were on their way when the pool handed out a connection may still fail once each.
    for (let tries = 0; ; tries++) {
      const row = await db.query('select 1 as n').catch(() => undefined)
      if (row) break
      assert.ok(tries < 10)
    }
  })

  it('bounds a single statement, and not those of a transaction', async () => {
    const show = `select current_setting('statement_timeout') as timeout`
    assert.deepEqual(await database.db.query(show), [{ timeout: '30s' }])
    const inside = await database.db.transaction((tx) => tx.query(show))
    assert.deepEqual(inside, [{ timeout: '0' }])
    assert.deepEqual(await database.db.query(show), [{ timeout: '30s' }])
  })

  it('says why when there is no server', async () => {
    await assert.rejects(
      openDb({ data_dir: '', database_url: 'postgres://127.0.0.1:1/none' }),
      /ECONNREFUSED/,
    )
  })
})
