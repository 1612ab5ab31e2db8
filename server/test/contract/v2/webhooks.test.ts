import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { pino } from 'pino'
import { deliverDue } from '../../../src/app/deliver.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { HookReceiver } from '../../hook-receiver.ts'
import { hostileUrls } from '../../hostile-urls.ts'
import { assertInvalid, assertRefused, faultOf, ok } from './answers.ts'
import { type Client, clientOf } from './objects.ts'

const lines: string[] = []
let server: TestServer
let client: Client
let shop: HookReceiver
before(async () => {
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  ;[server, shop] = await Promise.all([startServer({ log }), new HookReceiver().listen()])
  client = clientOf(server)
})
after(async () => {
  shop.close()
  await server.close()
})

/** Where nobody listens, and nobody is looked up. */
const url = 'http://127.0.0.1:1/hook'
const post = (body: unknown) => client.call('POST', '/v2/webhooks/', { body })
const newClient = async () => clientOf(server, (await server.newMerchant()).keys.stest)

describe('a webhook endpoint', () => {
  it('[B75] is made enabled, with a secret, and answers nothing when it is deleted', async () => {
    const made = ok(await post({ url }))
    const { id, created, secret, signing_secret, ...fields } = made
    assert.match(id, /^we_[a-zA-Z0-9]{24}$/)
    assert.ok(Number.isInteger(created))
    assert.match(secret, /^[0-9a-f]{64}$/)
    assert.equal(signing_secret, `whsec_${Buffer.from(secret, 'hex').toString('base64')}`)
    const none = { description: null, failing_since: null, disabled_reason: null }
    const keys = { old_secret_until: null, public_key: null }
    const wanted = { url, enabled: true, events: ['*'], deleted: false, ...none, ...keys }
    assert.deepEqual(fields, wanted)
    const path = `/v2/webhooks/${id}`
    assert.deepEqual(await client.get(path), made)
    assert.notEqual(ok(await post({ url })).secret, secret)
    const gone = await client.call('DELETE', path)
    assert.deepEqual([gone.status, gone.text], [204, ''])
    const text = `Webhook endpoint \`${id}\` not found`
    for (const method of ['GET', 'DELETE'])
      assertRefused(await client.call(method, path), 404, text)
    const { webhook_endpoints, range } = await client.get('/v2/webhooks/?limit=100')
    assert.equal(range.count, webhook_endpoints.length)
    assert.ok(!webhook_endpoints.some((it: Json) => it.id === id))
  })

  it('keeps what a change does not send', async () => {
    const body = { url, enabled: false, events: ['payment.*'], description: 'A', asymmetric: true }
    const made = ok(await post(body))
    assert.match(made.public_key, /^whpk_[0-9A-Za-z+/]{43}=$/)
    const path = `/v2/webhooks/${made.id}`
    assert.deepEqual(await client.patch(path, {}), made)
    assert.deepEqual(await client.patch(path, { asymmetric: true }), made)
    const changes = [
      { url: 'https://shop.example/other' },
      { enabled: true },
      { events: ['customer.created', 'payout.*'] },
      { description: '' },
    ]
    let expected = made
    for (const it of changes) {
      expected = { ...expected, ...it }
      assert.deepEqual(await client.patch(path, it), expected)
    }
    expected = { ...expected, public_key: null }
    assert.deepEqual(await client.patch(path, { asymmetric: false }), expected)
    await client.call('DELETE', path)
  })

  it('is refused with an address that we do not call, in its place', async () => {
    const { id } = ok(await post({ url }))
    const refused = hostileUrls(9).filter((it) => it.rule !== 'resolved' && !it.is_loopback)
    for (const it of refused.filter((_, n) => n % 25 === 0)) {
      assertInvalid(await post({ url: it.url }), ['body', 'url'])
      const answer = await client.call('PATCH', `/v2/webhooks/${id}`, { body: { url: it.url } })
      assertInvalid(answer, ['body', 'url'])
    }
    const key = server.merchant.keys.sprod
    const body = { url: 'http://localhost:8080/' }
    assertInvalid(await server.call('POST', '/v2/webhooks/', { key, body }), ['body', 'url'])
    await client.call('DELETE', `/v2/webhooks/${id}`)
  })

  it('is refused with what names no event', async () => {
    for (const it of ['payment', 'payment.', 'payment.captured2', 'pay*', '%', '', '*.created']) {
      assert.deepEqual(faultOf(await post({ url, events: ['*', it] })).loc.slice(0, 3), [
        ...['body', 'events'],
        1,
      ])
    }
    assertInvalid(await post({ url, events: [] }), ['body', 'events'])
  })

  it('is one of 16 at most in each mode, also when they are made at once', async () => {
    const other = await newClient()
    const create = () => other.call('POST', '/v2/webhooks/', { body: { url, enabled: false } })
    const answers = await Promise.all(Array.from({ length: 20 }, create))
    const made = answers.filter(({ status }) => status === 200)
    assert.equal(made.length, 16)
    const text = 'An account has at most 16 webhook endpoints'
    for (const it of answers) if (it.status !== 200) assertRefused(it, 409, text)
    await other.call('DELETE', `/v2/webhooks/${made[3]?.body.id}`)
    ok(await create())
    assertRefused(await create(), 409, text)
  })

  it('gets a new secret when it is asked for, and the old one signs too for as long', async () => {
    const made = ok(await post({ url, asymmetric: true }))
    const path = `/v2/webhooks/${made.id}/rotate`
    const now = Math.floor(Date.now() / 1000)
    const rotated = ok(await client.call('POST', path))
    assert.notEqual(rotated.secret, made.secret)
    assert.equal(rotated.public_key, made.public_key)
    assert.ok(Math.abs(rotated.old_secret_until - now - 24 * 3600) < 60)
    assert.equal((await client.post(path, { expire_in: 0 })).old_secret_until, null)
    await client.call('DELETE', `/v2/webhooks/${made.id}`)
  })
})

