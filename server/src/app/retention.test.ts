import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { clientOf } from '../../test/contract/v2/objects.ts'
import { type Merchant, startServer, type TestServer } from '../../test/harness.ts'
import { until } from '../../test/obole-process.ts'
import { limits } from '../kernel/limits.ts'
import { deleteOld } from '../platform/delete-old.ts'
import { brokenInvariants } from './invariants/check-invariants.ts'
import { deleteOutdated } from './retention.ts'

const day_ms = 24 * 3600 * 1000
const days = { events_days: 400, requests_days: 30 }
const none = {
  requests: 0,
  idempotency_keys: 0,
  deliveries: 0,
  delivery_attempts: 0,
  event_replays: 0,
  events: 0,
}

let server: TestServer
let young: Merchant
before(async () => {
  server = await startServer()
  young = await server.newMerchant()
})
after(() => server.close())

const count = async (table: string, account: string): Promise<number> => {
  const [row] = await server.services.db.query<{ number: number }>(
    `select count(*)::int as number from ${table} where account = $1 and not live`,
    [account],
  )
  return row?.number ?? 0
}

/** A customer with three versions, by three calls that are in the log. */
async function write(merchant: Merchant): Promise<void> {
  const logged = await count('requests', merchant.id)
  const client = clientOf(server, merchant.keys.stest)
  const { id } = await client.post('/v2/customers/', { email: `${merchant.id}@example.com` })
  await client.patch(`/v2/customers/${id}`, { country: 'FR' })
  await client.patch(`/v2/customers/${id}`, { country: 'DE' })
  await until('three calls in the log', async () => {
    await server.services.requests?.flush()
    return (await count('requests', merchant.id)) >= logged + 3
  })
}

describe('what is older than its time', () => {
  it('is deleted, and no younger row of anyone', async () => {
    const { services, merchant, clock } = server
    await write(merchant)
    clock.advance(31 * day_ms)
    await write(young)
    const all = await count('events', merchant.id)
    assert.deepEqual(await deleteOutdated(services, days), { ...none, requests: 3 })
    assert.equal(await count('requests', merchant.id), 0)
    assert.equal(await count('requests', young.id), 3)

    // The oldest are past their days, the account's next ones are not.
    await write(merchant)
    clock.advance(370 * day_ms)
    // That the other account was made is as old.
    assert.equal((await deleteOutdated(services, days)).events, all + 1)
    assert.equal(await count('events', merchant.id), 3)
    assert.equal(await count('events', young.id), 3)
    assert.deepEqual(await brokenInvariants(services.db), [])

    clock.advance(31 * day_ms)
    await deleteOutdated(services, days)
    assert.equal(await count('events', merchant.id), 0)
    await write(young)
    assert.deepEqual(await brokenInvariants(services.db), [])
    assert.deepEqual(await deleteOutdated(services, days), none)
  })

  it('is deleted in batches, by several processes at once', async () => {
    const { services } = server
    const rows = limits.retention_batch + 5
    await services.db.query(
      `insert into requests (account, live, id, created, api, method, path, status, duration_ms,
         key, event_ids)
       select $1, false, 'req_0' || n, '2020-01-01', 'v2', 'GET', '/', 200, 1, 'key_1', '{}'
       from generate_series(1, $2::int) n`,
      [young.id, rows],
    )
    const both = await Promise.all([1, 2].map(() => deleteOutdated(services, days)))
    assert.equal(both[0]?.requests, rows - (both[1]?.requests ?? 0))
    assert.equal(await count('requests', young.id), 3)
  })

  it('is deleted by an index of its instant where it has no order of its own', async () => {
    const { db } = server.services
    const of = { table: 'requests', at: 'created' }
    const old = new Date(server.clock.now().getTime() + day_ms)
    assert.equal(await deleteOld(db, of, old, 2), 2)
    assert.equal(await deleteOld(db, of, old, 2), 1)
    assert.equal(await deleteOld(db, of, old, 2), 0)
  })
})

it('an idempotency key is free again when its answer is deleted, with its claim', async () => {
  const { services, clock, call } = server
  const ask = () => {
    const headers = { 'idempotency-key': 'once' }
    return call('POST', '/v2/customers/', { body: { mobile: '+33600000000' }, headers })
  }
  const { body: first } = await ask()
  assert.equal((await ask()).body.id, first.id)
  clock.advance((limits.idempotency_days + 1) * day_ms)
  assert.equal((await deleteOutdated(services, days)).idempotency_keys, 1)
  const claims = "select 1 from claims where scope = 'idempotency'"
  assert.deepEqual(await services.db.query(claims), [])
  assert.notEqual((await ask()).body.id, first.id)
})

it('events of a test clock that stands are as old as that clock says', async () => {
  const { services, clock } = server
  const merchant = await server.newMerchant()
  const client = clientOf(server, merchant.keys.stest)
  await client.post('/v2/sandbox/clock', { frozen: true })
  clock.advance(500 * day_ms)
  await write(merchant)
  const all = await count('events', merchant.id)
  await deleteOutdated(services, days)
  assert.equal(await count('events', merchant.id), all)
  clock.advance(day_ms)
  await client.post('/v2/sandbox/clock', { advance: 'P401D' })
  await deleteOutdated(services, days)
  assert.equal(await count('events', merchant.id), 0)
  assert.deepEqual(await brokenInvariants(services.db), [])
})
