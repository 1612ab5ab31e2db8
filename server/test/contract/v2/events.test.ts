import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { EventList } from '@obole/contract/v2/events.js'
import { settleAuthentication } from '../../../src/payments/settle-authentication.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertConforms, assertInvalid, assertRefused, ok } from './answers.ts'
import { approvedCard, capturedCard, challengedCard, clientOf, disputedCard } from './objects.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

/** A merchant of its own, and what it reads of its events. */
async function openLog() {
  const merchant = await server.newMerchant()
  const { keys } = merchant
  const client = clientOf(server, keys.stest)
  const list = (query: string): Promise<Json> => client.get(`/v2/events/?${query}`)
  /** All events in their order, a page of three at a time, by the cursor. */
  const all = async (): Promise<Json[]> => {
    const events: Json[] = []
    for (let last = 0, more = true; more; ) {
      const page = await list(`after=${last}&limit=3`)
      assert.equal(page.range.count, null)
      events.push(...page.events)
      last = events.at(-1)?.sequence ?? last
      more = page.range.has_more
    }
    return events
  }
  return { merchant, keys, client, list, all }
}

const sequences = (events: readonly Json[]): number[] => events.map((it) => it.sequence)
const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1)

describe('the events of an account', () => {
  it('tell each object as GET showed it at that moment, and what caused it', async () => {
    const { client, list } = await openLog()
    const seen: Json[] = []
    const see = async (path: string, of: string) => {
      const shown = await client.get(path + of)
      const { events } = await list(`object_id=${of}&limit=1`)
      assert.deepEqual(events[0].data, shown)
      seen.push(events[0])
    }
    const answer = await client.call('POST', '/v2/customers/', { body: { email: 'a@b.example' } })
    const { id } = ok(answer)
    await see('/v2/customers/', id)
    await client.patch(`/v2/customers/${id}`, { name: 'Zoé' })
    await see('/v2/customers/', id)
    await client.call('DELETE', `/v2/customers/${id}`)
    const { events } = await list(`object_id=${id}`)
    assert.deepEqual(events.slice(1), seen.reverse())
    assert.deepEqual(
      events.map((it: Json) => it.type),
      ['customer.deleted', 'customer.updated', 'customer.created'],
    )
    assert.equal(events[2].request_id, answer.headers.get('request-id'))
    assert.equal(events[0].data.deleted, true)
    assert.deepEqual(await client.get(`/v2/events/${events[0].id}`), events[0])
  })

  it('tell a payment as it is at each step, whoever makes it, and what hangs on it', async () => {
    const { client, list, merchant } = await openLog()
    /** The last event of an object tells what GET shows. */
    const asShown = async (path: string, id: string, type: string): Promise<Json> => {
      const shown = await client.get(path + id)
      const [event] = (await list(`object_id=${id}&limit=1`)).events
      assert.equal(event.type, type)
      assert.deepEqual(event.data, shown, type)
      return shown
    }
    const { bankDays } = server.services
    const started = bankDays.payoutAfter(server.clock.now())
    await client.post('/v2/sandbox/clock', { to: started.toISOString(), frozen: true })
    const customer = { name: 'Zoé', email: 'zoe@b.example' }
    const body = { amount: 5000, card: approvedCard, customer }
    const { id } = await client.post('/v2/payments/', body)
    const made = await asShown('/v2/payments/', id, 'payment.accepted')
    assert.deepEqual([made.card.last4, made.customer.name], ['4242', 'Zoé'])
    const asked = { amount: 700, card: challengedCard, auth: true }
    const challenged = await client.post('/v2/payments/', asked)
    const started_events = await list(`object_id=${challenged.id}&limit=1`)
    assert.deepEqual(started_events.events[0].data, challenged)
    const [session] = await server.services.db.query<{ id: string }>(
      'select id from authentications where payment = $1',
      [challenged.id],
    )
    const { url } = server
    const origins = { api: url, payment: url, threeds: url }
    const ctx = { ...server.ctx(merchant), now: started, origins }
    await settleAuthentication(ctx, { id: session?.id ?? '', result: 'succeed' })
    const confirmed = await asShown('/v2/payments/', challenged.id, 'payment.accepted')
    assert.equal(confirmed.auth.status, 'success')
    const booked = bankDays.bookingAfter(bankDays.cutoffAfter(started))
    await client.post('/v2/sandbox/clock', { to: booked.toISOString() })
    const captured = await asShown('/v2/payments/', id, 'payment.captured')
    assert.equal(captured.payout, null)
    const refund = await client.post('/v2/refunds/', { payment: id, amount: 100 })
    await asShown('/v2/refunds/', refund.id, 'refund.accepted')
    await asShown('/v2/payments/', id, 'payment.refunded')
    const contest = { response: '4853', amount: 300 }
    const dispute = await client.post(`/v2/sandbox/payments/${id}/dispute`, contest)
    await asShown('/v2/disputes/', dispute.id, 'dispute.created')
    await client.post('/v2/sandbox/clock', { advance: 'P7D' })
    const { payouts } = await client.get(`/v2/payouts/?payment=${id}`)
    await asShown('/v2/payouts/', payouts[0].id, 'payout.paid')
    assert.equal((await client.get(`/v2/payments/${id}`)).payout, payouts[0].id)
  })

  it('begin with the account itself, told by its id alone, and have no gap', async () => {
    const { client, list, all } = await openLog()
    await client.post('/v2/payments/', { amount: 500, card: capturedCard })
    const events = await all()
    assert.deepEqual(sequences(events), upTo(events.length))
    const { type, object, request_id, data } = events[0]
    assert.deepEqual([type, object, request_id, data], ['account.created', 'account', 'cli', null])
    const pages = await Promise.all([0, 4, 99].map((start) => list(`start=${start}&limit=4`)))
    for (const page of pages) assertConforms(EventList, page)
    const newest = events.toReversed()
    assert.deepEqual(pages[0].events, newest.slice(0, 4))
    assert.deepEqual(pages[1].events, newest.slice(4, 8))
    const range = { start: 4, end: Math.min(8, newest.length), limit: 4, count: newest.length }
    assert.deepEqual(pages[1].range, { ...range, has_more: newest.length > 8 })
    assert.deepEqual(pages[2].events, [])
    assert.equal(pages[2].range.has_more, false)
  })

  it('are filtered by type, kind, object and time, and by several of them at once', async () => {
    const { client, list, all } = await openLog()
    await client.post('/v2/payments/', { amount: 500, card: disputedCard })
    server.clock.advance(60_000)
    const later = Math.floor(server.clock.now().getTime() / 1000)
    const { id } = await client.post('/v2/payments/', { amount: 500, card: capturedCard })
    await client.post('/v2/refunds/', { payment: id, amount: 100 })
    const events = await all()
    const filters: [query: string, lets: (it: Json) => boolean][] = [
      ['type=payment.captured', (it) => it.type === 'payment.captured'],
      ['type=payment.*', (it) => it.object === 'payment'],
      ['object=dispute', (it) => it.object === 'dispute'],
      ['object=payout', () => false],
      [`object_id=${id}`, (it) => it.object_id === id],
      [`created=${later}`, (it) => it.created >= later],
      [`created=${later}&type=payment.*`, (it) => it.created >= later && it.object === 'payment'],
      [`object_id=${id}&type=payment.refunded`, (it) => it.type === 'payment.refunded'],
      ['object=card&type=payment.*', () => false],
      [`created=${later + 3600}`, () => false],
    ]
    for (const [query, lets] of filters) {
      const expected = events.filter(lets)
      const page = await list(`${query}&limit=100`)
      assert.deepEqual(page.events, expected.toReversed(), query)
      assert.deepEqual([page.range.count, page.range.has_more], [expected.length, false], query)
      assert.deepEqual((await list(`${query}&after=0&limit=100`)).events, expected, query)
      const second = await list(`${query}&start=1&limit=1`)
      assert.deepEqual(second.events, expected.toReversed().slice(1, 2), query)
      assert.equal(second.range.has_more, expected.length > 2, query)
    }
  })

  it('are all met once by a cursor while others are written', async () => {
    const { client, list } = await openLog()
    const last = 61
    const writers = Array.from({ length: 6 }, async (_, n) => {
      for (let i = 0; i < 10; i++) {
        await client.post('/v2/customers/', { email: `c${n}-${i}@b.example` })
      }
    })
    const met: number[] = []
    while (met.length < last) {
      const { events } = await list(`after=${met.at(-1) ?? 0}&limit=7`)
      met.push(...sequences(events))
    }
    await Promise.all(writers)
    assert.deepEqual(met, upTo(last))
  })

  it('refuse what names nothing, and whoever may not see them', async () => {
    const { client, keys, list } = await openLog()
    const [event] = (await list('limit=1')).events
    const call = (path: string, key: string | null = keys.stest) =>
      server.call('GET', path, { key })
    assertInvalid(await call('/v2/events/?type=payment.capture'), ['query', 'type'])
    assertInvalid(await call('/v2/events/?object=pay'), ['query', 'object'])
    assertInvalid(await call('/v2/events/?after=-1'), ['query', 'after'])
    assertInvalid(await call('/v2/events/?after=1&start=1'), ['query', 'start'])
    assertInvalid(await call('/v2/events/evt_short'), ['path', 'id'])
    const path = `/v2/events/${event.id}`
    const gone = `Event \`${event.id}\` not found`
    assertRefused(await call(path, server.merchant.keys.stest), 404, gone)
    assertRefused(await call(path, keys.sprod), 404, gone)
    assertRefused(await call(path, null), 401, 'You are not authorized to access that resource')
    assert.equal((await client.get(path)).id, event.id)
  })
})
