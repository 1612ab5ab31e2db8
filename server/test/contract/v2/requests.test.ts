import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Operation } from '@obole/contract/operation.js'
import { v1Operations } from '@obole/contract/v1/all.js'
import { v2Operations } from '@obole/contract/v2/all.js'
import { pino } from 'pino'
import { limits } from '../../../src/kernel/limits.ts'
import type { Db } from '../../../src/platform/db.ts'
import type { JsonSchema } from '../../../src/platform/decode-scalar.ts'
import { sandbox } from '../../../src/processors/sandbox/sandbox.ts'
import { RequestLog } from '../../../src/requests/request-log.ts'
import { findRequest } from '../../../src/requests/store.ts'
import { type Answer, type Json, startServer, type TestServer } from '../../harness.ts'
import { until } from '../../obole-process.ts'
import { refusedWith } from '../../watched-db.ts'
import { assertInvalid, assertRefused } from './answers.ts'
import { approvedCard, type Client, clientOf } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  const broken = (): never => {
    throw new Error('the line to the bank is down')
  }
  // What the log of calls tells of failures of ours is expected here.
  const log = pino({ level: 'silent' })
  server = await startServer({ live: { ...sandbox, authorizeCard: broken }, log })
  client = clientOf(server)
})
after(() => server.close())

const idOf = ({ headers }: Answer): string => {
  const id = headers.get('request-id') ?? ''
  assert.match(id, /^req_[0-9A-Za-z]{24}$/)
  return id
}
/** Whose call it was may still be looked up when its answer has arrived. */
const logged = (answer: Answer, by = client): Promise<Json> =>
  until('the call is kept', async () => {
    const { status, body } = await by.call('GET', `/v2/requests/${idOf(answer)}`)
    if (status === 404) return undefined
    assert.equal(status, 200)
    return body
  })

