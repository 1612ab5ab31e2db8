import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { v1Operations } from '@obole/contract/v1/all.js'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { assertRefused, type Client, clientOf, faultOf } from './answers.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const unauthorized = 'You are not authorized to access that resource'
const nothing = 'Nothing matches the given URI'

describe('keys', () => {
  it('[B1] without a secret one every address says 401, before all else', async () => {
    const { ptest, pprod } = server.merchant.keys
    for (const key of [null, ptest, pprod, `stest_${'a'.repeat(24)}`, 'nonsense']) {
      for (const { method, path } of v1Operations) {
        const body = method === 'GET' ? {} : { body: '{' }
        const url = path.replace('{id}', '%00')
        assertRefused(await server.call(method, url, { key, ...body }), 401, unauthorized)
      }
      assertRefused(await server.call('GET', '/v1/nothing/here', { key }), 401, unauthorized)
    }
  })

  it('[B3] one is taken by Bearer as by Basic', async () => {
    const headers = { authorization: `Bearer ${server.merchant.keys.stest}` }
    const answer = await server.call('GET', '/v1/checkout', { key: null, headers })
    assert.equal(answer.status, 200, answer.text)
  })
})

describe('addresses', () => {
  it('what does not exist is not found, in the envelope of every refusal', async () => {
    for (const path of ['/v1', '/v1/', '/v1/nothing', '/v1/ping', '/v1/payment_intents/']) {
      assertRefused(await client.call('GET', path), 404, nothing)
      assertRefused(await client.call('POST', path, { body: { a: 1 } }), 404, nothing)
    }
  })

  it('a collection without a list is not there to read', async () => {
    for (const plural of ['customers', 'cards', 'sepa', 'addresses']) {
      for (const path of [`/v1/${plural}`, `/v1/${plural}/`, `/v1/${plural}/?limit=1`]) {
        assertRefused(await client.call('GET', path), 404, nothing)
        assert.equal((await client.call('HEAD', path)).status, 404)
      }
    }
  })

  it('another method than an address takes is told so', async () => {
    const calls = [
      ['DELETE', '/v1/checkout/x', 'GET, PATCH'],
      ['PUT', '/v1/customers/x', 'GET, PATCH, DELETE'],
      ['POST', '/v1/disputes', 'GET'],
    ] as const
    for (const [method, path, allow] of calls) {
      const answer = await client.call(method, path)
      assertRefused(answer, 405, 'This address does not take this method')
      assert.equal(answer.headers.get('allow'), allow)
    }
  })

  it('an id that cannot be kept is one that is not there', async () => {
    assertRefused(await client.call('GET', '/v1/customers/%00'), 404, nothing)
    assertRefused(await client.call('GET', '/v1/cards/a%2Fb'), 404, 'No such card a/b')
    assert.equal((await client.call('GET', `/v1/cards/${'x'.repeat(3000)}`)).status, 404)
  })
})

describe('bodies', () => {
  it('what is not JSON is told with its place', async () => {
    const answer = await client.call('POST', '/v1/customers', { body: '{"email":' })
    assert.match(faultOf(answer), /^9: Unexpected end: line 1 column 10/)
  })

  it('what is not an object, or not there, is told', async () => {
    const wrong = await client.call('POST', '/v1/customers', { body: '[]' })
    assert.equal(faultOf(wrong), 'value is not a valid dict')
    assert.equal(faultOf(await client.call('POST', '/v1/customers')), 'field required')
  })

  it('all faults are told in one sentence', async () => {
    const body = { amount: -1, currency: 'xxx', card: { ...{ number: '1' } } }
    const message = faultOf(await client.call('POST', '/v1/checkout', { body }))
    assert.match(message, /^amount: .*; currency: .*; card\.number: .*; card\.exp_month: field/)
  })

  it('null is as good as nothing', async () => {
    const body = { amount: 100, currency: 'eur', card: null, auth: null, order_id: null }
    assert.equal((await client.post('/v1/checkout', body)).method, null)
  })

  it('beyond the limit it is told in the same envelope', async () => {
    const body = { email: 'a@b.example', filler: 'x'.repeat(300_000) }
    const answer = await client.call('POST', '/v1/customers', { body })
    assertRefused(answer, 413, 'The body is larger than the limit')
  })
})

