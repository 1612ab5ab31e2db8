import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findClocks } from '../../src/accounts/store.ts'
import { runDue } from '../../src/app/due.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { type OpenedServices, openServices } from '../../src/app/open-services.ts'
import { dueTables } from '../../src/app/run-due.ts'
import { Secret } from '../../src/kernel/secret.ts'
import type { Db } from '../../src/platform/db.ts'
import { createTestDatabase, engines, type TestDatabase } from '../database.ts'
import { drawing, seed_of_run } from '../draw.ts'
import type { Told, Written } from '../programs/told.ts'

const program = fileURLToPath(new URL('../programs/take-payments.js', import.meta.url))
const rounds = Number(process.env.OBOLE_CRASH_ROUNDS ?? 3)

/** What was acknowledged, over all rounds. */
class Heard {
  readonly written = new Map<string, Written>()
  /** Account → where its clock is, and where it was last sent. */
  readonly arrived = new Map<string, number>()
  readonly sent = new Map<string, number>()

  hear(it: Told): void {
    if ('id' in it) {
      if (it.version >= (this.written.get(it.id)?.version ?? 0)) this.written.set(it.id, it)
    } else if ('arrived' in it) this.arrived.set(it.account, it.arrived)
    else this.sent.set(it.account, it.leaves_for)
  }
}

/**
 * Lets the program work until it has told so much and a clock has arrived, and kills it in the
 * middle of what comes next; or, as asked, when a clock has just left.
 */
async function killedAfter(
  count: number,
  { args, heard, on_way }: { args: readonly string[]; heard: Heard; on_way: boolean },
): Promise<void> {
  const child = fork(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let left = count
  child.on('message', (message) => {
    const told = message as Told
    heard.hear(told)
    const isTime = on_way ? 'leaves_for' in told : heard.arrived.size > 0
    if (--left <= 0 && isTime) child.kill('SIGKILL')
  })
  const [, signal] = await once(child, 'exit')
  assert.equal(signal, 'SIGKILL', 'it ended by itself')
}

/** A server ends the statements of a dead client by itself, a moment later. */
async function untilQuiet(database: TestDatabase): Promise<void> {
  if (database.engine === 'embedded') return
  for (let tries = 0; tries < 2400; tries++) {
    const [row] = await database.db.query<{ others: bigint }>(
      `select count(*) as others from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
         and backend_type = 'client backend'`,
    )
    if (row?.others === 0n) return
    await pause(50)
  }
  assert.fail('a statement of a dead process goes on')
}

const tables: Record<string, string> = {
  paym: 'payments',
  pi: 'payment_intents',
  refd: 'refunds',
  dspt: 'disputes',
  dsbm: 'disbursements',
  pout: 'payouts',
}

/** What was told is there, and as it was told unless more has happened to it since. */
async function assertKept(db: Db, heard: Heard): Promise<void> {
  const there = new Map<string, Written>()
  for (const table of Object.values(tables)) {
    const rows = await db.query<Written>(`select id, version, status from ${table}`)
    for (const it of rows) there.set(it.id, it)
  }
  for (const { id, version, status } of heard.written.values()) {
    if (!tables[id.split('_')[0] ?? '']) continue
    const row = there.get(id)
    assert.ok(row, `${id} was acknowledged and is gone`)
    assert.ok(row.version >= version, `version ${version} of ${id} is gone`)
    if (row.version === version) assert.equal(row.status, status)
  }
  const [twice] = await db.query(
    `select order_id from payments where order_id is not null group by 1 having count(*) > 1`,
  )
  assert.equal(twice, undefined, 'a payment was made twice')
}

/** Another process does what was left, and the clocks are where they were going. */
async function assertArrived(services: OpenedServices, heard: Heard): Promise<void> {
  await runDue(services)
  for (const { account, at, target } of await findClocks(services.db)) {
    assert.equal(target, null, `the clock of ${account} has not arrived`)
    assert.ok(at.getTime() >= (heard.sent.get(account) ?? 0), `the clock of ${account} is behind`)
    for (const table of dueTables) {
      const left = await services.db.query(
        `select id, due_at from ${table} where account = $1 and not live and due_at <= $2`,
        [account, at],
      )
      assert.deepEqual(left, [], `${table} that were due before the clock of ${account}`)
    }
  }
}

for (const engine of engines) {
  describe(`a process that is killed while it writes (${engine})`, () => {
    const seed = `OBOLE_SEED=${seed_of_run}`
    const guarantee = 'loses no acknowledged write, makes none twice, none by half'
    it(`${rounds} times, ${guarantee}, leaves no clock on its way (${seed})`, async () => {
      const database = await createTestDatabase({ engine })
      const folder = await mkdtemp(join(tmpdir(), `obole-test-${process.pid}-crash-`))
      const { database_url, data_dir } = database.options
      const where = database_url ? [folder, database_url] : [data_dir]
      // The embedded engine belongs to one process, and that is the one that dies.
      if (engine === 'embedded') await database.db.close()
      const heard = new Heard()
      const draw = drawing(seed_of_run)
      let cut = 0
      try {
        // On a busy machine a clock may arrive before its process is killed: then once more.
        const isDone = () => cut > 0 && heard.arrived.size > 0
        for (let round = 0; round < rounds || (!isDone() && round < 3 * rounds); round++) {
          const args = [`run${round}`, `${seed_of_run + 10 * round}`, ...where]
          await killedAfter(20 + draw.below(120), { args, heard, on_way: round % 2 === 0 })
          await untilQuiet(database)
          const services = await openServices({
            data_dir: where[0] ?? '',
            database_url: database_url ? new Secret(database_url) : undefined,
            master_key: undefined,
            log_level: 'error',
          })
          try {
            const clocks = await findClocks(services.db)
            cut += clocks.filter(({ target }) => target !== null).length
            await assertKept(services.db, heard)
            assert.deepEqual(await brokenInvariants(services.db), [])
            await assertArrived(services, heard)
            assert.deepEqual(await brokenInvariants(services.db), [])
          } finally {
            await services.close()
          }
        }
        assert.ok(heard.written.size > rounds && heard.arrived.size > 0)
        assert.ok(cut > 0, 'no clock was on its way when its process was killed')
      } finally {
        await database.drop()
        await rm(folder, { recursive: true, force: true })
      }
    })
  })
}