describe('a call is read by the id that its answer carried', () => {
  it('with all that is known of it', async () => {
    const body = { amount: 700, card: { ...approvedCard, cvc: '123' }, order_id: 'o-7' }
    const headers = { 'idempotency-key': 'try-1' }
    const path = '/v2/payments/?limit=3&hidden=1'
    const answer = await client.call('POST', path, { body, headers })
    const { id, created } = answer.body
    const line = await logged(answer)
    const { db } = server.services
    const events = await db.query<{ id: string }>(
      'select id from events where cause = $1 order by seq',
      [idOf(answer)],
    )
    assert.ok(events.length > 1)
    const [key] = await db.query<{ id: string; hint: string }>(
      `select id, hint from keys where account = $1 and kind = 'secret' and not live`,
      [server.merchant.id],
    )
    const { duration_ms, ...rest } = line
    assert.ok(duration_ms > 0 && duration_ms < 60_000)
    assert.ok(Math.abs(rest.created - created) < 60)
    assert.deepEqual(rest, {
      id: idOf(answer),
      created: rest.created,
      api: 'v2',
      operation: 'create-payment',
      method: 'POST',
      path: '/v2/payments/',
      query: { limit: '***', hidden: '***' },
      status: 200,
      key: key?.id,
      key_hint: key?.hint,
      idempotency_key: 'try-1',
      object_id: id,
      event_ids: events.map((it) => it.id),
      error: null,
      request_body: { ...body, card: { ...approvedCard, number: '***', cvc: '***' } },
      response_body: answer.body,
    })
  })

  it('with its refusal, whatever kind of answer that was', async () => {
    const live = clientOf(server, server.merchant.keys.sprod)
    const large = 'a'.repeat(limits.body_bytes_max + 1)
    const cases: [Client, string, string, unknown, number, string, string | null][] = [
      [client, 'POST', '/v2/payments/', { amount: -1 }, 422, 'invalid_request', 'create-payment'],
      [client, 'GET', `/v2/cards/card_${'a'.repeat(24)}`, undefined, 404, 'not_found', 'read-card'],
      [client, 'GET', '/v2/nothing', undefined, 404, 'not_found', null],
      [client, 'PATCH', '/v2/ping', {}, 405, 'method_not_allowed', null],
      [client, 'POST', '/v2/cards/', large, 413, 'body_too_large', 'create-card'],
      [client, 'POST', '/v1/cards/', '{', 400, 'invalid_request', 'create-card'],
      [
        ...([live, 'POST', '/v2/payments/', { amount: 1, card: approvedCard }] as const),
        ...([500, 'internal', 'create-payment'] as const),
      ],
    ]
    for (const [by, method, path, body, status, error, operation] of cases) {
      const answer = await by.call(method, path, { body })
      assert.equal(answer.status, status, `${method} ${path} ${answer.text}`)
      const line = await logged(answer, by)
      assert.deepEqual([line.status, line.error, line.operation], [status, error, operation])
      assert.deepEqual([line.method, line.path, line.api], [method, path, path.slice(1, 3)])
      assert.deepEqual(line.response_body, answer.body)
    }
    const unknown = await server.call('GET', '/v2/ping', { key: null })
    assert.equal(unknown.status, 401)
    const { db } = server.services
    assert.deepEqual(await db.query('select from requests where id = $1', [idOf(unknown)]), [])
  })

  it('with the refusal that is kept under its idempotency key', async () => {
    const headers = { 'idempotency-key': 'refused' }
    const body = { payment: `paym_${'a'.repeat(24)}` }
    const answer = await client.call('POST', '/v2/refunds/', { body, headers })
    const { status, error, response_body } = await logged(answer)
    assert.deepEqual([status, error, response_body], [404, 'not_found', answer.body])
  })

  it('without the bodies of what was only read', async () => {
    const line = await logged(await client.call('GET', '/v2/payments/?limit=1'))
    assert.deepEqual(line.query, { limit: '1' })
    assert.deepEqual([line.request_body, line.response_body], [null, null])
  })

  it('by its own account and mode alone', async () => {
    const answer = await client.call('GET', '/v2/ping')
    const { keys } = await server.newMerchant()
    for (const key of [keys.stest, server.merchant.keys.sprod]) {
      const other = clientOf(server, key)
      const path = `/v2/requests/${idOf(answer)}`
      assertRefused(await other.call('GET', path), 404, `Request \`${idOf(answer)}\` not found`)
      const list = await other.get(`/v2/requests/?request_id=${idOf(answer)}`)
      assert.deepEqual(list, { requests: [], has_more: false })
    }
  })

  it('with a body of at most so many characters, and none that is no JSON', async () => {
    const files = [{ name: 'a.txt', type: 'text/plain', content: 'a'.repeat(20_000) }]
    const path = `/v2/disputes/dspt_${'a'.repeat(24)}/evidence`
    const text = `${'word '.repeat(300)}`
    const kept = await logged(await client.call('POST', path, { body: { text, files } }))
    const shown = `${text.slice(0, limits.logged_text_max)}…`
    assert.deepEqual(kept.request_body, { text: shown, files: [{ ...files[0], content: '***' }] })
    const many = {
      text,
      files: Array(100).fill({ ...files[0], content: 'a', name: 'b'.repeat(99) }),
    }
    const cut = await logged(await client.call('POST', path, { body: many }))
    assert.equal(cut.request_body.length, limits.logged_body_max + 1)
    const bad = await logged(await client.call('POST', path, { body: '{"text":"0937' }))
    assert.equal(bad.request_body, '*** (13 bytes that are no JSON)')
  })
})

