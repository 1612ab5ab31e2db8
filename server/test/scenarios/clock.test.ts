import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { moveClock } from '../../src/accounts/move-clock.ts'
import { runDue, startJobs } from '../../src/app/due.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { limits } from '../../src/kernel/limits.ts'
import { type Json, type Merchant, startServer, type TestServer } from '../harness.ts'
import { until } from '../obole-process.ts'
import { Shop } from './shop.ts'

const day_ms = 24 * 3600 * 1000
const card = { number: '4242424242424242', exp_month: 12, exp_year: 2090 }
const challengedCard = { ...card, number: '4000002760000016' }

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

let merchant: Merchant
let shop: Shop
beforeEach(async () => {
  merchant = await server.newMerchant()
  shop = new Shop(server, merchant)
})

const move = async (body: object): Promise<Json> =>
  (await shop.ask('clock', '/v2/sandbox/clock', { body })).body
const readClock = () => shop.read('/v2/sandbox/clock')
const pay = async (more: object = {}): Promise<Json> => {
  const body = { amount: 1000, card, ...more }
  return (await shop.ask('payment', '/v2/payments/', { body })).body
}
const challenge = (): Promise<Json> =>
  pay({ card: challengedCard, auth: true, return_url: 'https://shop.example/' })
const statusOf = async ({ id }: Json): Promise<string> =>
  (await shop.read(`/v2/payments/${id}`)).status
const stepsOf = async ({ id }: Json): Promise<string[]> => {
  const rows = await server.services.db.query<{ action: string }>(
    'select action from history where object_id = $1 order by version, step',
    [id],
  )
  return rows.map((it) => it.action)
}
const logged = async (work: () => Promise<unknown>): Promise<number> => {
  const { log } = server.services
  let errors = 0
  server.services.log = { ...log, error: () => void errors++ } as typeof log
  try {
    await work()
    return errors
  } finally {
    server.services.log = log
  }
}

describe('a clock that stands', () => {
  it('lets nothing fall due, however late it is in the world', async () => {
    await move({ frozen: true })
    const payment = await pay()
    const session = await challenge()
    await server.advance(30 * day_ms)
    assert.equal(await statusOf(payment), 'to_capture')
    const bank = await fetch(session.auth.redirect_url, { redirect: 'manual' })
    assert.match(await bank.text(), /<form/)
    assert.equal((await shop.read(`/v2/payments/${session.id}`)).auth.status, 'attempted')
  })

  it('that is moved ends a session at the bank, whose page says so', async () => {
    await move({ frozen: true })
    const session = await challenge()
    await move({ advance: 'PT5H59M' })
    const visit = async () =>
      (await fetch(session.auth.redirect_url, { redirect: 'manual' })).text()
    assert.match(await visit(), /<form/)
    const { events } = await move({ advance: 'PT1M' })
    assert.deepEqual(
      events.map((it: Json) => it.type),
      ['payment.authentication_expired'],
    )
    assert.doesNotMatch(await visit(), /<form/)
  })
})

describe('a clock that runs', () => {
  it('is followed by workers, ahead of real time', async () => {
    await move({ advance: 'P40D' })
    const payment = await pay({ capture: false })
    await server.advance(limits.authorization_ms - 60_000)
    assert.equal(await statusOf(payment), 'authorized')
    await server.advance(2 * 60_000)
    assert.equal(await statusOf(payment), 'expired')
  })

  it('stopped and let run again, goes on with what is left', async () => {
    const payment = await pay({ capture: false })
    await move({ frozen: true })
    await server.advance(2 * limits.authorization_ms)
    assert.equal(await statusOf(payment), 'authorized')
    await move({ frozen: false })
    await server.advance(limits.authorization_ms)
    assert.equal(await statusOf(payment), 'expired')
  })
})

