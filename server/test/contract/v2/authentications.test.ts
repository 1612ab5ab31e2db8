import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { attemptAuthentication } from '../../../src/authentications/attempt-authentication.ts'
import { settleAuthentication } from '../../../src/payments/settle-authentication.ts'
import { type Json, startServer, type TestServer } from '../../harness.ts'
import { faultOf, ok } from './answers.ts'
import { approvedCard, type Client, challengedCard, clientOf, goodIban } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const hour_ms = 3600 * 1000
const challenge = (fields: object = {}): Promise<Json> =>
  client.post('/v2/payments/', { amount: 100, auth: true, card: challengedCard, ...fields })
const read = (id: string) => client.get(`/v2/payments/${id}`)
const patch = (id: string, body: unknown) => client.call('PATCH', `/v2/payments/${id}`, { body })
const settle = (payment: Json, result: 'succeed' | 'decline' | 'fail' | 'expire') =>
  settleAuthentication(server.ctx(), { id: payment.auth.uuid, result })
const statesOf = ({ status, response, auth }: Json) => [status, response, auth.status]

describe('a 3-D Secure session', () => {
  it('that the payer was sent to is attempted, once', async () => {
    const { id, auth } = await challenge()
    for (let times = 0; times < 2; times++) {
      await attemptAuthentication(server.ctx(), { id: auth.uuid })
      assert.deepEqual(statesOf(await read(id)), [null, null, 'attempted'])
    }
  })

  it('that succeeds takes the money: captured with the payment, or authorized', async () => {
    const now = await challenge()
    const held = await challenge({ capture: false })
    await attemptAuthentication(server.ctx(), { id: now.auth.uuid })
    for (const it of [now, held]) await settle(it, 'succeed')
    assert.deepEqual(statesOf(await read(now.id)), ['to_capture', '00', 'success'])
    assert.deepEqual(statesOf(await read(held.id)), ['authorized', '00', 'success'])
    const captured = await client.post(`/v2/payments/${held.id}/capture`, undefined)
    assert.deepEqual(statesOf(captured), ['to_capture', '00', 'success'])
  })

  it('that succeeds still leaves the bank its word', async () => {
    const known = [
      ['4000000000003220', 'to_capture', '00'],
      ['4000000000009995', 'refused', '51'],
      ['4000000000000077', 'captured', '00'],
      ['4000000000001976', 'disputed', '00'],
    ] as const
    for (const [number, status, response] of known) {
      const made = await challenge({ card: { ...approvedCard, number } })
      assert.deepEqual(statesOf(made), [null, null, 'available'])
      await settle(made, 'succeed')
      assert.deepEqual(statesOf(await read(made.id)), [status, response, 'success'])
    }
  })

  it('that is declined refuses the payment, one that fails fails it', async () => {
    const declined = await challenge()
    const failed = await challenge()
    await settle(declined, 'decline')
    await settle(failed, 'fail')
    assert.deepEqual(statesOf(await read(declined.id)), ['refused', 'A1', 'declined'])
    assert.deepEqual(statesOf(await read(failed.id)), ['failed', null, 'failed'])
  })

  it('that is over stays over: no second answer changes anything', async () => {
    for (const first of ['succeed', 'decline', 'fail'] as const) {
      const made = await challenge()
      await settle(made, first)
      const before = await read(made.id)
      for (const second of ['succeed', 'decline', 'fail', 'expire'] as const) {
        await settle(made, second)
        assert.deepEqual(await read(made.id), before)
      }
    }
  })

  it('that is answered twenty times at once is settled once, by one of the answers', async () => {
    const made = await challenge()
    const results = ['succeed', 'decline', 'fail', 'succeed'] as const
    await Promise.all(Array.from({ length: 20 }, (_, n) => settle(made, results[n % 4] ?? 'fail')))
    const settled = await read(made.id)
    const rows = await server.services.db.query<{ type: string }>(
      'select type from events where object_id = $1 order by seq',
      [made.id],
    )
    const last = { success: 'accepted', declined: 'refused', failed: 'failed' }[
      settled.auth.status as 'success'
    ]
    assert.deepEqual(
      rows.map((it) => it.type),
      ['payment.created', 'payment.authentication_started', `payment.${last}`],
    )
  })

  it('[B57] is expired after six hours, and its payment can be paid anew', async () => {
    const made = await challenge()
    await settle(made, 'expire')
    await server.advance(6 * hour_ms - 60_000)
    assert.deepEqual(statesOf(await read(made.id)), [null, null, 'available'])
    await server.advance(60_000)
    assert.deepEqual(statesOf(await read(made.id)), [null, null, 'expired'])
    await settle(made, 'succeed')
    assert.deepEqual(statesOf(await read(made.id)), [null, null, 'expired'])
    const again = ok(await patch(made.id, { card: challengedCard }))
    assert.deepEqual(statesOf(again), [null, null, 'available'])
    assert.notEqual(again.auth.uuid, made.auth.uuid)
    assert.notEqual(again.auth.redirect_url, made.auth.redirect_url)
    await settle(again, 'succeed')
    assert.equal((await read(made.id)).status, 'to_capture')
  })

  it('that waits for a card expires too, without a word about the payment', async () => {
    const { id } = await challenge({ card: null })
    await server.advance(6 * hour_ms)
    assert.deepEqual(statesOf(await read(id)), [null, null, 'expired'])
    assert.equal(ok(await patch(id, { card: challengedCard })).auth.status, 'available')
  })
})