interface Heard {
  status: string
  body: Json
}

/** One connection: requests are written as they are, answers read one after the other. */
class Wire {
  readonly #socket: Socket
  #left = Buffer.alloc(0)
  #closed = false
  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => {
      this.#left = Buffer.concat([this.#left, bytes as Buffer])
    })
    socket.on('close', () => {
      this.#closed = true
    })
  }

  static async open(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await new Promise((done, fail) => socket.once('connect', done).once('error', fail))
    return new Wire(socket)
  }

  async ask(line: string, body = ''): Promise<Heard> {
    const basic = Buffer.from(`${server.merchant.keys.stest}:`).toString('base64')
    const head = [
      `${line} HTTP/1.1`,
      'Host: api.example',
      `Authorization: Basic ${basic}`,
      'Accept: */*',
      ...(body ? ['Content-Type: application/json', `Content-Length: ${body.length}`] : []),
    ]
    this.#socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1')
    return this.#answer()
  }

  async #answer(): Promise<Heard> {
    const end = await this.#until(() => this.#left.indexOf('\r\n\r\n'))
    const head = this.#left.subarray(0, end).toString('latin1')
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
    const from = end + 4
    await this.#until(() => (this.#left.length >= from + length ? 1 : -1))
    const text = this.#left.subarray(from, from + length).toString()
    this.#left = this.#left.subarray(from + length)
    return { status: head.split('\r\n')[0] as string, body: text ? JSON.parse(text) : undefined }
  }

  async #until(found: () => number): Promise<number> {
    for (;;) {
      const at = found()
      if (at >= 0) return at
      assert.equal(this.#closed, false, 'the connection was closed')
      await new Promise((done) => {
        this.#socket.once('data', done).once('close', done)
      })
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}

describe('one connection for many calls', () => {
  it('a body left over on GET and DELETE is ignored, and the next calls are answered', async () => {
    const wire = await Wire.open(server.url)
    try {
      const body = '{"email":"wire@b.example","name":"Zo\xe9"}'
      const made = await wire.ask('POST /v1/customers/', body)
      assert.equal(made.status, 'HTTP/1.1 200 OK')
      assert.equal(made.body.name, 'Zoé')
      const path = `/v1/customers/${made.body.id}`
      for (const stale of [body, body, '', '{"broken":', 'x'.repeat(200_000), '']) {
        const read = await wire.ask(`GET ${path}`, stale)
        assert.equal(read.status, 'HTTP/1.1 200 OK')
        assert.deepEqual(read.body, made.body)
      }
      const list = await wire.ask('GET /v1/checkout/?start=0&limit=2', body)
      assert.deepEqual([list.body.range.start, list.body.range.limit], [0, 2])
      assert.equal((await wire.ask(`DELETE ${path}`, body)).body, undefined)
      const gone = await wire.ask(`GET ${path}`, body)
      assert.equal(gone.status, 'HTTP/1.1 404 Not Found')
      assert.equal(gone.body.error.message, `No such customer ${made.body.id}`)
    } finally {
      wire.close()
    }
  })

  it('refusals have the usual reason beside their number, and the connection goes on', async () => {
    const wire = await Wire.open(server.url)
    try {
      const body = '{"email":"reason@b.example"}'
      assert.equal((await wire.ask('POST /v1/customers', body)).status, 'HTTP/1.1 200 OK')
      assert.equal((await wire.ask('POST /v1/customers', body)).status, 'HTTP/1.1 409 Conflict')
      assert.equal((await wire.ask('POST /v1/customers', '[')).status, 'HTTP/1.1 400 Bad Request')
      assert.equal((await wire.ask('GET /v1/customers', body)).status, 'HTTP/1.1 404 Not Found')
    } finally {
      wire.close()
    }
  })
})