describe('the list of calls', () => {
  let shop: Client
  let payment: string
  let all: Json[]
  before(async () => {
    shop = clientOf(server, (await server.newMerchant()).keys.stest)
    payment = (await shop.post('/v2/payments/', { amount: 100 })).id
    await shop.get(`/v2/payments/${payment}`)
    await shop.call('GET', '/v1/nothing')
    await shop.call('PATCH', `/v2/payments/${payment}`, { body: { amount: -1 } })
    await shop.get('/v2/cards/')
    all = (await shop.get('/v2/requests/')).requests
  })
  const found = async (query: string): Promise<number[]> => {
    const { requests } = await shop.get(`/v2/requests/?limit=100&${query}`)
    return requests
      .map((it: Json) => all.findIndex((one) => one.id === it.id))
      .filter((place: number) => place >= 0)
  }

  it('has the newest first, in pages', async () => {
    assert.deepEqual(
      all.map(({ operation, status }) => [operation, status]),
      [
        ['list-cards', 200],
        ['update-payment', 422],
        [null, 404],
        ['read-payment', 200],
        ['create-payment', 200],
      ],
    )
    const first = await shop.get(`/v2/requests/?limit=2&before=${all[0].id}`)
    assert.deepEqual([first.requests, first.has_more], [all.slice(1, 3), true])
    const last = await shop.get(`/v2/requests/?limit=2&before=${all[2].id}`)
    assert.deepEqual([last.requests, last.has_more], [all.slice(3), false])
  })

  it('is narrowed by each filter, and by several', async () => {
    assert.deepEqual(await found('method=POST'), [4])
    assert.deepEqual(await found('status=4xx'), [1, 2])
    assert.deepEqual(await found('status=422'), [1])
    assert.deepEqual(await found('status=2xx&method=GET'), [0, 3])
    assert.deepEqual(await found('path=/v1/'), [2])
    assert.deepEqual(await found(`request_id=${all[3].id}`), [3])
    assert.deepEqual(await found(`object_id=${payment}`), [1, 3, 4])
    assert.deepEqual(await found(`object_id=${payment}&status=4xx`), [1])
    assert.deepEqual(await found(`created=${all[4].created}`), [0, 1, 2, 3, 4])
    assert.deepEqual(await found(`created=${all[0].created + 3600}`), [])
    const refused = await shop.call('GET', '/v2/requests/?status=many')
    assertInvalid(refused, ['query', 'status'])
  })
})

/** What must never be kept: a card number, its code, an IBAN, a key; as people write them. */
const [pan, cvc, iban] = ['4000002760000016', '0937', 'FR1420041010050500013M02606'] as const
const secretKey = () => server.merchant.keys.stest
const spaced = (text: string, by = ' ') => text.replaceAll(/(.{4})(?=.)/g, `$1${by}`)
const said = () =>
  `${pan} or ${spaced(pan, '-')} or ${spaced(pan, '\n')}; x${spaced(iban)}y, ${iban}, ${secretKey()}`

const hiding = { cvv: cvc, number: Number(pan), [pan]: { cvc, list: [cvc, { iban }] } }

/** A value of this schema with secrets wherever a text, a number or anything at all may stand. */
function poisoned(schema: JsonSchema, name: string, short: boolean): unknown {
  if (name === 'cvc') return cvc
  if (schema.secret) return name === 'iban' ? iban : pan
  if (schema.anyOf) {
    const branch = schema.anyOf.find((it) => (it.type === 'object') !== short)
    return poisoned(branch ?? {}, name, short)
  }
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {})
    const known = members.map(([key, it]) => [key, poisoned(it, key, short)])
    return { ...Object.fromEntries(known), ...hiding, unknown: cvc }
  }
  if (schema.type === 'array') return [poisoned(schema.items ?? {}, name, short)]
  if (schema.unlogged) return Buffer.from(`${cvc} ${pan}`).toString('base64')
  if (schema.type === undefined && !schema.enum) return hiding
  return schema.type === 'integer' ? Number(pan) : said()
}

/** The same where all else is as it should be, so that the call may succeed. */
const good = (schema: JsonSchema): unknown => {
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, it]) => {
    if (it.secret || name === 'metadata') return [[name, poisoned(it, name, false)]]
    if (name === 'card' || name === 'sepa') return [[name, good(it.anyOf?.[0] ?? it)]]
    const usual = { amount: 100, name: 'Zoé', exp_month: 12, exp_year: 2033, city: 'Lyon' }
    const more = { zip_code: '69001', country: 'FR', email: 'a@example.com' }
    const value = { ...usual, ...more }[name]
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(members)
}

const formsOf = (secret: string): RegExp[] =>
  [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')].map(
    (it) => new RegExp(`(?<![0-9A-Za-z])${it.replace(/=+$/, '')}(?![0-9A-Za-z])`),
  )

