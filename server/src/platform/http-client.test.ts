import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net'
import { after, before, describe, it } from 'node:test'
import { shop } from '../../test/certificate.ts'
import { hostileUrls, type Rule } from '../../test/hostile-urls.ts'
import { limits } from '../kernel/limits.ts'
import { type Answer, type Call, send } from './http-client.ts'
import { checkUrl } from './outbound-url.ts'

const publicAddress = '93.184.215.14'
const nobody = async (): Promise<string[]> => assert.fail('a name was looked up')

const open: { close(): unknown }[] = []
const lines = new Set<Socket>()
after(() => {
  for (const it of lines) it.destroy()
  for (const it of open) it.close()
})

async function listen(server: Server) {
  open.push(server)
  server.on('connection', (socket: Socket) => {
    lines.add(socket)
    // Clients of these tests hang up in many ways.
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Somebody on this machine who must hear nothing, and answers whoever comes all the same. */
let heard = 0
let port = 0
/** Every connection ends there, wherever it was meant to go; what it was meant for is kept. */
const dialled: { addresses: readonly string[]; port: number }[] = []
const divert: NonNullable<Call['connect']> = (to) => {
  dialled.push(to)
  return connect(port, '127.0.0.1')
}

before(async () => {
  port = await listen(
    createServer((_request, response) => response.end('inside')).on('connection', () => heard++),
  )
})

const refusedBy: Record<Rule, RegExp> = {
  text: /^the address (has|must)/,
  scheme: /must begin with https:/,
  user: /must not carry a user|has spaces/,
  port: /^the port must be 443 or 8443|not one of the public/,
  name: /full name|private network/,
  address: /not one of the public Internet/,
  resolved: /^the name leads out/,
}

describe('hostile addresses', () => {
  it('are many, and no two the same', () => {
    const all = hostileUrls(port).map((it) => JSON.stringify([it.url, it.resolves]))
    assert.equal(new Set(all).size, all.length)
    assert.ok(all.length >= 250, `${all.length}`)
  })

  for (const live of [true, false]) {
    it(`reach nobody in ${live ? 'live' : 'test'} mode`, async () => {
      const before = heard
      dialled.length = 0
      const targets = hostileUrls(port).filter((it) => live || !it.is_loopback)
      for (const { url, rule, resolves } of targets) {
        // Once by the real way out, and once by one on which any attempt would be counted.
        for (const way of [undefined, divert]) {
          const resolve = resolves ? async () => resolves : nobody
          const answer = await send({
            method: 'POST',
            url,
            body: '{}',
            live,
            resolve,
            connect: way,
          })
          const { result, reason, message } = answer as Extract<Answer, { reason: unknown }>
          assert.deepEqual(
            { url, result, reason },
            { url, result: 'unreachable', reason: 'refused_address' },
          )
          assert.match(message, refusedBy[rule], `${JSON.stringify(url)}: ${message}`)
        }
      }
      assert.deepEqual({ heard: heard - before, dialled }, { heard: 0, dialled: [] })
    })
  }

  it('that mean this machine, and no others, are taken in test mode', () => {
    for (const { url, is_loopback, rule } of hostileUrls(port)) {
      if (rule === 'resolved') continue
      assert.equal(checkUrl(url, { live: false }).ok, is_loopback === true, url)
    }
  })
})

const isUnreached = (answer: Answer, reason: string, message: RegExp) => {
  assert.ok(answer.result === 'unreachable', JSON.stringify(answer))
  assert.equal(answer.reason, reason, answer.message)
  assert.match(answer.message, message)
}
const isAnswered = (answer: Answer) => {
  assert.ok(answer.result === 'answered', JSON.stringify(answer))
  return answer
}
const https: Call = {
  method: 'POST',
  url: `https://${shop.name}/hook?a=1`,
  body: '{"ok":1}',
  live: true,
  resolve: async () => [publicAddress, '2606:4700::1111'],
  ca: shop.cert,
}

describe('a name', () => {
  it('of this machine gets one connection in test mode, without being looked up', async () => {
    for (const host of ['localhost', 'shop.localhost', '127.0.0.1', '127.1', 'LOCALHOST']) {
      const before = heard
      const url = `http://${host}:${port}/`
      const answer = isAnswered(await send({ method: 'POST', url, live: false, resolve: nobody }))
      assert.deepEqual([answer.status, answer.body, heard - before], [200, 'inside', 1], host)
    }
  })

  it('is looked up once, and what was checked is what is dialled', async () => {
    const says = [[publicAddress], ['127.0.0.1'], [publicAddress]]
    dialled.length = 0
    const rebinding: Call = { ...https, resolve: async () => says.shift() ?? [], connect: divert }
    isUnreached(await send(rebinding), 'tls', /./)
    assert.deepEqual(dialled, [{ addresses: [publicAddress], port: 443 }])
    isUnreached(await send(rebinding), 'refused_address', /out of the public/)
    assert.deepEqual([dialled.length, says.length], [1, 1])
  })

  it('with a great many addresses does not make us knock on all of them', async () => {
    const resolve = async () => Array.from({ length: 99 }, (_, index) => `8.8.8.${index}`)
    dialled.length = 0
    await send({ ...https, resolve, connect: divert })
    assert.equal(dialled[0]?.addresses.length, limits.outbound_addresses_max)
  })

  it('that has no address, or cannot be looked up, is told apart from a refusal', async () => {
    const fails = async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }))
    isUnreached(await send({ ...https, resolve: fails }), 'dns', /^ENOTFOUND$/)
    isUnreached(await send({ ...https, resolve: async () => [] }), 'dns', /no address/)
  })
})

