import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { deliverDue } from '../../../src/app/deliver.ts'
import { cancelStanPayment } from '../../../src/stan/cancel-payment.ts'
import { hmacSignature } from '../../../src/stan/notification.ts'
import { payCheckout } from '../../../src/stan/pay-checkout.ts'
import { revokeCredentials } from '../../../src/stan/revoke-credentials.ts'
import { findCredentials } from '../../../src/stan/store.ts'
import { findEndpoint } from '../../../src/webhooks/store.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { type Heard, HookReceiver } from '../../hook-receiver.ts'
import {
  assertRefused,
  newPair,
  type Pair,
  refused,
  return_url,
  type Shop,
  shopOf,
} from './shop.ts'

let server: TestServer
let pair: Pair
let shop: Shop
let receiver: HookReceiver
before(async () => {
  server = await startServer()
  pair = await newPair(server, server.merchant.id)
  shop = shopOf(server, pair)
  receiver = await new HookReceiver().listen()
})
after(async () => {
  receiver.close()
  await server.close()
})

async function put(body: object): Promise<(string | undefined | null)[]> {
  const answer = await shop.call('PUT', '/v1/apis', body)
  assert.deepEqual([answer.status, answer.text], [204, ''], answer.text)
  const found = await findCredentials(server.services.db, pair.id)
  assert.ok(found)
  const urlOf = async (id: string | null) => id && (await findEndpoint(server.ctx(), id))?.url
  const { webhook_endpoint, legacy_endpoint, oauth_redirect_url } = found
  return [await urlOf(webhook_endpoint), await urlOf(legacy_endpoint), oauth_redirect_url]
}

/** What was delivered since the last time. */
async function heard(): Promise<Heard[]> {
  receiver.heard.length = 0
  await deliverDue(server.services)
  return [...receiver.heard]
}

const bodyOf = (it: Heard): Json => JSON.parse(it.body)

describe('the settings', () => {
  it('[S21] of the calling credentials are set one by one, and answered with nothing', async () => {
    const [a, b, c] = ['https://a.example/?x=1', 'https://b.example/', 'https://c.example/']
    assert.deepEqual(await put({ webhook_url: a }), [a, null, null])
    assert.deepEqual(await put({ payment_webhook_url: b, oauth_redirect_url: c }), [a, b, c])
    assert.deepEqual(await put({ webhook_url: null, unknown: 1 }), [a, b, c])
    assert.deepEqual(await put({ webhook_url: b, payment_webhook_url: a }), [b, a, c])
    assert.deepEqual(await put({}), [b, a, c])
    const ended = { webhook_url: '', payment_webhook_url: '', oauth_redirect_url: '' }
    assert.deepEqual(await put(ended), [null, null, null])
    for (const webhook_url of ['x', '/hook', 'https://', 'https://a b', 'http://10.0.0.1/']) {
      const body = { payment_webhook_url: a, webhook_url }
      const answer = await shop.call('PUT', '/v1/apis', body)
      assertRefused(answer, 400, 'invalid_request', /^webhook_url: /)
    }
    assert.deepEqual(await put({}), [null, null, null])
  })

  it('are not seen in version 2, which would show the secret', async () => {
    await put({ webhook_url: `${receiver.url}/hook` })
    const { body } = await server.call('GET', '/v2/webhooks/')
    assert.deepEqual(body.webhook_endpoints, [])
    const { webhook_endpoint: id } = (await findCredentials(server.services.db, pair.id)) ?? {}
    const path = `/v2/webhooks/${id}`
    for (const [method, address] of [
      ['GET', path],
      ['PATCH', path],
      ['DELETE', path],
      ['POST', `${path}/rotate`],
      ['POST', `${path}/test`],
    ] as const) {
      const answer = await server.call(method, address, { ...(method !== 'GET' && { body: {} }) })
      assert.equal(answer.status, 404, `${method} ${address}`)
    }
    await put({ webhook_url: '' })
  })
})

