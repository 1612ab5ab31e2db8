import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { eventSorts } from '@obole/contract/events.js'
import { Webhook } from 'standardwebhooks'
import { Courier } from '../../src/app/courier.ts'
import { deliverDue, startDeliveries } from '../../src/app/deliver.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import type { EventRow } from '../../src/events/store.ts'
import { later } from '../../src/kernel/time.ts'
import { retryDelays } from '../../src/webhooks/delivery.ts'
import { redeliver } from '../../src/webhooks/redeliver.ts'
import { type Client, clientOf } from '../contract/v2/objects.ts'
import { type Json, startServer, type TestServer } from '../harness.ts'
import { type Heard, HookReceiver } from '../hook-receiver.ts'
import { until } from '../obole-process.ts'
import { produceEveryEvent } from './every-event.ts'
import { guideShop } from './guide-shop.ts'

/** What the sandbox has no occasion for: it can always be asked, and a payout fills in one go. */
const never = new Set([
  ...['payment.failed', 'refund.failed', 'disbursement.failed', 'payout.updated'],
  // Told below, as it takes days without success.
  ...['webhook_endpoint.disabling', 'webhook_endpoint.disabled'],
])
const hour_ms = 3_600_000

let server: TestServer
let shop: HookReceiver
before(async () => {
  ;[server, shop] = await Promise.all([startServer(), new HookReceiver().listen()])
  shop.answer = ({ path }) => answers.get(path)?.() ?? 204
})
after(async () => {
  assert.deepEqual(await brokenInvariants(server.services.db), [])
  shop.close()
  await server.close()
})

type Reply = ReturnType<HookReceiver['answer']>
/** Path → what the shop answers there. */
const answers = new Map<string, () => Reply>()
let paths = 0

/** A merchant of its own with an endpoint at a path of its own, which says what it is told to. */
async function newShop(more: object = {}) {
  const merchant = await server.newMerchant()
  const client = clientOf(server, merchant.keys.stest)
  const path = `/${++paths}`
  const endpoint = await client.post('/v2/webhooks/', { url: shop.url + path, ...more })
  const ctx = () => server.ctx(merchant)
  const heard = () => shop.heard.filter((it) => it.path === path)
  const told = () => heard().map(({ event }) => event)
  const deliveries = async (): Promise<Json[]> =>
    (await client.get(`/v2/webhooks/${endpoint.id}/deliveries?limit=100`)).deliveries.reverse()
  const says = (reply: () => Reply) => answers.set(path, reply)
  return { client, path, endpoint, ctx, heard, told, deliveries, says }
}
type NewShop = Awaited<ReturnType<typeof newShop>>

const deliver = () => deliverDue(server.services)
/** Goes on in real time, past what is tried next, and delivers. */
const after_ms = async (ms: number) => {
  server.clock.advance(ms)
  await deliver()
}

let customers = 0
const newCustomer = ({ client }: { client: Client }): Promise<Json> =>
  client.post('/v2/customers/', { email: `hook${++customers}@example.com` })

const headersOf = ({ headers }: Heard) => headers as Record<string, string>
const isSigned = (it: Heard, secret: string): boolean => {
  const at = (Number(headersOf(it)['webhook-timestamp']) - Date.now() / 1000) * 1000
  // The library knows no clock but the machine's.
  assert.ok(Math.abs(at) < 240_000, 'signed at the present')
  try {
    new Webhook(secret).verify(it.body, headersOf(it))
    return true
  } catch {
    return false
  }
}

/** As the published page says to verify. */
function isSignedForStancer({ headers, body }: Heard, secret: string): boolean {
  const [t, ...signatures] = String(headers['stancer-signature']).split(',')
  const key = Buffer.from(secret, 'hex')
  const hmac = createHmac('sha256', key)
    .update(`${t?.slice(2)}.${body}`)
    .digest('hex')
  return signatures.includes(`v1=${hmac}`)
}

