import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SandboxClock, SandboxClockMoved } from '@obole/contract/v2/sandbox-clock.js'
import { limits } from '../../../src/kernel/limits.ts'
import { type CallOptions, type Json, startServer, type TestServer } from '../../harness.ts'
import { quietMonday } from '../../moving-shop.ts'
import { assertConforms, assertInvalid, assertRefused, ok } from './answers.ts'
import { approvedCard } from './objects.ts'

const path = '/v2/sandbox/clock'
const day_s = 24 * 3600

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

/** The clock of a merchant of its own. */
async function openClock() {
  const { keys } = await server.newMerchant()
  const key = keys.stest
  const call = (method: string, address: string, options?: CallOptions) =>
    server.call(method, address, { key, ...options })
  return {
    keys,
    call,
    read: async (): Promise<Json> => ok(await call('GET', path)),
    move: async (body: unknown): Promise<Json> => ok(await call('POST', path, { body })),
    refuse: (body: unknown) => call('POST', path, { body }),
    pay: async (more: object = {}): Promise<Json> => {
      const body = { amount: 1000, card: approvedCard, ...more }
      return ok(await call('POST', '/v2/payments/', { body }))
    },
  }
}

describe('the clock of test mode', () => {
  it('is real time until it is set', async () => {
    const { read } = await openClock()
    const before = Math.floor(server.clock.now().getTime() / 1000)
    const clock = await read()
    assertConforms(SandboxClock, clock)
    assert(clock.now >= before && clock.now <= before + 60, JSON.stringify(clock))
    assert.deepEqual([clock.frozen, clock.advancing], [false, false])
  })

  it('stands where it is stopped, and runs on from there', async () => {
    const { read, move } = await openClock()
    const stopped = await move({ frozen: true })
    assert.equal(stopped.frozen, true)
    server.clock.advance(day_s * 1000)
    assert.deepEqual(await read(), { now: stopped.now, frozen: true, advancing: false })
    await move({ frozen: false })
    server.clock.advance(3 * day_s * 1000)
    const { now, frozen } = await read()
    assert(now >= stopped.now + 3 * day_s && now <= stopped.now + 3 * day_s + 60)
    assert.equal(frozen, false)
  })

  it('goes forward by a duration, and to an instant', async () => {
    const { move } = await openClock()
    const { now: start } = await move({ frozen: true })
    const moved = await move({ advance: 'P1DT1H' })
    assertConforms(SandboxClockMoved, moved)
    assert.equal(moved.events_count, 0)
    const { now } = await move({ to: start + 5 * day_s })
    assert.equal(now, start + 5 * day_s)
    const iso = new Date((start + 6 * day_s) * 1000).toISOString()
    assert.equal((await move({ to: iso })).now, start + 6 * day_s)
  })

  it('moved to where it is, as by somebody who asks again, stays', async () => {
    const { move, read } = await openClock()
    const { now } = await move({ frozen: true })
    await move({ to: now + 10 })
    assert.equal((await move({ to: now + 10 })).now, now + 10)
    assert.equal((await read()).now, now + 10)
  })

  it('tells what happened on the way, in its order and at its instants', async () => {
    const { move, pay, call } = await openClock()
    const monday = quietMonday()
    const at = (days: number, hours: number) => monday.getTime() / 1000 + (days * 24 + hours) * 3600
    await move({ to: monday.toISOString(), frozen: true })
    const { id } = await pay({ capture: false })
    const sent = await pay()
    const { events, events_count } = await move({ advance: 'P8D' })
    assert.equal(events_count, events.length)
    const told = (of: string) =>
      events.filter((it: Json) => it.object_id === of).map((it: Json) => [it.type, it.created])
    assert.deepEqual(told(id), [['payment.expired', at(7, 0)]])
    // At 22:00 in Paris, then at 6:00.
    assert.deepEqual(told(sent.id), [
      ['payment.sent', at(0, 11)],
      ['payment.captured', at(0, 19)],
    ])
    const created = events.map((it: Json) => it.created)
    assert.deepEqual(created, created.toSorted())
    const [{ seq }] = events
    for (const [n, it] of events.entries()) assert.equal(it.seq, seq + n)
    assert.equal(ok(await call('GET', `/v2/payments/${sent.id}`)).status, 'captured')
  })

  it('does not tell what others have done meanwhile', async () => {
    const { move, pay } = await openClock()
    await move({ frozen: true })
    await pay()
    assert.equal((await move({ advance: 'PT1S' })).events_count, 0)
  })

  it('is of one account and of its test mode alone', async () => {
    const [one, other] = [await openClock(), await openClock()]
    await one.move({ advance: 'P1Y' })
    const now = server.clock.now().getTime() / 1000
    assert((await other.read()).now < now + day_s)
    const body = { email: 'zoe@example.com' }
    const live = await server.call('POST', '/v2/customers/', { key: one.keys.sprod, body })
    assert(ok(live).created < now + day_s)
    assert((await one.pay()).created > now + 300 * day_s)
  })

  it('decides: on a day after its last a card is refused', async () => {
    const { move, pay } = await openClock()
    assert.equal((await pay()).status, 'to_capture')
    await move({ to: `${approvedCard.exp_year + 1}-01-01T00:00:01Z` })
    const { status, response } = await pay()
    assert.deepEqual([status, response], ['refused', '54'])
  })
})