it('no secret stands in the log, wherever it stood in a call of any operation', async () => {
  const shop = clientOf(server, (await server.newMerchant()).keys.stest)
  const all: readonly Operation[] = [...v2Operations, ...v1Operations]
  // A stream has no end to wait for.
  const operations = all.filter(({ media }) => !media)
  const statuses = new Set<number>()
  const send = async (method: string, path: string, body?: unknown) => {
    const headers = { 'idempotency-key': said().replaceAll('\n', ' ') }
    const answer = await shop.call(method, path, { body, headers })
    statuses.add(answer.status)
  }
  for (const { method, path, body } of operations) {
    const to = path.replace('{id}', `card_${'a'.repeat(24)}`)
    const hidden = `${to}?order_id=${encodeURIComponent(said())}&cvc=${cvc}&${pan}=${iban}`
    if (!body) {
      if (method === 'GET') await send(method, hidden)
      continue
    }
    const schema = body as JsonSchema
    for (const short of [true, false]) await send(method, hidden, poisoned(schema, '', short))
    await send(method, to, good(schema))
    await send(method, to, `{"number":"${pan}","cvc":"${cvc}","iban":"${iban}"`)
  }
  for (const path of ['/v2/cards', '/v1/cards', '/v2/none', '/v2']) {
    for (const secret of [pan, spaced(pan, '%20'), iban, secretKey()]) {
      await send('GET', `${path}/${secret}`)
      await send('PUT', `${path}/${secret}`)
    }
  }
  assert.ok(
    [200, 404, 405, 422, 400].every((it) => statuses.has(it)),
    [...statuses].join(),
  )

  const shown: string[] = []
  for (let before = ''; ; ) {
    const answer = await shop.call('GET', `/v2/requests/?limit=100${before}`)
    shown.push(answer.text)
    const { requests, has_more } = answer.body
    for (const { id } of requests) shown.push((await shop.call('GET', `/v2/requests/${id}`)).text)
    if (!has_more) break
    before = `&before=${requests.at(-1).id}`
  }
  assert.ok(shown.length > 150)
  assert.ok(
    shown.some((it) => it.includes('"exp_month":12')),
    'what is no secret is there',
  )
  const rows = await server.services.db.query<{ line: string }>(
    'select r::text as line from requests r',
  )
  const text = [...shown, ...rows.map(({ line }) => line)].join('\n')
  const forms = [pan, spaced(pan), spaced(pan, '-'), spaced(pan, '%20'), cvc, iban, spaced(iban)]
  for (const form of [...forms, secretKey()].flatMap(formsOf)) assert.doesNotMatch(text, form)
})

describe('while the database is away', () => {
  const row = (n: number) => ({
    ...{ account: 'acct_1', live: false, id: `req_${n}`, created: new Date(0), api: 'v2' },
    ...{ operation: null, method: 'GET', path: '/', query: null, status: 200, duration_ms: 1 },
    ...{ key: 'key_1', idempotency_key: null, object_id: null, event_ids: [], error: null },
    ...{ request_body: null, response_body: null },
  })
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => void lines.push(line) })
  const whose = () => ({ db: server.services.db, account: 'acct_1', live: false })

  it('calls wait in a bounded space, the oldest give way, and it is told once', async () => {
    const { db } = server.services
    const refuse = refusedWith(db, '57P03')
    let isAway = true
    const query: Db['query'] = (...it) => (isAway ? refuse() : db.query(...it))
    const requests = new RequestLog({ ...db, query }, log)
    const body = JSON.stringify('a'.repeat(limits.requests_waiting_bytes / 4))
    for (let n = 1; n <= 5; n++) requests.add({ ...row(n), request_body: body })
    for (let n = 0; n < 4; n++) await requests.flush()
    assert.equal(lines.length, 1)
    isAway = false
    await requests.flush()
    assert.equal(lines.length, 2)
    assert.equal(JSON.parse(lines[1] ?? '').lost, 2)
    const there = await Promise.all([1, 2, 3, 4, 5].map((n) => findRequest(whose(), `req_${n}`)))
    assert.deepEqual(
      there.map((it) => Boolean(it)),
      [false, false, true, true, true],
    )
  })

  it('a call that the database refuses for good holds up no other', async () => {
    const requests = new RequestLog(server.services.db, log)
    for (let n = 11; n <= 13; n++) requests.add({ ...row(n), status: n === 12 ? 99_999 : 200 })
    await requests.flush()
    const there = await Promise.all([11, 12, 13].map((n) => findRequest(whose(), `req_${n}`)))
    assert.deepEqual(
      there.map((it) => Boolean(it)),
      [true, false, true],
    )
  })
})