describe('callers who move one clock at the same time', () => {
  it('are both heard, and nothing happens twice', async () => {
    const { now } = await move({ frozen: true })
    const payments = await Promise.all(Array.from({ length: 20 }, () => pay()))
    // In hours: of days, one in spring and one in autumn are not 24 long.
    const moves = ['PT120H', 'PT72H', 'PT12H', 'PT24H']
    const answers = await Promise.all(moves.map((advance) => move({ advance })))
    assert.equal((await readClock()).now, now + 9.5 * 24 * 3600)
    for (const it of answers) assert(it.now >= now + 12 * 3600)
    for (const it of payments) {
      assert.deepEqual(await stepsOf(it), ['accept', 'send', 'clear'])
    }
  })

  it('and set it for the first time, too', async () => {
    const before = server.clock.now().getTime() / 1000
    await Promise.all(Array.from({ length: 5 }, () => move({ advance: 'PT24H' })))
    const { now } = await readClock()
    assert(now >= Math.floor(before + 5 * 24 * 3600) && now < before + 5 * 24 * 3600 + 60)
  })
})

describe('during a move', () => {
  it('a request sees the old instant, and the clock says that it is on its way', async () => {
    const { now } = await move({ frozen: true })
    const { runClock } = server.services
    let [seen, made]: Json[] = []
    server.services.runClock = async (...args) => {
      seen = await readClock()
      made = await pay()
      await runClock(...args)
    }
    try {
      await move({ advance: 'P10D' })
    } finally {
      server.services.runClock = runClock
    }
    assert.deepEqual(seen, { now, frozen: true, advancing: true })
    assert.equal(made.created, now)
    // It was there before the move came by.
    assert.equal(await statusOf(made), 'captured')
  })

  it('a row that cannot be done stops no other, and is left to the next', async () => {
    await move({ frozen: true })
    const [broken, whole, later] = [await challenge(), await challenge(), await pay()]
    // Its session points to a payment that is not there.
    await server.services.db.query(
      `update authentications set payment = 'paym_lost' where payment = $1`,
      [broken.id],
    )
    let moved: Json
    const errors = await logged(async () => {
      moved = await move({ advance: 'P5D' })
    })
    assert.equal(errors, 1)
    assert.equal(moved.advancing, false)
    assert.equal((await shop.read(`/v2/payments/${whole.id}`)).auth.status, 'expired')
    assert.equal(await statusOf(later), 'captured')
    await server.services.db.query(
      `update authentications set payment = $1 where payment = 'paym_lost'`,
      [broken.id],
    )
    await runDue(server.services)
    assert.equal((await shop.read(`/v2/payments/${broken.id}`)).auth.status, 'expired')
  })

  it('a process that dies leaves the rest to the next one', async () => {
    await move({ frozen: true })
    const payment = await pay()
    // Where it dies: the clock is on its way, and nothing of it is done.
    const ctx = server.ctx(merchant)
    await moveClock(ctx, { advance: 'PT120H', real: server.clock.now() })
    const { now, advancing } = await readClock()
    assert.equal(advancing, true)
    assert.equal(await statusOf(payment), 'to_capture')
    await runDue(server.services)
    assert.deepEqual(await readClock(), {
      now: now + 5 * 24 * 3600,
      frozen: true,
      advancing: false,
    })
    assert.deepEqual(await stepsOf(payment), ['accept', 'send', 'clear'])
  })

  it('and after it, what a request decided at the old instant is done as well', async () => {
    await move({ frozen: true })
    const payment = await pay({ capture: false })
    await move({ advance: 'P1D' })
    // As if it had been written just when the clock arrived.
    await server.services.db.query(
      `update payments set due_at = due_at - interval '10 days' where id = $1`,
      [payment.id],
    )
    await runDue(server.services)
    assert.equal(await statusOf(payment), 'expired')
  })

  it('a process that is told to stop answers, and leaves the rest to the next one', async () => {
    const { services } = server
    const { runClock } = services
    const { now } = await move({ frozen: true })
    const payment = await pay()
    const stop = startJobs(services, { every_ms: 60_000 })
    services.runClock = async (...args) => {
      await stop()
      await runClock(...args)
    }
    try {
      const answer = await move({ advance: 'P5D' })
      assert.deepEqual([answer.now, answer.advancing], [now, true])
      assert.equal(await statusOf(payment), 'to_capture')
    } finally {
      services.runClock = runClock
    }
    const stopNext = startJobs(services, { every_ms: 5 })
    await until('the clock has arrived', async () => !(await readClock()).advancing)
    await stopNext()
    assert.deepEqual(await stepsOf(payment), ['accept', 'send', 'clear'])
  })
})

describe('after all of this', () => {
  it('nothing is wrong in the books', async () => {
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })
})
