import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Operation } from '@obole/contract/operation.js'
import { v1Operations } from '@obole/contract/v1/all.js'
import { v2Operations } from '@obole/contract/v2/all.js'
import { brokenInvariants } from '../../../src/app/invariants/check-invariants.ts'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type Answer, startServer, type TestServer } from '../../harness.ts'
import { type Call, type MakeCall, calls as v2Calls } from '../v2/calls.ts'
import {
  approvedCard,
  type Client,
  capturedCard,
  clientOf,
  goodIban,
  makeObjects,
  type Objects,
} from '../v2/objects.ts'

type Writes<O extends Operation> = Exclude<O, { method: 'GET' }>['id']

const the =
  (kind: keyof Objects, body?: object): MakeCall =>
  (objects) => ({ id: objects[kind], ...(body && { body }) })
const made =
  (path: string, body: unknown): MakeCall =>
  async (_, client) => ({ id: (await client.post(path, body)).id })

const debit = { name: 'Zoé', iban: goodIban }
const place = { zip_code: 'ZZ9', city: 'X', country: 'FR' }
const price = { amount: 700, currency: 'eur' }

/** Operation of v1 that writes → a call that succeeds. */
const v1Calls: Record<Writes<(typeof v1Operations)[number]>, MakeCall> = {
  'create-customer': () => ({ body: { email: 'one@v1.example', name: 'Zoé' } }),
  'update-customer': the('cust', { name: 'Zoé, of v1' }),
  'delete-customer': made('/v1/customers', { email: 'two@v1.example' }),
  'create-card': () => ({ body: { ...approvedCard, exp_year: 2041 } }),
  'update-card': the('card', { zip_code: '75003' }),
  'delete-card': made('/v1/cards', { ...approvedCard, exp_year: 2042 }),
  'create-sepa': () => ({ body: debit }),
  'update-sepa': the('sepa', { name: 'Zoé, of v1' }),
  'delete-sepa': made('/v1/sepa', debit),
  'create-address': () => ({ body: place }),
  'delete-address': made('/v1/addresses', place),
  'create-payment': () => ({ body: { ...price, card: capturedCard } }),
  'update-payment': async (_, client) => ({
    ...(await client.post('/v1/checkout', price)),
    body: { card: approvedCard, order_id: 'of v1' },
  }),
  'capture-payment': made('/v1/checkout', { ...price, card: approvedCard, capture: false }),
  'create-refund': async (_, client) => ({
    body: { payment: (await client.post('/v1/checkout', { ...price, card: capturedCard })).id },
  }),
}

const apis: readonly (readonly [readonly Operation[], Record<string, MakeCall>])[] = [
  [v2Operations, v2Calls],
  [v1Operations, v1Calls],
]
const writes = apis.flatMap(([operations, calls]) =>
  operations
    .filter(({ method }) => method !== 'GET')
    .map((operation) => ({ operation, make: calls[operation.id] as MakeCall })),
)

/** An account whose life is that of its twin: its clock stands at the same instant. */
interface World {
  account: string
  client: Client
  objects: Objects
  /** Its ids, in the order of their appearance. */
  seen: Map<string, string>
}

let server: TestServer
let plain: World
let keyed: World

async function newWorld(): Promise<World> {
  const { id: account, keys } = await server.newMerchant('A shop')
  const client = clientOf(server, keys.stest)
  await client.post('/v2/sandbox/clock', { to: '2028-03-01T12:00:00Z', frozen: true })
  return { account, client, objects: await makeObjects(client), seen: new Map() }
}

before(async () => {
  server = await startServer({ live: sandbox })
  ;[plain, keyed] = await Promise.all([newWorld(), newWorld()])
})
after(() => server.close())

const ids = /[a-z]+_[0-9A-Za-z]{24}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g

/** What is made of an id, drawn by lot, or read from the clock on the wall. */
const unlike =
  /"(reference|secret|\w+_secret|public_key|old_\w+|at|duration_ms|webhook-\w+)":("[^"]*"|\d+)/g

/** A text with the ids of its world as numbers. What no two worlds share is left out. */
const told = ({ seen }: World, text: string): string =>
  text.replaceAll(unlike, '"$1":"…"').replaceAll(ids, (id) => {
    const name = seen.get(id) ?? `#${seen.size}`
    seen.set(id, name)
    return name
  })

/** What was told by events after this one: kinds, in their order. */
async function eventsAfter(
  { account }: World,
  seq: bigint,
): Promise<{ seq: bigint; type: string }[]> {
  return server.services.db.query(
    'select seq, type from events where account = $1 and seq > $2 order by seq',
    [account, seq],
  )
}

async function sent(
  { client }: World,
  { method, path }: Operation,
  { id = '', body, query }: Call,
  key?: string,
): Promise<Answer> {
  const url = path.replace('{id}', id) + (query ? `?${query}` : '')
  const headers = key === undefined ? undefined : { 'idempotency-key': key }
  return client.call(method, url, { ...(headers && { headers }), ...(body ? { body } : {}) })
}

const shown = (world: World, { status, headers, text }: Answer) => ({
  status,
  type: headers.get('content-type'),
  text: told(world, text),
})

describe('under an idempotency key', () => {
  const cursor = new Map<World, bigint>()
  /** The events since the last look. */
  const news = async (world: World): Promise<string[]> => {
    const events = await eventsAfter(world, cursor.get(world) ?? 0n)
    cursor.set(world, events.at(-1)?.seq ?? cursor.get(world) ?? 0n)
    return events.map(({ type }) => type)
  }

  for (const { operation, make } of writes) {
    const { id, path, method } = operation
    it(`${method} ${path} answers what it answers without a key, and is done once`, async () => {
      assert.ok(make, `no call for ${id}`)
      const [first, second] = await Promise.all(
        [plain, keyed].map((world) => make(world.objects, world.client)),
      )
      assert.ok(first && second)
      await Promise.all([news(plain), news(keyed)])
      const key = `a key of ${id}`
      const without = await sent(plain, operation, first)
      const withKey = await sent(keyed, operation, second, key)
      assert.equal(without.status, operation.status ?? 200, without.text)
      assert.deepEqual(shown(keyed, withKey), shown(plain, without))
      assert.equal(withKey.headers.get('idempotent-replayed'), null)
      assert.deepEqual(await news(keyed), await news(plain))

      const again = await sent(keyed, operation, second, key)
      assert.deepEqual([again.status, again.text], [withKey.status, withKey.text])
      assert.equal(again.headers.get('content-type'), withKey.headers.get('content-type'))
      assert.equal(again.headers.get('idempotent-replayed'), 'true')
      assert.deepEqual(await news(keyed), [])
    })

    if (!path.includes('{id}')) continue
    it(`${method} ${path} refuses what is not there as it does without`, async () => {
      const { body } = await make(keyed.objects, keyed.client)
      const [, prefix] = /_?([a-z]+)_\[/.exec(JSON.stringify(operation.params)) ?? []
      const missing = { id: `${prefix ?? 'paym'}_${'0'.repeat(24)}`, ...(body ? { body } : {}) }
      const without = await sent(keyed, operation, missing)
      assert.equal(without.status, 404, without.text)
      for (const replayed of [null, 'true']) {
        const answer = await sent(keyed, operation, missing, `none of ${id}`)
        assert.deepEqual([answer.status, answer.text], [404, without.text])
        assert.equal(answer.headers.get('content-type'), without.headers.get('content-type'))
        assert.equal(answer.headers.get('idempotent-replayed'), replayed)
      }
    })
  }

  it('leaves books and rows as they must be', async () => {
    assert.ok(writes.length > 45, String(writes.length))
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })
})
