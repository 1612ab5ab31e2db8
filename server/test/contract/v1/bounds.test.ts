import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Operation } from '@obole/contract/operation.js'
import type { TSchema } from '@obole/contract/typebox.js'
import { type V1OperationId, v1Operations } from '@obole/contract/v1/all.js'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type BoundaryCase, boundaryCases } from '../../boundary-cases.ts'
import { type Answer, startServer, type TestServer } from '../../harness.ts'
import { approvedCard, assertInShape, type Client, clientOf, faultOf, goodIban } from './answers.ts'

const operations: readonly Operation[] = v1Operations

let server: TestServer
let client: Client
/** Payouts are shown to it alone. */
let liveClient: Client
let ids: Record<string, string>

before(async () => {
  server = await startServer({ live: sandbox })
  client = clientOf(server)
  liveClient = clientOf(server, server.merchant.keys.sprod)
  const made = async (path: string, body: unknown) => (await client.post(path, body)).id
  ids = {
    'update-customer': await made('/v1/customers', { email: 'a@b.example' }),
    'update-card': await made('/v1/cards', approvedCard),
    'update-sepa': await made('/v1/sepa', { iban: goodIban, name: 'Zoé' }),
    'update-payment': await made('/v1/checkout', { amount: 100, currency: 'eur' }),
    'capture-payment': await made('/v1/checkout', {
      amount: 100,
      capture: false,
      card: approvedCard,
    }),
    payout: (await livePayout()).id,
  }
})
after(() => server.close())

async function livePayout(): Promise<{ id: string }> {
  const card = { ...approvedCard, number: '4000000000000077' }
  await liveClient.post('/v1/checkout', { amount: 100, currency: 'eur', card })
  return liveClient.post('/v2/payouts/', {})
}

/** Operation → whether it takes a body; total, so that a new one is looked at here. */
const bodies: Record<V1OperationId, boolean> = {
  'create-customer': true,
  'read-customer': false,
  'update-customer': true,
  'delete-customer': false,
  'create-card': true,
  'read-card': false,
  'update-card': true,
  'delete-card': false,
  'create-sepa': true,
  'read-sepa': false,
  'update-sepa': true,
  'delete-sepa': false,
  'create-address': true,
  'read-address': false,
  'delete-address': false,
  'list-payments': false,
  'create-payment': true,
  'read-payment': false,
  'update-payment': true,
  'capture-payment': true,
  'list-refunds': false,
  'create-refund': true,
  'read-refund': false,
  'list-disputes': false,
  'read-dispute': false,
  'list-payouts': false,
  'read-payout': false,
  'list-payout-payments': false,
  'list-payout-refunds': false,
  'list-payout-disputes': false,
}

/** Eight at once. */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

/** A fault of the content is told at its place; all else is taken, or refused for what it means. */
function check({ title, fault }: BoundaryCase, answer: Answer): void {
  assertInShape(answer)
  if (!fault || fault.kind === 'extra') return
  const place = fault.loc.filter((it) => it !== '__root__').join('.')
  const message = faultOf(answer)
  assert.ok(message.startsWith(place ? `${place}: ` : ''), `${title}: ${message}`)
}

describe('every bound of every field', () => {
  for (const operation of operations) {
    const { id, method, path, body } = operation
    assert.equal(body !== undefined, bodies[id as V1OperationId])
    if (!body) continue
    const cases = boundaryCases(body)
    it(`${id} refuses what is beyond, in its place (${cases.length} bodies)`, async () => {
      assert.ok(cases.filter((one) => one.fault && one.fault.kind !== 'extra').length > 4)
      const url = path.replace('{id}', ids[id] ?? '')
      await inTurn(cases, async (one) => {
        check(one, await client.call(method, url, { body: JSON.stringify(one.value) }))
      })
    })
  }

  /** Cases of a query's members that can be written in an address. */
  const writable = (query: TSchema): [name: string, one: BoundaryCase][] =>
    Object.entries((query as { properties?: Record<string, TSchema> }).properties ?? {}).flatMap(
      ([name, member]) =>
        boundaryCases(member)
          .filter(({ value }) => typeof value === 'string' || typeof value === 'number')
          .map((one): [string, BoundaryCase] => [name, one]),
    )

  for (const { id, path, query } of operations) {
    if (!query) continue
    const cases = writable(query)
    it(`${id} refuses what is beyond in its query (${cases.length})`, async () => {
      await inTurn(cases, async ([name, one]) => {
        const query = `${name}=${encodeURIComponent(String(one.value))}`
        const url = `${path.replace('{id}', ids.payout ?? '')}?${query}`
        const asks = path.startsWith('/v1/payouts') ? liveClient : client
        const answer = await asks.call('GET', url)
        if (one.fault) assert.ok(faultOf(answer).startsWith(`${name}: `), answer.text)
        else assert.equal(answer.status, 200, answer.text)
      })
    })
  }
})
