import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { serialize } from 'pg-protocol'
import { claimDataFolder } from '../data-folder.ts'
import { type OpenedDb, openDb } from '../open-db.ts'
import { ENGINE_VERSION } from './template-file.ts'
import { simpleQuery, statusAfter } from './wire.ts'

/** Each round is a start and a kill; more of them with OBOLE_CRASH_ROUNDS. */
const rounds = Number(process.env.OBOLE_CRASH_ROUNDS ?? 3)
const program = fileURLToPath(new URL('../../../test/programs/write-rows.js', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'obole-engine-'))
after(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => mkdtempSync(join(root, 'data-'))

/** Asks again and again, for a bounded time, until the answer is yes. */
const eventually = async (what: string, ask: () => Promise<boolean>) => {
  for (const started = performance.now(); !(await ask()); await pause(10)) {
    assert.ok(performance.now() - started < 120_000, `never happened: ${what}`)
  }
}

const statements = async (db: OpenedDb) =>
  (await db.query<{ name: string }>('select name from pg_prepared_statements')).map((s) => s.name)

describe('the embedded engine', () => {
  it('syncs to disk before each write is acknowledged', async () => {
    const db = await openDb({ data_dir: newFolder() })
    await db.query('create table things (id integer)')
    const syncs = async () => (await db.stats())?.syncs ?? 0
    const before = await syncs()
    for (let i = 0; i < 20; i++) await db.query('insert into things values ($1)', [i])
    const after_writes = await syncs()
    assert.ok(after_writes - before >= 20, `${after_writes - before} syncs`)
    await db.query('select count(*) from things')
    assert.equal(await syncs(), after_writes)
    const [settings] = await db.query(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
              current_setting('wal_sync_method') as method,
              current_setting('full_page_writes') as pages`,
    )
    assert.deepEqual(settings, { fsync: 'on', commit: 'on', method: 'fsync', pages: 'on' })
    await db.close()
  })

  it(`loses no acknowledged write when it is killed, ${rounds} times`, async () => {
    const data_dir = newFolder()
    const acknowledged = new Set<number>()
    for (let round = 0; round < rounds; round++) {
      const child = fork(program, [data_dir, String(round * 100_000)])
      const enough = acknowledged.size + 10 + 13 * round
      await new Promise<void>((killed, refuse) => {
        child.on('message', ({ found, written }: { found?: number[]; written?: number }) => {
          const lost = found && [...acknowledged].filter((id) => !found.includes(id))
          if (lost?.length) refuse(new Error(`lost in round ${round}: ${lost}`))
          if (written !== undefined) acknowledged.add(written)
          if (acknowledged.size >= enough) child.kill('SIGKILL')
        })
        child.on('exit', () => killed())
      })
    }
    const db = await openDb({ data_dir })
    const rows = await db.query<{ id: number }>('select id from written')
    const kept = new Set(rows.map(({ id }) => id))
    assert.ok(acknowledged.size >= 10 * rounds)
    assert.deepEqual(
      [...acknowledged].filter((id) => !kept.has(id)),
      [],
    )
    assert.equal(kept.size, rows.length)
    await db.close()
  })

  it('recovers by itself when the engine breaks', async () => {
    const data_dir = newFolder()
    const db = await openDb({ data_dir })
    await db.query('create table things (id integer)')
    await db.query('insert into things values (1)')
    // Without its log the engine cannot go on: it panics, as on a disk that fails.
    const log = join(data_dir, 'db', 'pg_wal')
    renameSync(log, join(data_dir, 'aside'))
    const fill = `insert into things select generate_series(1, 400000)`
    await assert.rejects(db.query(fill))
    await eventually('a connection that broke', () =>
      db.query('insert into things values (2)').then(
        () => false,
        () => true,
      ),
    )
    rmSync(log, { recursive: true, force: true })
    renameSync(join(data_dir, 'aside'), log)
    await eventually('a new start', () =>
      db.query('select 1').then(
        () => true,
        () => false,
      ),
    )
    assert.deepEqual(await db.query('select id from things'), [{ id: 1 }])
    await db.close()
  })

  it('begins again when its first start was interrupted', async () => {
    const data_dir = newFolder()
    mkdirSync(join(data_dir, 'db.unfinished'))
    writeFileSync(join(data_dir, 'db.unfinished', 'PG_VERSION'), '18')
    const db = await openDb({ data_dir })
    assert.deepEqual(await db.query('select 1 as n'), [{ n: 1 }])
    await db.close()
    assert.ok(!existsSync(join(data_dir, 'db.unfinished')))
  })

  it('checkpoints and vacuums by itself, between the turns of others', async () => {
    const maintenance = { interval_ms: 20, checkpoint_ms: 50, checkpoint_bytes: 1_000_000 }
    const db = await openDb({ data_dir: newFolder(), maintenance })
    await db.query('create table things (id integer, text text)')
    await db.transaction(async (tx) => {
      await tx.query('insert into things select generate_series(1, 5000)')
      await pause(100)
      await tx.query(`update things set text = 'changed'`)
    })
    await db.query(`update things set text = 'again'`)
    await eventually('a checkpoint and a vacuum', async () => {
      const [table] = await db.query<{ done: boolean }>(
        `select last_vacuum is not null and last_analyze is not null and n_dead_tup = 0 as done
           from pg_stat_user_tables where relname = 'things'`,
      )
      return Boolean(table?.done && (await db.stats())?.checkpoints)
    })
    await db.close()
  })

  it('is of the pinned version, whose internals it relies on', () => {
    const manifest = new URL('../../../../package.json', import.meta.url)
    const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8'))
    assert.equal(dependencies['@electric-sql/pglite'], ENGINE_VERSION)
  })

  it('cannot be used after it was closed', async () => {
    const db = await openDb({ data_dir: newFolder() })
    await db.close()
    await db.close()
    await assert.rejects(db.query('select 1'), /closed/)
    await assert.rejects(
      db.transaction(async () => {}),
      /closed/,
    )
  })
})

describe('guests of the embedded engine', () => {
  it('work on what the owner sees, and leave nothing behind', async () => {
    const data_dir = newFolder()
    const owner = await openDb({ data_dir })
    const guest = await openDb({ data_dir })
    assert.deepEqual([owner.role, guest.role], ['owner', 'guest'])
    await guest.query('create table things (id integer)')
    await guest.transaction((tx) => tx.query('insert into things values ($1)', [1]))
    await owner.query('select $1::text', ['mine'])
    assert.deepEqual(await owner.query('select id from things'), [{ id: 1 }])
    const names = await statements(owner)
    assert.ok(
      names.some((name) => name.startsWith('g')) && names.some((name) => name.startsWith('q')),
    )
    await guest.close()
    await eventually('no statement of the guest', async () =>
      (await statements(owner)).every((name) => name.startsWith('q')),
    )
    await owner.close()
  })

  it('are refused where the folder must be owned', async () => {
    const data_dir = newFolder()
    const owner = await openDb({ data_dir })
    await assert.rejects(openDb({ data_dir, must_own: true }), {
      message: `Another Obole is running on this data folder (${data_dir})`,
    })
    await owner.close()
  })

  it('are rolled back when they vanish inside a transaction', async () => {
    const data_dir = newFolder()
    const owner = await openDb({ data_dir })
    await owner.query('create table things (id integer)')
    const claim = await claimDataFolder(data_dir)
    assert.ok(claim.role === 'guest')
    const socket = claim.connect()
    socket.write(serialize.startup({ user: 'postgres' }))
    socket.write(simpleQuery('begin; insert into things values (1)'))
    let heard = Buffer.alloc(0)
    for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
      heard = Buffer.concat([heard, bytes])
      if (statusAfter(heard) === 'T') break
    }
    const waiting = owner.query('select id from things')
    socket.destroy()
    assert.deepEqual(await waiting, [])
    await owner.close()
  })

  it('who sit in a transaction while others wait lose it', async () => {
    const data_dir = newFolder()
    const owner = await openDb({ data_dir, idle_in_transaction_ms: 100 })
    const guest = await openDb({ data_dir })
    await owner.query('create table things (id integer)')
    const sitting = guest.transaction(async (tx) => {
      await tx.query('insert into things values (1)')
      assert.deepEqual(await owner.query('select id from things'), [])
      await tx.query('insert into things values (2)')
    })
    await assert.rejects(sitting)
    assert.deepEqual(await guest.query('select id from things'), [])
    await guest.close()
    await owner.close()
  })

  it('finish before a closing owner leaves; who comes then owns the folder next', async () => {
    const data_dir = newFolder()
    const owner = await openDb({ data_dir })
    await owner.query('create table things (id integer)')
    const guest = await openDb({ data_dir })
    const closing = owner.close()
    const next = openDb({ data_dir })
    const insert = (id: number) => guest.query('insert into things values ($1)', [id])
    await Promise.all([0, 1, 2, 3, 4].map(insert))
    await guest.close()
    await closing
    const db = await next
    assert.equal(db.role, 'owner')
    assert.deepEqual(await db.query('select count(*) from things'), [{ count: 5n }])
    await db.close()
  })
})
