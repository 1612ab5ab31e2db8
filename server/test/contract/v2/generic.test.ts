import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { limits } from '../../../src/kernel/limits.ts'
import { type Answer, startServer, type TestServer } from '../../harness.ts'
import { assertInShape, assertInvalid, assertRefused, faultOf, ok } from './answers.ts'
import { approvedCard, type Client, clientOf } from './objects.ts'

const unauthorized = 'You are not authorized to access that resource'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

interface Raw {
  method?: string
  path: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}

/** A request just as given: the usual client does not send such ones. */
const raw = ({ method = 'GET', path, headers, body }: Raw): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const authorization = basic(`${server.merchant.keys.stest}:`)
    const { hostname, port } = new URL(server.url)
    const all = { authorization, ...(body && { 'content-length': body.length }), ...headers }
    const sent = request({ method, hostname, port, path, headers: all }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const status = response.statusCode ?? 0
        const given = new Headers(response.headers as Record<string, string>)
        const json = given.get('content-type')?.startsWith('application/json')
        resolve({ status, headers: given, text, body: json ? JSON.parse(text) : undefined })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })

describe('the key', () => {
  const ping = (authorization: string | string[]) =>
    raw({ path: '/v2/ping', headers: { authorization } as Record<string, string> })

  it('[B1] an address that does not exist is a 401 without a key, and a 404 with one', async () => {
    for (const path of ['/v2/nothing', '/v2/', '/v2/payment_intent/pi_1', '/v2/products']) {
      assertRefused(await server.call('GET', path, { key: null }), 401, unauthorized)
      assertRefused(await server.call('GET', path), 404, 'Not found')
    }
  })

  it('[B2] an unknown key is a 401 whatever it asks for, a known or a malformed id', async () => {
    const key = `stest_${'Zz09'.repeat(6)}`
    for (const id of [`paym_${'a'.repeat(24)}`, '5f1c9d2e3a4b5', '%F0%9F%98%80', 'a'.repeat(500)]) {
      assertRefused(await server.call('GET', `/v2/payments/${id}`, { key }), 401, unauthorized)
    }
  })

  it('[B3] a Bearer token is taken as Basic is, whatever the case of the scheme', async () => {
    const { stest } = server.merchant.keys
    for (const header of [`Bearer ${stest}`, `bearer ${stest}`, basic(`${stest}:`), basic(stest)]) {
      assert.equal((await ping(header)).status, 200, header)
    }
  })

  it('[B4] ping says the mode, the company and the account', async () => {
    const { id, keys } = server.merchant
    const company = 'Test shop'
    assert.deepEqual(await client.get('/v2/ping'), { mode: 'test', company, account: id })
    const live = await server.call('GET', '/v2/ping/', { key: keys.sprod })
    assert.deepEqual(ok(live), { mode: 'live', company, account: id })
  })

  it('headers that are not a key are a 401, never a failure', async () => {
    const { stest } = server.merchant.keys
    const headers = [
      '',
      'Basic',
      'Basic ',
      'Basic ====',
      'Basic \u00ff\u00fe',
      basic(':'),
      basic(`:${stest}`),
      basic(`${stest}:password`),
      basic(`${stest}\u0000:`),
      basic(`${stest}\n:`),
      basic(`${stest}' or '1'='1:`),
      `Bearer ${stest} ${stest}x`.replace(' ', '  '),
      `Bearer ${stest}x`,
      `Bearer ${stest.toUpperCase()}`,
      `Digest username="${stest}"`,
      stest,
      `Bearer ${'a'.repeat(10_000)}`,
    ]
    for (const header of headers) assertRefused(await ping(header), 401, unauthorized)
  })

  it('of two Authorization headers the first alone counts', async () => {
    const { stest } = server.merchant.keys
    const known = basic(`${stest}:`)
    assert.equal((await ping([known, 'Bearer nothing'])).status, 200)
    assertRefused(await ping(['Bearer nothing', known]), 401, unauthorized)
  })

  it('[B16] what a test key makes is not there for a live or a foreign key', async () => {
    const { id } = await client.post('/v2/customers/', { email: 'a@example.com' })
    const path = `/v2/customers/${id}`
    const other = await server.newMerchant()
    for (const key of [server.merchant.keys.sprod, other.keys.stest]) {
      for (const method of ['GET', 'DELETE']) {
        const answer = await server.call(method, path, { key })
        assertRefused(answer, 404, `Customer \`${id}\` not found`)
      }
      assert.equal(ok(await server.call('GET', '/v2/customers/', { key })).range.count, 0)
    }
    assert.equal((await client.get(path)).id, id)
  })
})

