import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../test/harness.ts'
import { until } from '../../test/obole-process.ts'
import { limits } from '../kernel/limits.ts'
import { Committer } from '../platform/commit.ts'
import { readConfig } from './config.ts'
import { runDue, startJobs } from './due.ts'
import { DueThread } from './due-thread.ts'

const hour_ms = 3600 * 1000

describe('due work', () => {
  let server: TestServer
  before(async () => {
    server = await startServer()
  })
  after(() => server.close())

  const card = { number: '4242424242424242', exp_month: 12, exp_year: 2050, cvc: '123' }
  const authorize = async (): Promise<string> => {
    const body = { amount: 1000, capture: false, card }
    const answer = await server.call('POST', '/v2/payments/', { body })
    assert.equal(answer.body.status, 'authorized', answer.text)
    return answer.body.id
  }
  const challenge = async (): Promise<string> => {
    const challenged = { ...card, number: '4000000000003220' }
    const body = {
      amount: 1000,
      card: challenged,
      auth: true,
      return_url: 'https://shop.example/',
    }
    const answer = await server.call('POST', '/v2/payments/', { body })
    assert.equal(answer.body.auth?.status, 'available', answer.text)
    return answer.body.id
  }
  const read = async (id: string) => (await server.call('GET', `/v2/payments/${id}`)).body
  const errorsOf = async (work: () => Promise<void>): Promise<number> => {
    let errors = 0
    const { log } = server.services
    server.services.log = { ...log, error: () => void errors++ } as typeof log
    try {
      await work()
      return errors
    } finally {
      server.services.log = log
    }
  }

  it('leaves alone what is not due yet', async () => {
    const id = await authorize()
    await server.advance(limits.authorization_ms - hour_ms)
    assert.equal((await read(id)).status, 'authorized')
  })

  it('ends an authorization that was not captured in seven days', async () => {
    const id = await authorize()
    await server.advance(limits.authorization_ms)
    assert.equal((await read(id)).status, 'expired')
  })

  it('ends a 3-D Secure session after six hours, and gives the payment back', async () => {
    const id = await challenge()
    await server.advance(limits.authentication_ms)
    const { auth, status } = await read(id)
    assert.deepEqual([auth.status, status], ['expired', null])
  })

  it('does everything that is due, also beyond one batch', async () => {
    const { services } = server
    const ids = await Promise.all(Array.from({ length: limits.due_batch + 20 }, authorize))
    server.clock.advance(limits.authorization_ms)
    assert.equal(await runDue(services), ids.length)
    assert.equal(await runDue(services), 0)
  })

  it('happens once when two processes do it at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, authorize))
    server.clock.advance(limits.authorization_ms)
    const other = { ...server.services, committer: new Committer(server.services.db) }
    const errors = await errorsOf(async () => {
      await Promise.all([runDue(server.services), runDue(other)])
    })
    assert.equal(errors, 0)
    const rows = await server.services.db.query<{ times: number }>(
      `select count(*)::int as times from events where type = 'payment.expired'
       and object_id = any($1) group by object_id`,
      [ids],
    )
    assert.deepEqual(new Set(rows.map((it) => it.times)), new Set([1]))
    assert.equal(rows.length, ids.length)
  })

  it('logs a row that cannot be done, and does the others', async () => {
    const { db } = server.services
    const broken = await challenge()
    const whole = await challenge()
    // Its session points to a payment that is not there.
    await db.query(`update authentications set payment = 'paym_lost' where payment = $1`, [broken])
    const errors = await errorsOf(() => server.advance(limits.authentication_ms))
    assert.equal(errors, 1)
    assert.equal((await read(whole)).auth.status, 'expired')
    assert.equal(await errorsOf(async () => void (await runDue(server.services))), 0)
  })

  it('gives up for a while what meets itself again and again, and does the others', async () => {
    const { db } = server.services
    const [stuck, free] = [await authorize(), await authorize()]
    // As by somebody who is always faster: what is written to this row is lost.
    await db.query(`create function lose() returns trigger language plpgsql as
      $$ begin return case when old.id = '${stuck}' then null else new end; end $$`)
    await db.query(`create trigger lose before update on payments
      for each row execute function lose()`)
    try {
      assert.equal(await errorsOf(() => server.advance(limits.authorization_ms)), 1)
      assert.deepEqual(
        [(await read(stuck)).status, (await read(free)).status],
        ['authorized', 'expired'],
      )
      assert.equal(await errorsOf(async () => void (await runDue(server.services))), 0)
    } finally {
      await db.query('drop trigger lose on payments')
    }
  })

  it('is done in this thread when the one for a backlog cannot start', async () => {
    const { services } = server
    const config = readConfig({ DATABASE_URL: 'postgres://127.0.0.1:1/none' })
    const ids = await Promise.all(Array.from({ length: limits.due_batch }, authorize))
    const errors = await errorsOf(async () => {
      const workhorse = new DueThread(config, services)
      server.clock.advance(limits.authorization_ms)
      const stop = startJobs(server.services, { every_ms: 5, workhorse })
      await until(
        'the last expires',
        async () => (await read(ids.at(-1) ?? '')).status === 'expired',
      )
      await stop()
    })
    assert.equal(errors, 1)
  })

  it('is left to the one for a backlog when much falls due after it was looked for', async () => {
    const number = 2 * limits.due_batch + 20
    const ids = await Promise.all(Array.from({ length: number }, authorize))
    server.clock.advance(limits.authorization_ms)
    let asked = 0
    const run = async () => void asked++
    const workhorse = { run, stop: async () => {} }
    const stop = startJobs(server.services, { every_ms: 5, workhorse })
    await until('the last expires', async () => (await read(ids.at(-1) ?? '')).status === 'expired')
    await stop()
    assert.equal(asked, 2)
  })

  it('goes on by itself until it is stopped, and wipes codes that are too old', async () => {
    const { services } = server
    services.cvcs.hold('old', '123', new Date(Date.now() - 1))
    const stop = startJobs(services, { every_ms: 5 })
    const id = await authorize()
    server.clock.advance(limits.authorization_ms)
    await until('the payment expires', async () => (await read(id)).status === 'expired')
    await stop()
    assert.equal(services.cvcs.take('old', new Date(0)), null)
  })
})
