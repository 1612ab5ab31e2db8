import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { generateMasterKey } from '@obole/vault/master-keys.js'
import { masterKeyIdOf } from '@obole/vault/vault.js'
import { engines } from '../../test/database.ts'
import {
  bearing,
  createHome,
  type Home,
  type RunningServer,
  runObole,
  startObole,
} from '../../test/obole-process.ts'
import { openDb } from '../platform/open-db.ts'

/** Everything that a master key protects: the ids of the keys that it is under. */
async function keysInUse({ env, data_dir }: Home): Promise<{ ids: Set<string>; numbers: number }> {
  const where = env.DATABASE_URL ? { database_url: env.DATABASE_URL } : {}
  const db = await openDb({ data_dir, ...where })
  try {
    const numbers = await db.query<{ sealed: Buffer }>('select sealed from vault_records')
    const keyring = await db.query<{ id: string }>(
      `select encode(substring(wrapped from 1 for 8), 'hex') as id from keyring`,
    )
    const ids = [...numbers.map((it) => masterKeyIdOf(it.sealed)), ...keyring.map((it) => it.id)]
    return { ids: new Set(ids), numbers: numbers.length }
  } finally {
    await db.close()
  }
}

for (const engine of engines) {
  describe(`obole vault rotate on ${engine}`, () => {
    let home: Home
    let server: RunningServer
    let key: string
    before(async () => {
      home = await createHome(engine)
      server = await startObole(home.env, ['--json'])
      key = JSON.parse(server.output.stdout).account.keys.stest
    })
    after(async () => {
      await server.stop()
      await home.drop()
    })

    const post = (path: string, body: unknown) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: bearing(key),
        body: JSON.stringify(body),
      })
    let made = 0
    /** A card that is not there yet: another expiry is another card. */
    const newCard = async (): Promise<string> => {
      const n = made++
      const expiry = { exp_month: 1 + (n % 12), exp_year: 2030 + (Math.floor(n / 12) % 60) }
      const answer = await post('/v2/cards/', { number: '4242424242424242', ...expiry })
      const body = await answer.text()
      assert.equal(answer.status, 200, body)
      return JSON.parse(body).id
    }
    const charge = async (card: string): Promise<void> => {
      const answer = await post('/v2/payments/', { amount: 100, card })
      const body = await answer.text()
      assert.equal(answer.status, 200, body)
    }
    const rotate = async (env = home.env) => {
      const { code, stdout, stderr } = await runObole(['vault', 'rotate', '--json'], env)
      assert.equal(code, 0, stderr)
      return JSON.parse(stdout) as { master_key: string; numbers: number; keys: number }
    }

    it('re-wraps under load without an error, and leaves nothing on the old key', async () => {
      const first = await newCard()
      await Promise.all(Array.from({ length: 40 }, newCard))
      let go = true
      let calls = 0
      const load = async () => {
        while (go) {
          const card = await newCard()
          await Promise.all([charge(card), charge(first)])
          calls++
        }
      }
      const running = Promise.all([load(), load(), load(), load()])
      const told = await rotate().finally(() => {
        go = false
      })
      await running
      const { ids, numbers } = await keysInUse(home)
      assert.deepEqual(ids, new Set([told.master_key]))
      assert(calls > 4 && told.numbers >= 41 && told.keys === 2, JSON.stringify(told))
      assert(numbers > told.numbers, 'some were sealed under the new key from the start')
    })

    it('leaves one key in the folder, with which a restarted server opens everything', async () => {
      const file = await readFile(join(home.data_dir, 'master.key'), 'utf8')
      assert.equal(file.trim().split('\n').length, 1)
      await server.stop()
      server = await startObole(home.env)
      const list = await fetch(`${server.url}/v2/cards/`, { headers: bearing(key) })
      const { cards } = (await list.json()) as { cards: { id: string }[] }
      for (const { id } of cards) await charge(id)
    })

    it('moves an installation from the key of its folder to one of the environment', async () => {
      await server.stop()
      const env = { ...home.env, OBOLE_MASTER_KEY: generateMasterKey() }
      server = await startObole(env)
      await charge(await newCard())
      const told = await rotate(env)
      assert.deepEqual((await keysInUse(home)).ids, new Set([told.master_key]))
    })
  })
}
