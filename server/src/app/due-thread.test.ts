import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { engines } from '../../test/database.ts'
import {
  bearing,
  createHome,
  type Home,
  type RunningServer,
  startObole,
  until,
} from '../../test/obole-process.ts'
import { limits } from '../kernel/limits.ts'
import { type OpenedDb, openDb } from '../platform/open-db.ts'

/** More than is done in the thread of requests. */
const number = limits.due_batch + 20

describe('a backlog of due work', { skip: !engines.includes('postgres') }, () => {
  let home: Home
  let server: RunningServer
  let db: OpenedDb
  let key: string
  before(async () => {
    home = await createHome('postgres')
    server = await startObole({ ...home.env, LOG_LEVEL: 'info' }, ['--json'])
    key = JSON.parse(server.output.stdout).account.keys.stest
    db = await openDb({ data_dir: '', database_url: home.env.DATABASE_URL ?? '' })
  })
  after(async () => {
    await db.close()
    await server.stop()
    await home.drop()
  })

  const pay = async (): Promise<void> => {
    const card = { number: '4242424242424242', exp_month: 12, exp_year: 2050, cvc: '123' }
    const body = JSON.stringify({ amount: 1000, card })
    const request = { method: 'POST', headers: bearing(key), body }
    const answer = await fetch(`${server.url}/v2/payments/`, request)
    assert.equal(answer.status, 200, await answer.text())
  }
  const statuses = () =>
    db.query<{ status: string; number: number }>(
      'select status, count(*)::int as number from payments group by status',
    )

  it('is worked off by a thread of its own, each row once, and told as ever', async () => {
    const stop = new AbortController()
    const stream = await fetch(`${server.url}/v2/events/stream?types=payment.sent`, {
      headers: bearing(key),
      signal: stop.signal,
    })
    const heard = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    assert.ok(heard)
    const log = new RegExp(`"moved":${number},.*"msg":"worked off what was due"`)
    const says = () => log.test(server.output.stderr)
    let batches = 0
    // What falls due just after the server has asked how much is due, it does without its thread.
    for (let said = false; !said; ) {
      assert.ok(++batches < 5, 'the thread was never used')
      await Promise.all(Array.from({ length: number }, pay))
      await db.query(`update payments set due_at = now() where status = 'to_capture'`)
      const sent = { status: 'capture_sent', number: batches * number }
      await until('all are sent', async () => isDeepStrictEqual(await statuses(), [sent]))
      said = await until('the thread says so', says, 10_000).catch(() => false)
    }
    let text = ''
    await until('who listens hears of it', async () => {
      text += (await heard.read()).value ?? ''
      return text.includes('event: payment.sent')
    })
    stop.abort()
    const [told] = await db.query<{ number: number }>(
      `select count(*)::int as number from events where type = 'payment.sent'`,
    )
    assert.equal(told?.number, batches * number)
  })
})
