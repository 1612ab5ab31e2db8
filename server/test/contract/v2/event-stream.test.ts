import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { StreamedEvent } from '@obole/contract/v2/events.js'
import { createCustomer } from '../../../src/customers/create-customer.ts'
import { EventStreams } from '../../../src/dialects/v2/event-stream.ts'
import { limits } from '../../../src/kernel/limits.ts'
import { Committer } from '../../../src/platform/commit.ts'
import { followEvents } from '../../event-reader.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { until } from '../../obole-process.ts'
import { watched } from '../../watched-db.ts'
import { assertConforms, assertInvalid, assertRefused, ok } from './answers.ts'
import { clientOf } from './objects.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

/** A merchant of its own: its stream, and how something happens. */
async function openStage() {
  const merchant = await server.newMerchant()
  const { stest: key } = merchant.keys
  const client = clientOf(server, key)
  return {
    merchant,
    client,
    follow: (query = '', last?: string) =>
      followEvents(server.url, { key, query, ...(last && { last }) }),
    happen: (n = 0): Promise<Json> =>
      client.post('/v2/customers/', { email: `c${n}@b.example`, name: `C ${n}` }),
    replay: async (path: string, body?: unknown): Promise<Json> =>
      ok(await client.call('POST', `/v2/events/${path}`, { body })),
  }
}

describe('a stream of events', () => {
  it('tells what happens from now on, as it is read later', async () => {
    const { client, follow, happen } = await openStage()
    await happen(1)
    const reader = await follow()
    assert.equal(reader.status, 200)
    assert.equal(reader.headers.get('content-type'), 'text/event-stream')
    assert.equal(reader.headers.get('x-accel-buffering'), 'no')
    await happen(2)
    const [frame] = await reader.first(1)
    assert(frame)
    assertConforms(StreamedEvent, frame.data)
    assert.deepEqual(
      [frame.id, frame.event, frame.data.data.name],
      ['3', 'customer.created', 'C 2'],
    )
    assert.deepEqual(await client.get(`/v2/events/${frame.data.id}`), frame.data)
    await reader.leave()
  })

  it('keeps the order and has no gap, whoever writes and however often it is lost', async () => {
    const { merchant, follow, happen } = await openStage()
    // A process of its own to this one: it rings no bell, and shares no gathering.
    const committer = new Committer(server.services.db)
    const other = { ...server.ctx(merchant), committer }
    const writers = Array.from({ length: 4 }, async (_, n) => {
      for (let i = 0; i < 10; i++) {
        const number = 10 * n + i
        if (n % 2) await happen(number)
        else await createCustomer(other, { email: `o${number}@b.example`, unique: 'triple' })
      }
    })
    const seen: string[] = []
    while (seen.length < 30) {
      const reader = seen.length ? await follow('', seen.at(-1)) : await follow('?after=0')
      seen.push(...(await reader.first(10)).map((it) => it.id))
      await reader.leave()
    }
    await Promise.all([...writers, committer.idle()])
    const last = await follow('?after=999', seen.at(-1))
    const rest = await last.first(41 - seen.length)
    await last.leave()
    const numbers = Array.from({ length: 41 }, (_, n) => String(n + 1))
    assert.deepEqual([...seen, ...rest.map((it) => it.id)], numbers)
  })

  it('tells the types only that are asked for', async () => {
    const { client, follow, happen } = await openStage()
    const reader = await follow('?type=customer.deleted')
    const { id } = await happen()
    await client.call('DELETE', `/v2/customers/${id}`)
    const [frame] = await reader.first(1)
    assert.deepEqual([frame?.event, frame?.id], ['customer.deleted', '3'])
    await reader.leave()
  })

  it('says again what is replayed, and goes on after it', async () => {
    const { client, follow, happen, replay } = await openStage()
    await happen(1)
    const { events } = await client.get('/v2/events/?after=0')
    const reader = await follow()
    const none = { deliveries: 0, has_more: false }
    assert.deepEqual(await replay(`${events[1].id}/replay`), {
      ...none,
      ...{ events: 1, last_sequence: 2 },
    })
    const range = { types: ['customer.*', 'account.created'], until: 2 }
    assert.equal((await replay('replay', range)).events, 2)
    assert.equal((await replay('replay', { after: 2 })).last_sequence, null)
    const frames = await reader.first(3)
    await reader.leave()
    const replayed = (it: Json) => ({ ...it, replayed: true })
    assert.deepEqual(
      frames.map((it) => it.data),
      [events[1], events[0], events[1]].map(replayed),
    )
    assert.deepEqual(
      frames.map((it) => it.id),
      ['2.1', '2.2', '2.3'],
    )
    await happen(2)
    const next = await follow('', frames[1]?.id)
    assert.deepEqual(
      (await next.first(2)).map((it) => it.id),
      ['3', '3.3'],
    )
    await next.leave()
  })

  it('is replayed to webhooks alone where they are named', async () => {
    const { follow, happen, replay } = await openStage()
    const reader = await follow()
    await replay('replay', { until: 1, failed: true })
    await happen()
    const [frame] = await reader.first(1)
    assert.equal(frame?.id, '2')
    await reader.leave()
  })

  it('is read no faster than it is taken', async () => {
    const { merchant, replay } = await openStage()
    for (let n = 0; n < 7; n++) await replay('replay', { until: 1 })
    const { account, live } = server.ctx(merchant)
    const { key = '' } = (await server.services.authenticate(merchant.keys.stest)) ?? {}
    const db = watched(server.services.db)
    const streams = new EventStreams(server.services)
    let taken = 0
    let take = (): void => {}
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk, _, done) => {
        taken += String(chunk).split('\nid: ').length - 1
        taken += String(chunk).startsWith('id: ') ? 1 : 0
        take = done
      },
    })
    const reader = { db, account, live }
    const position = { seq: 0n, replay: 0n }
    streams.open({ reader, key, position }, 3).pipe(slow)
    await until('the first words come', () => slow.writableNeedDrain)
    const asked = () => db.asked.filter(({ text }) => text.includes('event_replays')).length
    // One page waits to be taken; nothing more is read until it is.
    await until('a page is read ahead', () => asked() === 1)
    await server.services.db.query('select 1')
    assert.equal(asked(), 1)
    await until('all is told', () => {
      take()
      return taken >= 8
    })
    assert.equal(taken, 8)
    streams.close()
  })

  it('is refused when an account has as many as it may, until one is left', async () => {
    const { follow, client } = await openStage()
    const readers = await Promise.all(Array.from({ length: limits.streams_max }, () => follow()))
    const error = 'As many streams follow this account as may'
    assertRefused(await client.call('GET', '/v2/events/stream'), 429, error)
    await readers[0]?.leave()
    const again = await until('there is room', async () => {
      const reader = await follow()
      return reader.status === 200 ? reader : undefined
    })
    await Promise.all([again, ...readers].map((it) => it?.leave()))
  })

  it('is refused from a place that is none', async () => {
    const { client } = await openStage()
    const path = '/v2/events/stream'
    const refuse = (query: string, headers = {}) => client.call('GET', path + query, { headers })
    assertInvalid(await refuse('?after=x'), ['query', 'after'])
    assertInvalid(await refuse('?type=payment'), ['query', 'type'])
    const nowhere = await refuse('', { 'last-event-id': '1.2.3' })
    assert.equal(nowhere.status, 422)
    assert.deepEqual(nowhere.body.detail[0].loc, ['header', 'last-event-id'])
    assertInvalid(await client.call('POST', '/v2/events/replay', { body: {} }), [
      ...['body', '__root__'],
    ])
  })
})