describe('a test of an endpoint', () => {
  it('sends a ping now, and shows what was sent and what was answered', async () => {
    const { id } = ok(await post({ url: `${shop.url}/ping`, enabled: false }))
    shop.answer = () => ({ status: 418, headers: { 'x-tea': 'yes' }, body: 'no coffee' })
    const shown = await client.post(`/v2/webhooks/${id}/test`, undefined)
    const [heard] = shop.heard
    assert.deepEqual([heard?.event.type, heard?.event.data], ['ping', { id }])
    assert.equal(shown.request_body, heard?.body)
    assert.deepEqual([shown.accepted, shown.status_code, shown.error], [false, 418, null])
    assert.deepEqual([shown.response_body, shown.response_headers['x-tea']], ['no coffee', 'yes'])
    assert.equal(shown.request_headers['stancer-signature'], '***')
    shop.answer = () => 200
    assert.equal((await client.post(`/v2/webhooks/${id}/test`, undefined)).accepted, true)
    await client.patch(`/v2/webhooks/${id}`, { url: 'http://127.0.0.1:1/' })
    const lost = await client.post(`/v2/webhooks/${id}/test`, undefined)
    assert.deepEqual([lost.accepted, lost.status_code], [false, null])
    assert.match(lost.error, /^connect: /)
    assert.equal((await client.get(`/v2/webhooks/${id}/deliveries`)).range.count, 0)
    await client.call('DELETE', `/v2/webhooks/${id}`)
  })
})

describe('deliveries', () => {
  it('are listed with their attempts, the newest first, and read one by one', async () => {
    const mine = await newClient()
    const events = ['customer.*']
    const { id } = await mine.post('/v2/webhooks/', { url: `${shop.url}/list`, events })
    const { id: other } = await mine.post('/v2/webhooks/', { url, events: ['payout.*'] })
    shop.answer = () => ({ status: 503, body: 'x'.repeat(5000) })
    for (const n of [1, 2]) await mine.post('/v2/customers/', { email: `list${n}@shop.example` })
    await deliverDue(server.services)
    const path = `/v2/webhooks/${id}/deliveries`
    const { range, deliveries } = await mine.get(path)
    assert.deepEqual(range, { start: 0, end: 2, limit: 10, count: 2, has_more: false })
    const [delivery] = deliveries
    const { id: itself, event, created, next_attempt_at, attempts, ...fields } = delivery
    assert.match(itself, /^dlvr_[a-zA-Z0-9]{24}$/)
    const wanted = { webhook_endpoint: id, type: 'customer.created', status: 'pending', url: null }
    assert.deepEqual(fields, wanted)
    assert.ok(next_attempt_at > created)
    const [{ attempt, status_code, error, response_body }] = attempts
    assert.deepEqual([attempt, status_code, error], [1, 503, null])
    assert.equal(response_body, 'x'.repeat(4096))
    assert.deepEqual(await mine.get(`${path}/${itself}`), delivery)
    const count = async (query: string) => (await mine.get(`${path}?${query}`)).range.count
    assert.deepEqual([await count('status=pending'), await count('status=failed')], [2, 0])
    assert.equal(await count(`event=${event}`), 1)
    const text = `Delivery \`${itself}\` not found`
    const elsewhere = await mine.call('GET', `/v2/webhooks/${other}/deliveries/${itself}`)
    assertRefused(elsewhere, 404, text)
  })

  it('and events and logs show nothing that signs', async () => {
    const mine = await newClient()
    const body = { url: `${shop.url}/secret`, asymmetric: true }
    const made = await mine.post('/v2/webhooks/', body)
    await mine.post('/v2/webhooks/', { url: `${shop.url}/secret` })
    const rotated = await mine.post(`/v2/webhooks/${made.id}/rotate`, {})
    await mine.patch(`/v2/webhooks/${made.id}`, { description: 'told' })
    shop.answer = () => 200
    await deliverDue(server.services)
    const { deliveries } = await mine.get(`/v2/webhooks/${made.id}/deliveries`)
    const kept = await server.services.db.query('select data from events')
    const rows = await server.services.db.query('select * from webhook_endpoints')
    const texts = [deliveries, kept, rows, lines, shop.heard.map((it) => it.body)]
    assert.ok(deliveries.length > 0 && shop.heard.length > 0)
    for (const it of [made, rotated]) {
      for (const secret of [it.secret, it.signing_secret, it.signing_secret.slice(6, 40)]) {
        for (const text of texts) assert.ok(!JSON.stringify(text).includes(secret))
      }
    }
  })
})