describe('a payment whose payer is with the bank', () => {
  it('keeps its price, and takes other changes', async () => {
    const made = await challenge()
    for (const body of [{ amount: 1 }, { currency: 'usd' }]) {
      assert.equal(faultOf(await patch(made.id, body)).loc[0], 'body')
    }
    const changed = ok(await patch(made.id, { description: 'Meanwhile', order_id: 'm' }))
    assert.deepEqual(changed, { ...made, description: 'Meanwhile', order_id: 'm' })
    await settle(made, 'succeed')
    const paid = await read(made.id)
    assert.deepEqual(statesOf(paid), ['to_capture', '00', 'success'])
    assert.deepEqual([paid.amount, paid.description], [100, 'Meanwhile'])
  })

  it('that is given another card leaves the first session without effect', async () => {
    const made = await challenge()
    const other = ok(await patch(made.id, { card: { ...challengedCard, exp_month: 1 } }))
    assert.notEqual(other.auth.uuid, made.auth.uuid)
    await settle(made, 'succeed')
    assert.deepEqual(statesOf(await read(made.id)), [null, null, 'available'])
    await settle(other, 'succeed')
    const paid = await read(made.id)
    assert.deepEqual(statesOf(paid), ['to_capture', '00', 'success'])
    assert.equal(paid.card.exp_month, 1)
  })

  it('that is given a bank account is debited, whatever the session ends in', async () => {
    const made = await challenge()
    const sepa = { name: 'Zoé', iban: goodIban, mandate: 'RUM-1', date_mandate: '2024-01-31' }
    const debited = ok(await patch(made.id, { sepa }))
    assert.deepEqual([debited.method, debited.status], ['sepa', 'to_capture'])
    await settle(made, 'decline')
    const after = await read(made.id)
    assert.deepEqual([after.status, after.response, after.method], ['to_capture', '00', 'sepa'])
  })

  it('whose card is deleted meanwhile is decided all the same', async () => {
    const card = await client.post('/v2/cards/', { ...challengedCard, exp_year: 2061 })
    const made = await challenge({ card: card.id })
    ok(await client.call('DELETE', `/v2/cards/${card.id}`))
    await settle(made, 'succeed')
    const { status, auth } = await read(made.id)
    assert.notEqual(status, null)
    assert.ok(['success', 'failed', 'declined'].includes(auth.status))
  })
})