describe('a move of the clock', () => {
  it('answers 401 without a secret key', async () => {
    const { keys } = await openClock()
    const text = 'You are not authorized to access that resource'
    for (const key of [null, keys.ptest, `stest_${'a'.repeat(24)}`]) {
      assertRefused(await server.call('GET', path, { key }), 401, text)
      assertRefused(await server.call('POST', path, { key, body: '{' }), 401, text)
    }
  })

  it('answers 404 to a live key, whose time is real', async () => {
    const { keys } = await openClock()
    const body = { advance: 'P1D' }
    assertRefused(await server.call('GET', path, { key: keys.sprod }), 404, 'Not found')
    assertRefused(await server.call('POST', path, { key: keys.sprod, body }), 404, 'Not found')
  })

  it('answers 405 to what a clock cannot do', async () => {
    const { call } = await openClock()
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await call(method, path)
      assert.equal(answer.status, 405)
      assert.deepEqual(answer.headers.get('allow')?.split(', ').sort(), ['GET', 'POST'])
    }
  })

  const refused: [what: string, body: unknown, loc: string[]][] = [
    ['that says nothing', {}, ['body', '__root__']],
    [
      'that says twice where to',
      { advance: 'P1D', to: '2096-01-01T00:00:00Z' },
      ['body', '__root__'],
    ],
    ['by what is no duration', { advance: 'three days' }, ['body', 'advance']],
    ['by nothing', { advance: 'P0D' }, ['body', 'advance']],
    ['backwards by a duration', { advance: '-P1D' }, ['body', 'advance']],
    ['to the past', { to: 1_700_000_000 }, ['body', 'to']],
    ['to no moment', { to: 'tomorrow' }, ['body', 'to']],
    ['of more than ten years', { advance: 'P10Y1D' }, ['body', 'advance']],
    ['to a moment after more than ten years', { to: '2200-01-01T00:00:00Z' }, ['body', 'to']],
    ['that neither stops it nor lets it run', { frozen: 'maybe' }, ['body', 'frozen']],
    ['with a member that is not known', { advance: 'P1D', speed: 2 }, ['body', 'speed']],
    ['without a body', '', ['body']],
  ]
  for (const [what, body, loc] of refused) {
    it(`${what} answers 422, and moves nothing`, async () => {
      const { read, refuse, move } = await openClock()
      const { now } = await move({ frozen: true })
      const answer = await refuse(body)
      assert.equal(answer.status, 422, answer.text)
      if (body !== '') assertInvalid(answer, loc)
      assert.deepEqual(await read(), { now, frozen: true, advancing: false })
    })
  }

  it('tells the first thousand events, and how many there were', async () => {
    const { move, pay } = await openClock()
    await move({ frozen: true })
    const number = limits.clock_events_max / 2 + 10
    await Promise.all(Array.from({ length: number }, () => pay()))
    const { events, events_count } = await move({ advance: 'P5D' })
    assert.equal(events.length, limits.clock_events_max)
    assert(events_count >= 2 * number, String(events_count))
  })
})
