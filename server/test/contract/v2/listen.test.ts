import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { default_engine } from '../../database.ts'
import { type EventReader, followEvents } from '../../event-reader.ts'
import type { Json } from '../../harness.ts'
import {
  bearing,
  createHome,
  type Home,
  type Running,
  type RunningServer,
  runObole,
  spawnObole,
  startObole,
  until,
} from '../../obole-process.ts'

interface Received {
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** A program of the merchant's that takes what is forwarded. */
async function openReceiver() {
  const received: Received[] = []
  const it = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    received.push({ headers: request.headers, body: Buffer.concat(parts).toString() })
    response.statusCode = 201
    response.end('taken')
  })
  it.listen(0, '127.0.0.1')
  await once(it, 'listening')
  const { port } = it.address() as AddressInfo
  return { received, url: `http://127.0.0.1:${port}/hook`, close: () => it.close() }
}

describe('obole listen', () => {
  let home: Home
  let server: RunningServer
  let receiver: Awaited<ReturnType<typeof openReceiver>>
  let listener: Running
  let stream: EventReader
  let key: string
  let revoked: { id: string; key: string }
  const lines = (): Json[] =>
    listener.output.stdout
      .split('\n')
      .slice(0, -1)
      .map((it) => JSON.parse(it))
  const run = async (...args: string[]): Promise<Json> => {
    const { code, stdout, stderr } = await runObole([...args, '--json'], home.env)
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }
  const post = async (path: string, body: unknown): Promise<Json> => {
    const init = { method: 'POST', headers: bearing(key), body: JSON.stringify(body) }
    const answer = await fetch(server.url + path, init)
    assert.equal(answer.status, 200)
    return answer.json()
  }

  before(async () => {
    home = await createHome(default_engine)
    receiver = await openReceiver()
    server = await startObole(home.env, ['--json'])
    const { account } = JSON.parse(server.output.stdout)
    key = account.keys.stest
    const flags = ['--forward-to', receiver.url, '--events', 'customer.*', '--json']
    listener = spawnObole(['listen', ...flags], home.env)
    revoked = await run('keys', 'create', '--account', account.id)
    await until('it listens', () => lines().length > 0)
    stream = await followEvents(server.url, { key })
  })
  after(async () => {
    receiver?.close()
    listener?.child.kill('SIGKILL')
    await server?.stop()
    await home?.drop()
  })

  it('prints what other processes do, and forwards it signed in both ways', async () => {
    await post('/v2/cards/', { number: '4242424242424242', exp_month: 12, exp_year: 2099 })
    const customer = await post('/v2/customers/', { email: 'a@b.example', name: 'Zoé' })
    await until('it was forwarded', () => lines().length > 1)
    const [{ listening }, { event, forwarded }] = lines()
    assert.deepEqual([event.type, event.object_id], ['customer.created', customer.id])
    assert.deepEqual([forwarded.status, forwarded.error], [201, null])
    const [{ headers, body }] = receiver.received as [Received]
    const { id, type, created, data } = event
    assert.deepEqual(JSON.parse(body), { id, type, created, data })
    assert.deepEqual(data, customer)
    const sign = (text: string, secret: Buffer) => createHmac('sha256', secret).update(text)
    const hex = Buffer.from(listening.secret, 'hex')
    const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['stancer-signature'])) ?? []
    assert.equal(v1, sign(`${t}.${body}`, hex).digest('hex'))
    const base64 = Buffer.from(listening.signing_secret.replace('whsec_', ''), 'base64')
    const signed = `${id}.${headers['webhook-timestamp']}.${body}`
    assert.equal(headers['webhook-id'], id)
    assert.equal(headers['webhook-signature'], `v1,${sign(signed, base64).digest('base64')}`)
  })

  it('hears what is replayed, as a stream does, whichever process does it', async () => {
    const { events } = await run('events', 'list', '--type', 'customer.created')
    assert.equal(events.length, 1)
    const done = await run('events', 'replay', events[0].id)
    assert.deepEqual([done.events, done.has_more], [1, false])
    await until('it was forwarded again', () => lines().length > 2)
    assert.deepEqual(lines()[2].event, { ...events[0], replayed: true })
    assert.equal(receiver.received[1]?.body, receiver.received[0]?.body)
    const told = await until('the stream tells it', () =>
      stream.frames.find((it) => it.data.replayed),
    )
    assert.deepEqual(told?.data, lines()[2].event)
    const nothing = await runObole(['events', 'replay'], home.env)
    assert.equal(nothing.code, 1)
    assert.match(nothing.stderr, /^obole: Say which events/)
  })

  it('a stream ends when its key is revoked, and before the server does', async () => {
    const other = await followEvents(server.url, { key: revoked.key })
    assert.equal(other.status, 200)
    await run('keys', 'revoke', revoked.id)
    assert.equal(await other.ended, true)
    listener.child.kill('SIGINT')
    const { code, stderr } = await listener.ended
    assert.deepEqual([code, stderr], [0, ''])
    const ended = await server.stop()
    assert.equal(await stream.ended, true)
    assert.equal(ended.code, 0)
  })
})
