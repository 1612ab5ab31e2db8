import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildServer } from '../../src/app/build-server.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { openServices } from '../../src/app/open-services.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { createTestDatabase, engines } from '../database.ts'
import {
  ask,
  clock_goes_to,
  type Point,
  points,
  type ToldOnce,
} from '../programs/ask-once-points.ts'

const program = fileURLToPath(new URL('../programs/ask-once.js', import.meta.url))

/** What a process has told when it was killed over its requests. */
async function killed(where: readonly string[]): Promise<Required<ToldOnce>> {
  const child = fork(program, where, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const told: ToldOnce = {}
  child.on('message', (message) => Object.assign(told, message))
  const [, signal] = await once(child, 'exit')
  assert.equal(signal, 'SIGKILL', 'it ended by itself')
  assert.ok(told.secrets && told.answer)
  return { secrets: told.secrets, answer: told.answer }
}

/** Whether the first answer after the kill was there before it; undefined: it may be so or not. */
const isThere: Readonly<Record<Point, boolean | undefined>> = {
  'before the read': false,
  'after the decision': false,
  'during the commit': undefined,
  'after the commit': true,
  'on the way of a clock': false,
  'after the answer': true,
}

for (const engine of engines) {
  describe(`a process that is killed over requests with a key (${engine})`, () => {
    it('leaves nothing or all of each: sent again, it is done once and answered', async () => {
      const database = await createTestDatabase({ engine })
      const folder = await mkdtemp(join(tmpdir(), `obole-test-${process.pid}-key-`))
      const { database_url, data_dir } = database.options
      const where = database_url ? [folder, database_url] : [data_dir]
      if (engine === 'embedded') await database.db.close()
      try {
        const { secrets, answer } = await killed(where)
        const services = await openServices({
          data_dir: where[0] ?? '',
          database_url: database_url ? new Secret(database_url) : undefined,
          master_key: undefined,
          log_level: 'error',
        })
        const { db } = services
        const app = buildServer(services, { trust_proxy: false })
        try {
          for (const point of points) {
            const first = await ask(app, secrets[point], point)
            const second = await ask(app, secrets[point], point)
            assert.equal(first.status, 200, `${point}: ${first.text}`)
            assert.equal(first.replayed, isThere[point] ?? first.replayed, point)
            assert.deepEqual(second, { ...first, replayed: true }, point)
            if (point === 'after the answer') assert.equal(first.text, answer.text)
          }
          const payments = await db.query<{ order_id: string }>('select order_id from payments')
          const paid = points.filter((it) => it !== 'on the way of a clock')
          assert.deepEqual(payments.map((it) => it.order_id).sort(), paid.sort())
          const clocks = await db.query<{ at: Date; target: Date | null }>('select * from clocks')
          assert.deepEqual(
            clocks.map(({ at, target }) => [at.toISOString(), target]),
            [[clock_goes_to, null]],
          )
          assert.deepEqual(await brokenInvariants(db), [])
        } finally {
          await app.close()
          await services.close()
        }
      } finally {
        await database.drop()
        await rm(folder, { recursive: true, force: true })
      }
    })
  })
}