describe('a shop with a webhook', () => {
  it('hears once of each type of event, signed in both ways, in the order of objects', async () => {
    const client = clientOf(server)
    const path = '/all'
    const body = { url: `${shop.url}${path}`, asymmetric: true }
    const endpoint = await client.post('/v2/webhooks/', body)
    await produceEveryEvent(server)
    await deliver()
    const heard = shop.heard.filter((it) => it.path === path)
    for (const it of heard) {
      assert.ok(isSigned(it, endpoint.signing_secret))
      assert.ok(isSignedForStancer(it, endpoint.secret))
      assert.equal(it.headers['webhook-id'], it.event.id)
      assert.equal(it.headers['content-type'], 'application/json')
      assert.match(String(it.headers['user-agent']), /^Obole\/\d+\.\d+\.\d+$/)
      assert.match(String(it.headers['webhook-signature']), / v1a,/)
      assert.ok(!it.body.includes(endpoint.secret) && !it.body.includes('whsec_'))
    }
    const wanted = eventSorts
      .filter(({ schema, type }) => schema && !never.has(type))
      .map(({ type }) => type)
    assert.deepEqual([...new Set(heard.map(({ event }) => event.type))].sort(), wanted.sort())
    const rows = await server.services.db.query<EventRow & { data: string }>(
      `select * from events where account = $1 and not live and data is not null and object_id <> $2
       order by seq`,
      [server.merchant.id, endpoint.id],
    )
    const byObject = new Map<string, string[]>()
    for (const { event } of heard) {
      const row = rows.find(({ id }) => id === event.id)
      assert.deepEqual(event.data, JSON.parse(row?.data ?? 'null'))
      const object = row?.object_id ?? ''
      byObject.set(object, [...(byObject.get(object) ?? []), event.id])
    }
    assert.equal(heard.length, rows.length)
    for (const [object, ids] of byObject) {
      const told = rows.filter(({ object_id }) => object_id === object).map(({ id }) => id)
      assert.deepEqual(ids, told)
    }
  })

  it('that is the one of the guide ships once, and believes nobody else', async () => {
    const samples = await guideShop()
    const it = await newShop()
    const endpoint = await it.client.post('/v2/webhooks/', { url: shop.url })
    let address = ''
    /** At a port that was free a moment ago; somebody else may have taken it since. */
    const open = async (tries = 5): ReturnType<typeof samples.open> => {
      const place = await new HookReceiver().listen()
      address = place.url
      place.close()
      return samples
        .open(Number(new URL(address).port), endpoint.signing_secret)
        .catch((error) => (tries > 1 ? open(tries - 1) : Promise.reject(error)))
    }
    const running = await open()
    await it.client.patch(`/v2/webhooks/${endpoint.id}`, { url: address })
    try {
      const card = { number: '4000000000000077', exp_month: 12, exp_year: 2050 }
      const { id } = await it.client.post('/v2/payments/', { amount: 1250, card })
      await deliver()
      const events = await eventsOf(it)
      await redeliver(it.ctx(), { events, endpoint: endpoint.id, real: server.clock.now() })
      await deliver()
      const forged = await fetch(address, { method: 'POST', body: it.heard()[0]?.body ?? '' })
      assert.equal(forged.status, 400)
      assert.equal(running.printed(), `listening\nship the goods of ${id}\n`)
      const [first] = it.heard() as [Heard]
      const header = String(first.headers['stancer-signature'])
      const { secret } = it.endpoint
      assert.equal(samples.isGenuine(first.body, header, secret), true)
      assert.equal(samples.isGenuine(`${first.body} `, header, secret), false)
      assert.equal(samples.isGenuine(first.body, header, endpoint.secret), false)
      assert.equal(samples.isGenuine(first.body, 't=1,v1=00', secret), false)
    } finally {
      running.close()
      await samples.remove()
    }
  })

  it('hears of what it asks for, nothing while it is disabled, and not of itself', async () => {
    const it = await newShop({ events: ['customer.updated', 'address.*'] })
    const { id } = await newCustomer(it)
    await it.client.patch(`/v2/customers/${id}`, { country: 'FR' })
    await it.client.post('/v2/addresses/', { zip_code: '75001', city: 'Paris', country: 'FR' })
    await it.client.patch(`/v2/webhooks/${it.endpoint.id}`, { enabled: false, events: ['*'] })
    await newCustomer(it)
    await deliver()
    assert.deepEqual(it.told(), [])
    await it.client.patch(`/v2/webhooks/${it.endpoint.id}`, { enabled: true })
    await deliver()
    const types = it.told().map(({ type }) => type)
    assert.deepEqual(types.sort(), ['address.created', 'customer.updated'])
  })

  it('verifies with the old secret and the new one for a day, then with the new', async () => {
    const it = await newShop()
    const path = `/v2/webhooks/${it.endpoint.id}/rotate`
    const rotated = await it.client.post(path, {})
    assert.notEqual(rotated.secret, it.endpoint.secret)
    await newCustomer(it)
    await deliver()
    const both = it.heard().at(-1) as Heard
    for (const { secret, signing_secret } of [rotated, it.endpoint]) {
      assert.ok(isSigned(both, signing_secret) && isSignedForStancer(both, secret))
    }
    const last = await it.client.post(path, { expire_in: 0 })
    await newCustomer(it)
    await deliver()
    const one = it.heard().at(-1) as Heard
    assert.ok(isSigned(one, last.signing_secret) && isSignedForStancer(one, last.secret))
    assert.ok(!isSigned(one, rotated.signing_secret) && !isSignedForStancer(one, rotated.secret))
    const again = await it.client.post(path, { expire_in: 3600 })
    assert.ok(again.old_secret_until > Date.now() / 1000)
    server.clock.advance(hour_ms + 1000)
    const { old_secret_until } = await it.client.get(`/v2/webhooks/${it.endpoint.id}`)
    assert.equal(old_secret_until, null)
  })
})

