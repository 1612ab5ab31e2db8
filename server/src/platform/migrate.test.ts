import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, engines, type TestDatabase } from '../../test/database.ts'
import { migrate, readMigrations, schemaNumber } from './migrate.ts'
import { openDb } from './open-db.ts'

const program = fileURLToPath(new URL('../../test/programs/run-migrations.js', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'obole-migrations-'))
after(() => rmSync(root, { recursive: true, force: true }))

const folderOf = (files: Record<string, string>): string => {
  const folder = mkdtempSync(join(root, 'm-'))
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql)
  return folder
}

const empty = folderOf({})
const first = { '0001-first.sql': 'create table one (id integer);\ninsert into one values (1);' }
const both = { ...first, '0002-second.sql': 'create table two (id integer)' }

describe('a folder of migrations', () => {
  it('is refused when a number is missing, doubled or badly written', async () => {
    await assert.rejects(readMigrations(folderOf({ '0002-b.sql': '' })), /should be migration 1/)
    await assert.rejects(
      readMigrations(folderOf({ '0001-a.sql': '', '0001-b.sql': '' })),
      /should be migration 2/,
    )
    await assert.rejects(readMigrations(folderOf({ '1-a.sql': '' })), /should be migration 1/)
  })

  it('is the same with other line ends', async () => {
    const [unix] = await readMigrations(folderOf({ '0001-a.sql': 'select 1;\nselect 2' }))
    const [windows] = await readMigrations(folderOf({ '0001-a.sql': 'select 1;\r\nselect 2' }))
    assert.equal(unix?.sha256, windows?.sha256)
  })
})

for (const engine of engines) {
  describe(`migrations on ${engine}`, () => {
    let database: TestDatabase
    beforeEach(async () => {
      database = await createTestDatabase({ engine, migrations: empty })
    })
    afterEach(() => database.drop())

    it('are applied in order, once, and later ones are added', async () => {
      const { db } = database
      await migrate(db, { folder: folderOf(first) })
      assert.equal(await schemaNumber(db), 1)
      const folder = folderOf(both)
      await migrate(db, { folder })
      await migrate(db, { folder })
      assert.equal(await schemaNumber(db), 2)
      assert.deepEqual(await db.query('select id from one'), [{ id: 1 }])
      assert.deepEqual(await db.query('select name from schema_migrations order by number'), [
        { name: '0001-first' },
        { name: '0002-second' },
      ])
    })

    it('leave nothing of one that fails, and keep those before it', async () => {
      const { db } = database
      const broken = { ...first, '0002-bad.sql': 'create table two (id integer); select 1/0' }
      await assert.rejects(
        migrate(db, { folder: folderOf(broken) }),
        /Migration 0002-bad failed: division by zero/,
      )
      assert.equal(await schemaNumber(db), 1)
      assert.deepEqual(await db.query(`select to_regclass('two') as there`), [{ there: null }])
    })

    it('refuse a database that is newer than the program, naming both', async () => {
      await migrate(database.db, { folder: folderOf(both) })
      await assert.rejects(
        migrate(database.db, { folder: folderOf(first) }),
        /newer than this program: it is at 0002-second, the program knows 0001-first/,
      )
    })

    it('refuse a migration that was changed after it was applied', async () => {
      await migrate(database.db, { folder: folderOf(first) })
      const changed = { '0001-first.sql': 'create table one (id bigint)' }
      await assert.rejects(migrate(database.db, { folder: folderOf(changed) }), /must never change/)
    })

    it('are applied once by twenty callers at the same time', async () => {
      const folder = folderOf(both)
      const callers = await Promise.all(
        Array.from({ length: 20 }, () => openDb({ ...database.options, pool_size: 1 })),
      )
      await Promise.all(callers.map((db) => migrate(db, { folder })))
      await Promise.all(callers.map((db) => db.close()))
      assert.deepEqual(await database.db.query('select id from one'), [{ id: 1 }])
    })

    it('are applied once by several processes at the same time', async () => {
      const args = [JSON.stringify(database.options), folderOf(both)]
      const children = Array.from({ length: 4 }, () => fork(program, args))
      const exits = await Promise.all(children.map((child) => once(child, 'exit')))
      assert.deepEqual(
        exits.map(([code]) => code),
        [0, 0, 0, 0],
      )
      assert.deepEqual(await database.db.query('select id from one'), [{ id: 1 }])
    })
  })
}