describe('a signed notification', () => {
  it('[S22] has the signature of the published check vector', () => {
    const id = '11111111-1111-4111-8111-111111111111'
    const payload = { id, order_id: '42', payment_status: 'payment_success' }
    const body = JSON.stringify({ event_type: 'payment.status_changed', payload })
    assert.equal(
      hmacSignature(Buffer.from('sec_test'), body),
      'sha256=dmC/ENYEw6BGqRh4xVVJWTdXI77cOstOxWYRPAWquyY=',
    )
  })

  it('[S22] tells each status, signed with the client secret of the pair', async () => {
    await put({ webhook_url: `${receiver.url}/hook?shop=1` })
    const { payment_id: id } = await shop.prepare({ order_id: '7' })
    await shop.pay(id)
    await shop.post('/v1/refunds', { payment_id: id, amount: 1000, reason: 'duplicate' })
    const [no, off] = [await shop.prepare(), await shop.prepare()]
    await shop.pay(no.payment_id, refused)
    await cancelStanPayment(server.ctx(), { id: off.payment_id })
    // What is not Stan's is not told.
    await server.call('POST', '/v2/payments/', { body: { amount: 100 } })
    const all = await heard()
    for (const { path, body, headers } of all) {
      assert.equal(path, '/hook?shop=1')
      assert.equal(headers['content-type'], 'application/json')
      assert.equal(headers['x-hmac-signature'], hmacSignature(Buffer.from(pair.secret), body))
      assert.equal(headers['x-stan-sessid'], undefined)
    }
    const of = (payment: string) =>
      all
        .map(bodyOf)
        .filter(({ payload }) => payload.id === payment)
        .map(({ event_type, payload }) => [event_type, payload.payment_status])
    assert.deepEqual(of(id), [
      ['payment.created', 'payment_prepared'],
      ['payment.status_changed', 'payment_success'],
      ['payment.status_changed', 'payment_refunded'],
    ])
    const last = all.map(bodyOf).findLast(({ payload }) => payload.id === id)
    assert.deepEqual(last?.payload, await shop.read(id))
    assert.deepEqual(of(no.payment_id).at(-1), ['payment.status_changed', 'payment_failure'])
    assert.deepEqual(of(off.payment_id).at(-1), ['payment.status_changed', 'payment_cancelled'])
    assert.equal(all.length, of(id).length + of(no.payment_id).length + of(off.payment_id).length)
  })

  it('[S23] of a checkout carries its session, if a header can', async () => {
    const sessions = ['sess-1', 'séance', undefined]
    for (const session_id of sessions) {
      const basket = { return_url, total_amount: 500, session_id }
      const { id } = await shop.post('/v1/checkouts', basket)
      await payCheckout(server.ctx(), { id, payer: { email: 'a@b.example' }, origin: 1 })
    }
    const told = (await heard()).map(({ headers }) => headers['x-stan-sessid'])
    assert.deepEqual(told.sort(), ['sess-1', undefined, undefined])
  })

  it('is sent again as it was, until it is taken', async () => {
    receiver.answer = () => 500
    const { payment_id: id } = await shop.prepare()
    const [first] = await heard()
    await shop.pay(id)
    receiver.answer = () => ({ status: 200, body: '{"success":false}' })
    await server.advance(60_000)
    const [again, paid, ...rest] = await heard()
    assert.equal(again?.body, first?.body)
    assert.equal(paid && bodyOf(paid).payload.payment_status, 'payment_success')
    assert.deepEqual(rest, [])
    assert.deepEqual(await heard(), [])
    receiver.answer = () => 204
    await put({ webhook_url: '' })
  })
})

describe('a notification of the first generation', () => {
  it('[S24] says all in its query, and takes a redirect or nothing for an answer', async () => {
    await put({ payment_webhook_url: `${receiver.url}/?wc-api=X` })
    receiver.answer = ({ path }) => {
      const location = `${receiver.url}/elsewhere`
      return path.includes('prepared') ? { status: 302, headers: { location } } : 200
    }
    const { payment_id: id } = await shop.prepare({ order_id: 'A 1', state: 's&t' })
    await shop.pay(id)
    const start = `/?wc-api=X&payment_id=${id}&order_id=A+1&state=s%26t&payment_status=`
    const all = await heard()
    assert.deepEqual(
      all.map(({ path, body }) => [path, body]),
      [
        [`${start}payment_prepared`, ''],
        [`${start}payment_success`, ''],
      ],
    )
    assert.equal(all[0]?.headers['x-hmac-signature'], undefined)
    await server.advance(3600_000)
    assert.deepEqual(await heard(), [])
  })

  it('is not sent any more for credentials that were revoked', async () => {
    const other = shopOf(server, await newPair(server, server.merchant.id))
    await revokeCredentials({ ...server.services, now: server.clock.now() }, pair.id)
    await other.prepare()
    assert.deepEqual(await heard(), [])
  })
})