describe('a delivery that fails', () => {
  it('is made again with the same id and bytes, and what follows of its object waits', async () => {
    const it = await newShop()
    const replies: Reply[] = [{ status: 500, body: 'broken\u0000' }, 'nothing']
    it.says(() => replies.shift() ?? 200)
    // The same instant for both, after all that is told: no next attempt falls due between them.
    const at = later(server.clock.now(), hour_ms)
    const deliverThen = () => deliverDue({ ...server.services, clock: { now: () => at } })
    const { id } = await newCustomer(it)
    await it.client.patch(`/v2/customers/${id}`, { country: 'FR' })
    await deliverThen()
    await it.client.patch(`/v2/customers/${id}`, { country: 'BE' })
    const [other] = [await newCustomer(it), await deliverThen()]
    // The second failure was of another object: it waits for nobody.
    assert.deepEqual(
      it.told().map(({ data }) => data.id),
      [id, other.id],
    )
    await after_ms(hour_ms + 10_000)
    await after_ms(60_000)
    const kept = it.told().filter(({ data }) => data.id === id)
    assert.deepEqual(
      kept.map(({ type }) => type),
      ['customer.created', 'customer.created', 'customer.updated', 'customer.updated'],
    )
    const [first, second] = it.heard().filter(({ event }) => event.data.id === id)
    assert.equal(first?.body, second?.body)
    assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id'])
    const [delivery] = await it.deliveries()
    assert.deepEqual([delivery.status, delivery.next_attempt_at], ['delivered', null])
    const [failed, done] = delivery.attempts
    assert.deepEqual([failed.status_code, failed.response_body], [500, 'broken\ufffd'])
    assert.deepEqual([failed.request_headers['webhook-signature'], done.status_code], ['***', 200])
  })

  it('is not sent elsewhere by a redirect', async () => {
    const it = await newShop()
    const location = `${shop.url}/elsewhere`
    for (const status of [301, 302, 307, 308]) {
      it.says(() => ({ status, headers: { location } }))
      await newCustomer(it)
      await deliver()
    }
    assert.deepEqual(shop.types('/elsewhere'), [])
    for (const { status, attempts } of await it.deliveries()) {
      assert.deepEqual([status, attempts[0].response_headers.location], ['pending', location])
    }
  })

  it('waits as long as the shop asks for', async () => {
    const it = await newShop()
    const replies: Reply[] = [{ status: 503, headers: { 'retry-after': '7200' } }]
    it.says(() => replies.shift() ?? 200)
    await newCustomer(it)
    await deliver()
    await after_ms(hour_ms)
    assert.equal(it.heard().length, 1)
    await after_ms(hour_ms + 1000)
    assert.equal(it.heard().length, 2)
  })

  it('to an endpoint that is gone disables it at once; the others hear of it', async () => {
    const it = await newShop({ events: ['customer.*'] })
    const path = `${it.path}/other`
    const events = ['webhook_endpoint.*']
    await it.client.post('/v2/webhooks/', { url: shop.url + path, events })
    it.says(() => 410)
    await newCustomer(it)
    await deliver()
    const address = `/v2/webhooks/${it.endpoint.id}`
    const { enabled, disabled_reason } = await it.client.get(address)
    assert.deepEqual([enabled, disabled_reason], [false, 'gone'])
    assert.deepEqual(shop.types(path), ['webhook_endpoint.disabled'])
    it.says(() => 200)
    await after_ms(60_000)
    assert.equal(it.heard().length, 1)
    const again = await it.client.patch(address, { enabled: true })
    assert.deepEqual([again.failing_since, again.disabled_reason], [null, null])
    await deliver()
    const [{ status, attempts }] = await it.deliveries()
    assert.deepEqual([status, attempts.length], ['delivered', 2])
  })

  it('for a day and more is told to the others, and after five days disables', async () => {
    const it = await newShop({ events: ['customer.*'] })
    const path = `${it.path}/other`
    const events = ['webhook_endpoint.*']
    await it.client.post('/v2/webhooks/', { url: shop.url + path, events })
    it.says(() => 500)
    await newCustomer(it)
    for (let day = 0; day < 6; day++) {
      await newCustomer(it)
      await after_ms(24 * hour_ms)
    }
    await deliver()
    assert.deepEqual(shop.types(path), [
      'webhook_endpoint.disabling',
      'webhook_endpoint.disabling',
      'webhook_endpoint.disabled',
    ])
    const told = shop.heard.filter((one) => one.path === path).map(({ event }) => event.data)
    assert.deepEqual([told.at(-1).id, told.at(-1).disabled_reason], [it.endpoint.id, 'failing'])
  })

  it('ends as failed after 15 attempts, and can be replayed', async () => {
    const it = await newShop({ events: ['customer.*'] })
    let works = false
    it.says(() => (works ? 200 : 500))
    await newCustomer(it)
    for (const delay of retryDelays) await after_ms(1.25 * delay)
    const [failed] = await it.deliveries()
    assert.deepEqual([failed.status, failed.attempts.length], ['failed', 15])
    assert.equal(it.heard().length, 15)
    works = true
    const replay = (more: object) => replayed(it, { failed: true, ...more })
    assert.equal(await replay({}), 1)
    await deliver()
    assert.equal(it.heard().at(-1)?.body, it.heard()[0]?.body)
    assert.equal(await replay({}), 0)
  })
})