describe('over TLS', () => {
  const seen: { name: unknown; message: IncomingMessage; body: string }[] = []
  let tls: NonNullable<Call['connect']>
  before(async () => {
    const there = await listen(
      createTlsServer(shop, async (message, response) => {
        const body = (await message.toArray()).join('')
        seen.push({ name: (message.socket as { servername?: unknown }).servername, message, body })
        response.writeHead(202, { 'set-cookie': ['a=1', 'b=2'], 'x-one': 'one' }).end('taken')
      }),
    )
    tls = () => connect(there, '127.0.0.1')
  })

  it('the host hears its own name, the path and the body', async () => {
    const headers = { 'content-type': 'application/json', Host: 'other.example' }
    const answer = isAnswered(await send({ ...https, headers, connect: tls }))
    assert.deepEqual([answer.status, answer.body, answer.truncated], [202, 'taken', false])
    assert.deepEqual([answer.headers['set-cookie'], answer.headers['x-one']], ['a=1, b=2', 'one'])
    const [{ name, message, body } = assert.fail()] = seen.splice(0)
    assert.deepEqual([name, body, message.method], [shop.name, https.body, 'POST'])
    assert.equal(message.url, '/hook?a=1')
    const { host, connection, ...others } = message.headers
    assert.deepEqual([host, connection], [shop.name, 'close'])
    assert.equal(others['content-length'], '8')
    assert.equal(others['accept-encoding'], 'identity')
  })

  it('a GET carries its query and no body', async () => {
    const { body: _none, ...call } = https
    isAnswered(await send({ ...call, method: 'GET', connect: tls }))
    const [{ message, body } = assert.fail()] = seen.splice(0)
    assert.deepEqual([message.method, message.url, body], ['GET', '/hook?a=1', ''])
    assert.equal(message.headers['content-length'], undefined)
  })

  it('a certificate of another name, or of an unknown authority, gets nothing', async () => {
    const other = await send({ ...https, url: 'https://else.shop.test/', connect: tls })
    isUnreached(other, 'tls', /ERR_TLS_CERT_ALTNAME_INVALID/)
    isUnreached(await send({ ...https, url: 'https://8.8.8.8/', connect: tls }), 'tls', /ALTNAME/)
    isUnreached(await send({ ...https, ca: undefined, connect: tls }), 'tls', /SELF_SIGNED/)
    assert.deepEqual(seen, [])
  })
})

