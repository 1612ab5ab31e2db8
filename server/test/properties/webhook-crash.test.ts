import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { deliverDue } from '../../src/app/deliver.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { openServices } from '../../src/app/open-services.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { MovableClock } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/db.ts'
import { createTestDatabase, engines } from '../database.ts'
import { drawing, seed_of_run } from '../draw.ts'
import { HookReceiver } from '../hook-receiver.ts'
import type { Told, Written } from '../programs/told.ts'

const program = fileURLToPath(new URL('../programs/tell-shop.js', import.meta.url))
const rounds = Number(process.env.OBOLE_CRASH_ROUNDS ?? 2)

/** Lets the program work until it has told so much, and kills it in the middle of what follows. */
async function killedAfter(
  count: number,
  args: readonly string[],
  acknowledged: Written[],
): Promise<void> {
  const child = fork(program, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let left = count
  child.on('message', (message) => {
    acknowledged.push(message as Extract<Told, Written>)
    if (--left <= 0) child.kill('SIGKILL')
  })
  const [, signal] = await once(child, 'exit')
  assert.equal(signal, 'SIGKILL', 'it ended by itself')
}

interface Row {
  id: string
  object_id: string
  version: number
}

async function pendingOf(db: Db): Promise<number> {
  const [row] = await db.query<{ number: bigint }>(
    'select count(*) as number from deliveries where due_at is not null',
  )
  return Number(row?.number)
}

for (const engine of engines) {
  describe(`a process that is killed while it delivers (${engine})`, () => {
    const guarantee = 'every event of a committed change arrives in its order, and no other'
    it(`${rounds} times: ${guarantee} (OBOLE_SEED=${seed_of_run})`, async () => {
      const database = await createTestDatabase({ engine })
      const folder = await mkdtemp(join(tmpdir(), `obole-test-${process.pid}-hooks-`))
      const { database_url, data_dir } = database.options
      const [home, ...server] = database_url ? [folder, database_url] : [data_dir]
      if (engine === 'embedded') await database.db.close()
      const draw = drawing(seed_of_run)
      const shop = await new HookReceiver().listen()
      // Now and then the shop is down, or hangs up: what follows of the object waits.
      shop.answer = () => draw.one([200, 200, 200, 200, 200, 200, 200, 500, 'nothing'])
      const acknowledged: Written[] = []
      try {
        for (let round = 0; round < rounds; round++) {
          const args = [`run${round}`, `${shop.url}/`, home ?? '', ...server]
          await killedAfter(20 + draw.below(150), args, acknowledged)
        }
        shop.answer = () => 200
        const clock = new MovableClock()
        const services = await openServices(
          {
            data_dir: home ?? '',
            database_url: database_url ? new Secret(database_url) : undefined,
            master_key: undefined,
            log_level: 'error',
          },
          { clock },
        )
        try {
          // Past what dead processes had in hand, and past all that is tried again.
          for (let tries = 0; tries < 9 && (await pendingOf(services.db)) > 0; tries++) {
            clock.advance(22 * 3_600_000)
            await deliverDue(services)
          }
          assert.equal(await pendingOf(services.db), 0)
          const rows = await services.db.query<Row>(
            `select id, object_id, version from events where object = 'customer' order by seq`,
          )
          const first = [...new Map(shop.heard.map(({ event }) => [event.id, event])).keys()]
          assert.deepEqual([...first].sort(), rows.map(({ id }) => id).sort())
          const versions = new Map<string, number>()
          const byId = new Map(rows.map((it) => [it.id, it]))
          for (const id of first) {
            const { object_id, version } = byId.get(id) as Row
            assert.equal(version, (versions.get(object_id) ?? 0) + 1, 'in the order of the object')
            versions.set(object_id, version)
          }
          for (const { id, version } of acknowledged) {
            assert.ok((versions.get(id) ?? 0) >= version, `${id} was acknowledged and not told`)
          }
          assert.deepEqual(await brokenInvariants(services.db), [])
        } finally {
          await services.close()
        }
      } finally {
        shop.close()
        await database.drop()
        await rm(folder, { recursive: true, force: true })
      }
    })
  })
}