/** All that this shop's account was told of. */
const eventsOf = ({ ctx }: NewShop): Promise<EventRow[]> =>
  server.services.db.query<EventRow>(
    'select * from events where account = $1 and not live order by seq',
    [ctx().account],
  )

const replayed = async (it: NewShop, more: object): Promise<number> =>
  redeliver(it.ctx(), { events: await eventsOf(it), real: server.clock.now(), ...more })

describe('a replay', () => {
  it('reaches the endpoints that ask for it, or another address with the same secret', async () => {
    const it = await newShop({ events: ['customer.created'] })
    const { id } = await newCustomer(it)
    await it.client.patch(`/v2/customers/${id}`, { country: 'FR' })
    await deliver()
    assert.equal(await replayed(it, {}), 1)
    await deliver()
    const [first, second] = it.heard()
    assert.deepEqual([second?.body, second?.event.id], [first?.body, first?.event.id])
    const url = `${shop.url}${it.path}/laptop`
    // Named, it is told all that is replayed, whatever it asks for.
    const count = await replayed(it, { endpoint: it.endpoint.id, url })
    await deliver()
    const local = shop.heard.filter(({ path }) => path === `${it.path}/laptop`)
    assert.equal(local.length, count)
    const types = local.map(({ event }) => event.type).filter((one) => one.startsWith('customer.'))
    assert.deepEqual(types, ['customer.created', 'customer.updated'])
    for (const one of local) assert.ok(isSignedForStancer(one, it.endpoint.secret))
    const refused = (more: object, code: string) => assert.rejects(replayed(it, more), { code })
    await refused({ url }, 'invalid_request')
    await refused({ endpoint: it.endpoint.id, url: 'https://10.0.0.1/' }, 'invalid_request')
    await refused({ endpoint: `we_${'0'.repeat(24)}` }, 'not_found')
    await it.client.patch(`/v2/webhooks/${it.endpoint.id}`, { enabled: false })
    await refused({ endpoint: it.endpoint.id }, 'invalid_request')
    assert.equal(await replayed(it, {}), 0)
  })
})

