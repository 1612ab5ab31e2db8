import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { engines } from '../../test/database.ts'
import type { Json } from '../../test/harness.ts'
import {
  bearing,
  createHome,
  type Home,
  type RunningServer,
  runObole,
  startObole,
} from '../../test/obole-process.ts'

const day_s = 24 * 3600
const year = new Date().getUTCFullYear() + 2

for (const engine of engines) {
  describe(`obole clock on ${engine}, beside a running server`, () => {
    let home: Home
    let server: RunningServer
    let shop: { id: string; keys: Record<string, string> }
    before(async () => {
      home = await createHome(engine)
      server = await startObole(home.env, ['--json'])
      shop = JSON.parse(server.output.stdout).account
    })
    after(async () => {
      await server.stop()
      await home.drop()
    })

    const run = (...args: string[]) => runObole(['clock', ...args, '--account', shop.id], home.env)
    const json = async (...args: string[]): Promise<Json> => {
      const { code, stdout, stderr } = await run(...args, '--json')
      assert.deepEqual([code, stderr], [0, ''])
      return JSON.parse(stdout)
    }
    const call = async (method: string, path: string, body?: object): Promise<Json> => {
      const text = body && { body: JSON.stringify(body) }
      const headers = bearing(shop.keys.stest ?? '')
      const answer = await fetch(server.url + path, { method, headers, ...text })
      assert.equal(answer.status, 200)
      return answer.json()
    }

    it('moves the clock that the server goes by, and tells what happened', async () => {
      const { now } = await json('advance', '--to', `${year}-06-05T09:00:00Z`, '--freeze')
      assert.equal(now, Date.UTC(year, 5, 5, 9) / 1000)
      const body = {
        amount: 100,
        card: { number: '4242424242424242', exp_month: 1, exp_year: 2090 },
      }
      const { id, created } = await call('POST', '/v2/payments/', body)
      assert.equal(created, now)
      const moved = await json('advance', 'P5D')
      assert.deepEqual([moved.now, moved.frozen, moved.advancing], [now + 5 * day_s, true, false])
      assert.deepEqual(
        moved.events.filter((it: Json) => it.object_id === id).map((it: Json) => it.type),
        ['payment.sent', 'payment.captured'],
      )
      assert.equal((await call('GET', `/v2/payments/${id}`)).status, 'captured')
      assert.deepEqual(await call('GET', '/v2/sandbox/clock'), await json('show'))
    })

    it('says it for people, too', async () => {
      const { stdout } = await run('show')
      assert.equal(stdout, `${year}-06-10T09:00:00Z  frozen\n`)
      const moved = await run('advance', 'P1D')
      assert(moved.stdout.startsWith(`${year}-06-11T09:00:00Z  frozen\n`))
      const running = await run('advance', '--run')
      assert.match(running.stdout, /^\d{4}-06-11T09:0\d:\d\dZ {2}running\n/)
    })

    it('says in one line what cannot be', async () => {
      const past = await run('advance', '--to', '2020-01-01')
      assert.equal(past.code, 1)
      assert.match(past.stderr, /^obole: A clock moves forward only, and this one says \d{4}-.*\n$/)
      const nobody = await runObole(['clock', 'show', '--account', 'acct_nobody'], home.env)
      assert.equal(nobody.code, 1)
      assert.match(nobody.stderr, /^obole: There is no account acct_nobody.*\n$/)
      const both = await run('advance', '--freeze', '--run')
      assert.equal(both.code, 2)
    })
  })
}
