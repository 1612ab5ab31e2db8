import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertRefused } from '../contract/v2/answers.ts'
import { approvedCard, type Client, capturedCard, clientOf } from '../contract/v2/objects.ts'
import { type Json, startServer, type TestServer } from '../harness.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

/** A shop of its own, whose clock stands where it is put. */
async function shopAt(
  day: string,
): Promise<{ shop: Client; until: (to: string) => Promise<Json> }> {
  const shop = clientOf(server, (await server.newMerchant()).keys.stest)
  const until = (to: string) => shop.post('/v2/sandbox/clock', { to, frozen: true })
  await until(day)
  return { shop, until }
}

const statusOf = async (shop: Client, path: string): Promise<string> =>
  (await shop.get(path)).status

/** What the clock met on its way about one object: type and instant. */
const toldOf = (moved: Json, id: string): string[] =>
  moved.events
    .filter((it: Json) => it.object_id === id)
    .map((it: Json) => `${it.type} ${new Date(it.created * 1000).toISOString().slice(0, 16)}`)

const refund = (shop: Client, payment: string, amount?: number): Promise<Json> =>
  shop.post('/v2/refunds/', { payment, ...(amount && { amount }) })

describe('a refund', () => {
  it('waits for the capture, is sent in the evening, booked on a business day', async () => {
    const { shop, until } = await shopAt('2030-03-07T09:00:00Z')
    const payment = await shop.post('/v2/payments/', { amount: 10_000, card: approvedCard })
    const path = `/v2/payments/${payment.id}`
    const ask = (amount?: number) => shop.call('POST', `${path}/refund`, { body: { amount } })
    assert.equal((await ask(4000)).status, 409)
    // Thursday evening: the bank has it, and nobody can take it back.
    await until('2030-03-07T21:00:00Z')
    assert.equal(await statusOf(shop, path), 'capture_sent')
    assert.equal((await ask()).status, 409)
    await until('2030-03-08T09:00:00Z')
    assert.equal(await statusOf(shop, path), 'captured')

    const made = (await ask(4000)).body
    assert.equal(made.status, 'to_refund')
    const weekend = await until('2030-03-10T20:00:00Z')
    assert.deepEqual(toldOf(weekend, made.id), ['refund.sent 2030-03-08T21:00'])
    const sent = { ...made, status: 'refund_sent', date_refund: '2030-03-08' }
    assert.deepEqual(await shop.get(`/v2/refunds/${made.id}`), sent)
    const monday = await until('2030-03-11T08:00:00Z')
    assert.deepEqual(toldOf(monday, made.id), ['refund.refunded 2030-03-11T05:00'])
    const booked = { ...sent, status: 'refunded', date_bank: '2030-03-11' }
    assert.deepEqual(await shop.get(`/v2/refunds/${made.id}`), booked)
    assert.deepEqual(await shop.get(`${path}/refunds`), [booked])
    assert.deepEqual(toldOf(await until('2030-06-01T00:00:00Z'), made.id), [])
  })

  it('is not booked while the banks are closed', async () => {
    const { shop, until } = await shopAt('2030-04-18T09:00:00Z')
    const payment = await shop.post('/v2/payments/', { amount: 500, card: capturedCard })
    const { id } = await refund(shop, payment.id)
    // Good Friday to Easter Monday; summer time began on 31 March.
    assert.deepEqual(toldOf(await until('2030-05-01T00:00:00Z'), id), [
      'refund.sent 2030-04-18T20:00',
      'refund.refunded 2030-04-23T04:00',
    ])
  })

  it('comes out of the payout of its day, whatever day the payment was paid out', async () => {
    const { shop, until } = await shopAt('2030-03-04T07:00:00Z')
    const payment = await shop.post('/v2/payments/', { amount: 10_000, card: capturedCard })
    await until('2030-03-05T07:00:00Z')
    const made = await refund(shop, payment.id, 4000)
    await shop.post('/v2/payments/', { amount: 10_000, card: capturedCard })
    await until('2030-03-06T12:00:00Z')
    const [of_payment, of_refund] = [
      (await shop.get(`/v2/payments/${payment.id}`)).payout,
      (await shop.get(`/v2/refunds/${made.id}`)).payout,
    ]
    assert.ok(of_payment && of_refund && of_payment !== of_refund)
    const { refunds } = await shop.get(`/v2/payouts/${of_refund}/refunds`)
    assert.deepEqual(refunds, [await shop.get(`/v2/refunds/${made.id}`)])
  })

  it('that comes back counts back on a payment that was disputed meanwhile', async () => {
    const { shop, until } = await shopAt('2030-03-04T09:00:00Z')
    const { id: payment } = await shop.post('/v2/payments/', { amount: 1000, card: capturedCard })
    const made = await refund(shop, payment, 400)
    await until('2030-03-04T21:00:00Z')
    const dispute = await shop.post(`/v2/sandbox/payments/${payment}/dispute`, { response: '4853' })
    await shop.post(`/v2/sandbox/refunds/${made.id}/dishonor`, {})
    assert.equal(await statusOf(shop, `/v2/refunds/${made.id}`), 'not_honored')
    const again = { body: { payment } }
    const error = 'Payment cannot be refunded once it is disputed'
    assertRefused(await shop.call('POST', '/v2/refunds/', again), 409, error)
    await shop.post(`/v2/disputes/${dispute.id}/evidence`, { text: 'It was delivered' })
    const won = await until('2030-04-15T09:00:00Z')
    assert.deepEqual(toldOf(won, made.id), [])
    assert.equal(await statusOf(shop, `/v2/payments/${payment}`), 'captured')
    assert.equal((await refund(shop, payment)).amount, 1000)
  })

  it('moves by the clock of its own account', async () => {
    const [mine, theirs] = [
      await shopAt('2030-03-04T09:00:00Z'),
      await shopAt('2030-03-04T09:00:00Z'),
    ]
    const made = async ({ shop }: { shop: Client }) => {
      const { id } = await shop.post('/v2/payments/', { amount: 100, card: capturedCard })
      return (await refund(shop, id)).id
    }
    const [one, other] = [await made(mine), await made(theirs)]
    await mine.until('2030-03-09T09:00:00Z')
    assert.equal(await statusOf(mine.shop, `/v2/refunds/${one}`), 'refunded')
    assert.equal(await statusOf(theirs.shop, `/v2/refunds/${other}`), 'to_refund')
    const answer = await theirs.shop.call('GET', `/v2/refunds/${one}`)
    assertRefused(answer, 404, `Refund \`${one}\` not found`)
    const dishonor = `/v2/sandbox/refunds/${other}/dishonor`
    assertRefused(await mine.shop.call('POST', dishonor), 404, `Refund \`${other}\` not found`)
  })
})