describe('an endpoint that keeps us waiting', () => {
  it('has so many calls under way and no more, and no other waits for it', async () => {
    const [slow, quick] = await Promise.all([newShop(), newShop()])
    let release: (status: number) => void = () => {}
    const answer = new Promise<number>((resolve) => {
      release = resolve
    })
    slow.says(() => answer)
    await Promise.all(Array.from({ length: 40 }, () => newCustomer(slow)))
    const stop = startDeliveries(server.services)
    await until('the slow one is called', () => slow.heard().length === 8)
    const { id } = await newCustomer(quick)
    await until('the other hears at once', () => quick.told().some(({ data }) => data.id === id))
    assert.equal(slow.heard().length, 8)
    release(204)
    await until('the slow one hears all', () => slow.heard().length === 40)
    await stop()
  })

  it('loses nothing when the server stops', async () => {
    const it = await newShop()
    it.says(() => new Promise(() => {}))
    await newCustomer(it)
    const stop = new AbortController()
    const courier = new Courier(server.services, stop.signal)
    await courier.look()
    await until('it is called', () => it.heard().length === 1)
    stop.abort()
    await courier.idle()
    const [delivery] = await it.deliveries()
    assert.deepEqual([delivery.status, delivery.attempts], ['pending', []])
    it.says(() => 200)
    await deliver()
    assert.equal(it.heard()[0]?.body, it.heard()[1]?.body)
  })

  it('that is deleted has nothing pending any more', async () => {
    const it = await newShop()
    await newCustomer(it)
    await it.client.call('DELETE', `/v2/webhooks/${it.endpoint.id}`)
    await deliver()
    assert.equal(it.heard().length, 0)
    const rows = await server.services.db.query<{ status: string }>(
      'select status from deliveries where endpoint = $1',
      [it.endpoint.id],
    )
    assert.deepEqual(rows, [{ status: 'canceled' }])
  })
})

describe('several processes', () => {
  it('that deliver at once make each attempt once', async () => {
    const it = await newShop()
    const made = await Promise.all(Array.from({ length: 12 }, () => newCustomer(it)))
    await Promise.all([deliver(), deliver(), deliver()])
    const ids = it.told().map(({ data }) => data.id)
    assert.deepEqual(ids.sort(), made.map(({ id }) => id).sort())
  })
})
