import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Operation } from '@obole/contract/operation.js'
import type { TSchema } from '@obole/contract/typebox.js'
import { type V2OperationId, v2Operations } from '@obole/contract/v2/all.js'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { type BoundaryCase, boundaryCases, example } from '../../boundary-cases.ts'
import { type Answer, startServer, type TestServer } from '../../harness.ts'
import { assertConforms, assertInShape, assertRefused, faultOf, ok } from './answers.ts'
import { type Call, calls } from './calls.ts'
import { type Client, clientOf, makeObjects, type Objects } from './objects.ts'

const operations: readonly Operation[] = v2Operations
/** Those with an answer that ends. */
const ending = operations.filter((it) => !it.media)

const prefixOf = ({ params }: Operation): string | undefined =>
  (params?.properties.id as { pattern: string } | undefined)?.pattern.match(/^\^(\w+)_\[/)?.[1]

const labels: Record<string, string> = {
  evt: 'Event',
  req: 'Request',
  cust: 'Customer',
  addr: 'Address',
  card: 'Card',
  sepa: 'SEPA',
  paym: 'Payment',
  pi: 'Payment intent',
  dspt: 'Dispute',
  refd: 'Refund',
  dsbm: 'Disbursement',
  pout: 'Payout',
  we: 'Webhook endpoint',
}

const unauthorized = 'You are not authorized to access that resource'

/** In order, some at once. */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

let server: TestServer
let client: Client
let objects: Objects

before(async () => {
  server = await startServer({ live: sandbox })
  client = clientOf(server)
  objects = await makeObjects(client)
})
after(() => server.close())

const send = (
  operation: Operation,
  { id, file, delivery, body, query }: Call,
  key?: string | null,
) =>
  server.call(
    operation.method,
    operation.path
      .replace('{id}', id ?? `${prefixOf(operation)}_${'0'.repeat(24)}`)
      .replace('{delivery}', delivery ?? `dlvr_${'0'.repeat(24)}`)
      .replace('{file}', file ?? `evdc_${'0'.repeat(24)}`) + (query ? `?${query}` : ''),
    { ...(key !== undefined && { key }), ...(body !== undefined && { body }) },
  )

describe('every operation of v2', () => {
  for (const operation of operations) {
    const call = calls[operation.id as V2OperationId]
    const prefix = prefixOf(operation)

    describe(operation.id, () => {
      if (!operation.media)
        it('[B9] answers with just what its schema names', async () => {
          const answer = await send(operation, await call(objects, client))
          if (operation.response) assertConforms(operation.response, ok(answer))
          else assert.deepEqual([answer.status, answer.text], [operation.status, ''])
        })

      it('[B1] answers 401 without a secret key, before all else', async () => {
        const { keys } = server.merchant
        const unknown = `stest_${'a'.repeat(24)}`
        const body = operation.method === 'GET' ? {} : { body: '{' }
        const malformed: Call = { id: 'no-id', query: 'limit=x', ...body }
        for (const key of [null, keys.ptest, keys.pprod, unknown, 'stest_short', 'nonsense']) {
          assertRefused(await send(operation, malformed, key), 401, unauthorized)
        }
      })

      if (!prefix) return

      it("answers 404 for what is missing, another account's or the other mode's", async () => {
        const other = await server.newMerchant()
        const made = await call(objects, client)
        const missing = { ...made, id: `${prefix}_${'0'.repeat(24)}` }
        const text = (id = '') => `${labels[prefix]} \`${id}\` not found`
        assertRefused(await send(operation, missing), 404, text(missing.id))
        assertRefused(await send(operation, made, other.keys.stest), 404, text(made.id))
        assertRefused(await send(operation, made, server.merchant.keys.sprod), 404, text(made.id))
      })

      it('[B12] answers 422 for a malformed id', async () => {
        for (const id of [`${prefix}_short`, 'a'.repeat(28), `xxxx_${'a'.repeat(24)}`, '%00']) {
          const answer = await send(operation, { ...(await call(objects, client)), id })
          assert.deepEqual(faultOf(answer).loc, ['path', 'id'])
        }
      })
    })
  }
})

describe('methods that an address does not take', () => {
  const taken = new Map<string, string[]>()
  for (const { path, method } of operations) taken.set(path, [...(taken.get(path) ?? []), method])
  for (const [path, methods] of taken) {
    it(`${path} answers 405 and says which it takes, with a key only`, async () => {
      const url = path.replace('{id}', objects.cust)
      for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']) {
        if (methods.includes(method)) continue
        const answer = await server.call(method, url)
        assert.equal(answer.status, 405, `${method} ${path} ${answer.text}`)
        assert.deepEqual(Object.keys(answer.body), ['error'])
        assert.deepEqual(answer.headers.get('allow')?.split(', ').sort(), [...methods].sort())
        assertRefused(await server.call(method, url, { key: null }), 401, unauthorized)
      }
    })
  }

  it('HEAD answers as GET does, without a body', async () => {
    const answer = await server.call('HEAD', '/v2/customers/')
    assert.equal(answer.status, 200)
    assert.equal(answer.text, '')
    assert.equal((await server.call('HEAD', '/v2/customers/', { key: null })).status, 401)
  })
})