describe('requests', () => {
  it('[B6] a body left over on GET is ignored, whatever it holds', async () => {
    for (const body of ['{"number":"4242424242424242"}', '{', Buffer.from([255, 0])]) {
      const headers = { 'content-type': 'application/json' }
      const answer = await raw({ path: '/v2/cards/?start=1', headers, body })
      assert.equal(ok(answer).range.start, 1)
    }
  })

  it('a body left over on DELETE is ignored', async () => {
    const { id } = await client.post('/v2/customers/', { email: 'left@example.com' })
    const body = '{"email":"stale@example.com"}'
    const answer = await raw({ method: 'DELETE', path: `/v2/customers/${id}`, body })
    assert.equal(ok(answer).deleted, true)
  })

  it('[B9] a creation answers 200, with and without a slash, without redirection', async () => {
    for (const path of ['/v2/customers/', '/v2/customers']) {
      ok(await client.call('POST', path, { body: { email: 'slash@example.com' } }))
    }
  })

  it('[B10] an unknown member is refused in its place', async () => {
    const answer = await client.call('POST', '/v2/payments/', { body: { amount: 1, amout: 5 } })
    const fault = faultOf(answer)
    assert.deepEqual(fault.loc, ['body', 'amout'])
    assert.equal(fault.msg, 'extra fields not permitted')
    assert.equal(fault.type, 'value_error.extra')
  })

  it('[B11] a body that is not JSON is a 422 that says where', async () => {
    const bodies: [string, number][] = [
      ['{', 1],
      ['{"amount":1,}', 12],
      ['<html>', 0],
      ["{'amount':1}", 1],
      ['{"amount":NaN}', 10],
      ['{"amount":1}{"amount":2}', 12],
      ['amount=100&currency=eur', 0],
      ['{"a":"\u0000"}', 5],
    ]
    for (const [body, position] of bodies) {
      const answer = await client.call('POST', '/v2/payments/', { body })
      assert.deepEqual(faultOf(answer).loc, ['body', position], body)
      assert.equal(faultOf(answer).type, 'value_error.jsondecode')
    }
  })

  it('a body that is not an object, or that is missing, is a 422', async () => {
    for (const body of ['[]', '[{"amount":1}]', '"text"', '5', 'true', 'null', '', ' ']) {
      assertInvalid(await client.call('POST', '/v2/payments/', { body }), ['body'])
    }
    assertInvalid(await client.call('POST', '/v2/payments/'), ['body'])
  })

  it('the content type does not matter, only the content', async () => {
    const types = [
      'application/json; charset=latin1',
      'text/plain',
      'application/x-www-form-urlencoded',
    ]
    for (const type of [...types, 'multipart/form-data; boundary=x', 'nonsense', '']) {
      const headers = { 'content-type': type }
      const body = '{"email":"type@example.com"}'
      ok(await raw({ method: 'POST', path: '/v2/customers/', headers, body }))
    }
    const without = { method: 'POST', path: '/v2/customers/', body: '{"email":"n@example.com"}' }
    ok(await raw(without))
  })

  it('a body in Latin-1 is read as such, one in UTF-8 as UTF-8', async () => {
    const text = '{"email":"zo@example.com","name":"Zoé"}'
    for (const encoding of ['latin1', 'utf8'] as const) {
      const body = Buffer.from(text, encoding)
      assert.equal((await client.call('POST', '/v2/customers/', { body })).body.name, 'Zoé')
    }
  })

  it('of two members with one name the last counts, as for every reader of JSON', async () => {
    const body = '{"amount":1,"amount":2}'
    assert.equal(ok(await client.call('POST', '/v2/payments/', { body })).amount, 2)
  })

  it('[B13] a page out of bounds is refused in its place', async () => {
    for (const list of ['customers', 'addresses', 'cards', 'sepa', 'payments', 'disputes']) {
      for (const query of ['limit=0', 'limit=101', 'start=-1', 'start=99999999999999999999']) {
        const answer = await client.call('GET', `/v2/${list}/?${query}`)
        assertInvalid(answer, ['query', query.split('=')[0] as string])
      }
    }
  })

  it('[B14] a page says where it starts and ends, and what there is in all', async () => {
    const { keys } = await server.newMerchant()
    const own = clientOf(server, keys.stest)
    for (const order_id of ['1', '2', '3']) await own.post('/v2/payments/', { amount: 1, order_id })
    const pageOf = async (query: string) => {
      const { range, payments } = await own.get(`/v2/payments/${query}`)
      return [range, payments.map((it: { order_id: string }) => it.order_id).join('')]
    }
    const count = 3
    assert.deepEqual(await pageOf('?start=0&limit=2'), [
      { start: 0, end: 2, limit: 2, count, has_more: true },
      '32',
    ])
    assert.deepEqual(await pageOf('?start=2&limit=2'), [
      { start: 2, end: 3, limit: 2, count, has_more: false },
      '1',
    ])
    assert.deepEqual(await pageOf('?start=7'), [
      { start: 7, end: 7, limit: 10, count, has_more: false },
      '',
    ])
    assert.deepEqual(await pageOf(''), [
      { start: 0, end: 3, limit: 10, count, has_more: false },
      '321',
    ])
  })

  it('every answer has a request id, is not cached, and is not guessed at', async () => {
    const { headers } = await client.call('GET', '/v2/ping')
    assert.match(headers.get('request-id') ?? '', /^req_/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })
})

describe('hostile input', () => {
  const count = async () => (await client.get('/v2/addresses/')).range.count

  it('a body beyond the limit is a 413, and nothing of it happens', async () => {
    const before = await count()
    const address = { zip_code: 'ZZ9', city: 'X', country: 'FR' }
    for (const bytes of [limits.body_bytes_max, 10_000_000]) {
      const body = JSON.stringify({ ...address, metadata: 'a'.repeat(bytes) })
      // The connection may be gone before all is sent.
      const answer = await client.call('POST', '/v2/addresses/', { body }).catch(() => undefined)
      if (!answer) continue
      assert.equal(answer.status, 413)
      assert.deepEqual(Object.keys(answer.body), ['error'])
    }
    assert.equal(await count(), before)
  })

  it('nesting beyond the limit is a 422, just below it is kept', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
    const body = (depth: number) =>
      `{"zip_code":"ZZ9","city":"X","country":"FR","metadata":${nested(depth)}}`
    const post = (depth: number) => client.call('POST', '/v2/addresses/', { body: body(depth) })
    const kept = ok(await post(limits.body_depth_max - 1))
    assert.equal(JSON.stringify(kept.metadata), nested(limits.body_depth_max - 1))
    for (const depth of [limits.body_depth_max, 100_000]) {
      assert.equal(faultOf(await post(depth)).type, 'value_error.jsondecode')
    }
  })

  it('names of the language itself are names like others', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      const body = `{"amount":1,${JSON.stringify(name)}:{"amount":7}}`
      assertInvalid(await client.call('POST', '/v2/payments/', { body }), ['body', name])
    }
    const metadata = '{"__proto__":{"admin":true},"constructor":1}'
    const body = `{"amount":1,"metadata":${metadata}}`
    const made = ok(await client.call('POST', '/v2/payment_intents/', { body }))
    assert.deepEqual(made.metadata, JSON.parse(metadata))
    assert.deepEqual((await client.get(`/v2/payment_intents/${made.id}`)).metadata, made.metadata)
    assert.equal(({} as { admin?: boolean }).admin, undefined)
  })

  it('characters that no store keeps are refused in their place', async () => {
    for (const bad of ['a\\u0000b', 'a\\ud800b', '\\udfff\\ud800']) {
      const body = `{"email":"a@example.com","name":"${bad}"}`
      assertInvalid(await client.call('POST', '/v2/customers/', { body }), ['body', 'name'])
      const deep = `{"amount":1,"metadata":{"a":["${bad}"],"${bad}":1}}`
      const answer = await client.call('POST', '/v2/payment_intents/', { body: deep })
      assertInvalid(answer, ['body', 'metadata', 'a', '0'])
    }
  })

  it('numbers beyond all bounds are never rounded into another amount', async () => {
    const amounts = [
      '1e400',
      '-1e400',
      '1e21',
      '9007199254740993',
      '4294967295.5',
      '-0.5',
      '1e-400',
    ]
    for (const amount of amounts) {
      const answer = await client.call('POST', '/v2/payments/', { body: `{"amount":${amount}}` })
      assertInShape(answer)
      if (answer.status === 200) assert.equal(answer.body.amount, Number(amount))
    }
    const metadata = '{"a":1e308,"b":-1e-308,"c":123456789012345680000}'
    const body = `{"amount":1,"metadata":${metadata}}`
    const made = ok(await client.call('POST', '/v2/payment_intents/', { body }))
    assert.deepEqual(made.metadata, JSON.parse(metadata))
    assert.deepEqual((await client.get(`/v2/payment_intents/${made.id}`)).metadata, made.metadata)
  })

  it('addresses that lead elsewhere lead nowhere', async () => {
    const paths = [
      '/v2/../healthz/../v2/nothing',
      '/v2/customers/../../etc/passwd',
      '/v2/customers/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '/v2/customers/..%5c..%5cwindows',
      '/v2/customers/%',
      '/v2/customers/%E0%A4%A',
      '/v2/customers/%00',
      '/v2/customers/%ff',
      `/v2/customers/cust_${'a'.repeat(5000)}`,
      "/v2/customers/' or 1=1--",
      '/v2/customers/?limit=%E0%A4%A&start=%00',
      '/v2/customers/?limit[]=1&limit[a]=2',
      '/v2/customers/?__proto__=1&constructor=2&email=%00',
      `/v2/customers/?name=${'a'.repeat(5000)}`,
    ]
    for (const path of paths) {
      const answer = await raw({ path: path.replaceAll(' ', '%20') })
      assertInShape(answer)
      assert.ok([200, 404, 422].includes(answer.status), `${path} ${answer.text}`)
    }
  })

  it('a number in clear never comes back in a refusal', async () => {
    const number = '4000056655665556'
    for (const card of [
      { ...approvedCard, number },
      { ...approvedCard, number: [number] },
      { ...approvedCard, number, cvc: number },
      { ...approvedCard, number, exp_month: number },
      { ...approvedCard, [number]: number },
      number,
    ]) {
      const answer = await client.call('POST', '/v2/payments/', { body: { amount: 1, card } })
      assert.equal(answer.status, 422)
      if (typeof card === 'object' && number in card) continue
      assert.ok(!answer.text.includes(number), answer.text)
    }
  })
})