describe('an answer', () => {
  /** Somebody who says this to whoever asks, byte by byte; undefined is nothing at all. */
  const speaker = async (say: (socket: Socket) => void): Promise<Call> => {
    const there = await listen(
      createTcpServer((socket) => void socket.once('data', () => say(socket))),
    )
    return { method: 'POST', url: `http://127.0.0.1:${there}/`, body: '{}', live: false }
  }
  const says = (text: string) => speaker((socket) => void socket.end(text))
  const ok = 'HTTP/1.1 200 OK\r\n'

  it('that leads elsewhere is told, and not followed', async () => {
    const before = heard
    for (const status of [301, 302, 303, 307, 308]) {
      const location = `http://127.0.0.1:${port}/`
      const call = await says(`HTTP/1.1 ${status} Go\r\nlocation: ${location}\r\n\r\n`)
      const answer = isAnswered(await send(call))
      assert.deepEqual([answer.status, answer.headers.location], [status, location])
    }
    assert.equal(heard, before)
  })

  it('without an end is cut at 64 kB, and its line too; one of just 64 kB is whole', async () => {
    let close = () => {}
    const closed = new Promise<void>((done) => {
      close = done
    })
    const endless = await speaker((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write('a'.repeat(10_000)));
      }
      socket.on('drain', more).on('close', close).write(`${ok}\r\n`)
      more()
    })
    const cut = isAnswered(await send(endless))
    assert.deepEqual([cut.body.length, cut.truncated], [limits.outbound_answer_bytes, true])
    await closed
    const whole = await says(`${ok}\r\n${'a'.repeat(limits.outbound_answer_bytes)}`)
    const { body, truncated } = isAnswered(await send(whole))
    assert.deepEqual([body.length, truncated], [limits.outbound_answer_bytes, false])
  })

  it('of any bytes becomes a text that a database takes', async () => {
    const call = await speaker((socket) => {
      socket.end(Buffer.from(`${ok}content-encoding: gzip\r\n\r\na\0\xff`, 'latin1'))
    })
    assert.equal(isAnswered(await send(call)).body, 'a\ufffd\ufffd')
  })

  it('that is none is a failure of the protocol', async () => {
    const bad = {
      'no HTTP': 'hello\r\n\r\n',
      nothing: '',
      'a body that is cut': `${ok}content-length: 9\r\n\r\nhalf`,
      'two lengths': `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\nab`,
      'endless headers': `${ok}a: ${'a'.repeat(limits.outbound_headers_bytes)}\r\n\r\n`,
      'another protocol': 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    }
    for (const [name, text] of Object.entries(bad)) {
      const answer = await send(await says(text))
      assert.equal(answer.result === 'unreachable' && answer.reason, 'protocol', name)
    }
  })

  it('that does not come in time, wherever it stops, ends the call', async () => {
    const silent = await speaker(() => {})
    const there = Number(new URL(silent.url).port)
    let answerLate = (_addresses: string[]) => {}
    const late = new Promise<string[]>((done) => {
      answerLate = done
    })
    dialled.length = 0
    const calls: Call[] = [
      silent,
      await speaker((socket) => void socket.write(`${ok}content-le`)),
      await speaker((socket) => void socket.write(`${ok}content-length: 9\r\n\r\nhalf`)),
      { ...https, connect: () => connect(there, '127.0.0.1') },
      { ...https, resolve: () => late, connect: divert },
    ]
    const answers = await Promise.all(calls.map((it) => send({ ...it, timeout_ms: 40 })))
    for (const it of answers) isUnreached(it, 'timeout', /no whole answer within 40 ms/)
    answerLate([publicAddress])
    await new Promise(setImmediate)
    assert.deepEqual(dialled, [], 'a name that is known too late is not dialled')
  })

  it('is not waited for when the caller stops, nor asked for when he has', async () => {
    const stop = new AbortController()
    const silent = await speaker(() => stop.abort())
    isUnreached(await send({ ...silent, signal: stop.signal }), 'aborted', /ended/)
    const before = heard
    const url = `http://localhost:${port}/`
    const answer = await send({ method: 'POST', url, live: false, signal: stop.signal })
    isUnreached(answer, 'aborted', /ended/)
    assert.equal(heard, before)
  })

  it('from a port where nobody listens is a failure to connect, by each address', async () => {
    const gone = createTcpServer()
    const there = await listen(gone)
    await new Promise((done) => gone.close(done))
    for (const host of ['127.0.0.1', 'localhost']) {
      const url = `http://${host}:${there}/`
      isUnreached(await send({ method: 'POST', url, live: false }), 'connect', /^ECONNREFUSED$/)
    }
  })

  it('is not asked for with a header that cannot be written: that is a bug of ours', async () => {
    const headers = { 'x-bad': 'a\r\nb: c' }
    const url = `http://127.0.0.1:${port}/`
    await assert.rejects(send({ method: 'POST', url, live: false, headers }), TypeError)
  })
})