describe('every bound of every field', () => {
  const describeCase = (it: BoundaryCase, answer: Answer) =>
    `${it.title}: ${JSON.stringify(it.value)?.slice(0, 300)} gave ${answer.text.slice(0, 500)}`

  const check = (it: BoundaryCase, answer: Answer, root: string) => {
    assertInShape(answer)
    if (!it.fault) return
    const { loc } = faultOf(answer)
    assert.deepEqual(loc, [root, ...it.fault.loc], describeCase(it, answer))
  }

  for (const operation of operations) {
    if (!operation.body) continue
    // An old address has the same schema: what it takes is taken at the new one.
    const all = boundaryCases(operation.body)
    const cases = operation.deprecated ? all.filter((one) => one.fault) : all
    it(`${operation.id} refuses what is beyond in its place (${cases.length})`, async () => {
      assert.ok(cases.filter((one) => one.fault).length > 4)
      const { id } = await calls[operation.id as V2OperationId](objects, client)
      await inTurn(cases, async (one) => {
        const body = JSON.stringify(one.value)
        check(one, await send(operation, { ...(id && { id }), body }), 'body')
      })
    })
  }

  /** Cases of a query's members that can be written in an address. */
  const writable = (schema: TSchema): [name: string, one: BoundaryCase][] =>
    Object.entries((schema as { properties?: Record<string, TSchema> }).properties ?? {}).flatMap(
      ([name, member]) =>
        boundaryCases(member)
          .filter(({ value }) => ['string', 'number', 'boolean'].includes(typeof value))
          .map((one): [string, BoundaryCase] => [name, one]),
    )

  for (const operation of ending) {
    const cases = operation.query ? writable(operation.query) : []
    if (!cases.length) continue
    it(`[B13] ${operation.id} refuses what is beyond in its query (${cases.length})`, async () => {
      const made = await calls[operation.id as V2OperationId](objects, client)
      await inTurn(cases, async ([name, one]) => {
        const query = `${name}=${encodeURIComponent(String(one.value))}`
        const answer = await send(operation, { ...made, query })
        assertInShape(answer)
        if (one.fault) {
          assert.deepEqual(faultOf(answer).loc, ['query', name], describeCase(one, answer))
        } else assert.equal(answer.status, 200, describeCase(one, answer))
      })
    })
  }

  it('the example of each schema is decoded: what refuses it is not its form', async () => {
    for (const operation of operations) {
      if (!operation.body) continue
      const { id } = await calls[operation.id as V2OperationId](objects, client)
      const answer = await send(operation, { ...(id && { id }), body: example(operation.body) })
      assertInShape(answer)
      const of = answer.body.detail?.[0]
      if (of) assert.equal(of.type, 'value_error', answer.text)
    }
  })
})
