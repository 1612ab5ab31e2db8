import { contextOf } from '../../src/dialects/operation-route.ts'
import { payIntent } from '../../src/intents/pay-intent.ts'
import { settleAuthentication } from '../../src/payments/settle-authentication.ts'
import { approvedCard, type Client, clientOf, goodIban } from '../contract/v2/objects.ts'
import type { TestServer } from '../harness.ts'
import { makeShop, quietMonday } from '../moving-shop.ts'

const auth_return_url = 'https://shop.example/back'
const refusedCard = { ...approvedCard, number: '4000000000000002', exp_year: 2043 }

/** What a shop does with objects that have no status. */
async function keepRecords(client: Client): Promise<void> {
  const one = async (path: string, body: object, patch?: object) => {
    const { id } = await client.post(path, body)
    if (patch) await client.patch(path + id, patch)
    await client.call('DELETE', path + id)
  }
  await Promise.all([
    one('/v2/customers/', { email: 'all@shop.example' }, { country: 'FR' }),
    one('/v2/addresses/', { zip_code: '75001', city: 'Paris', country: 'FR' }),
    one('/v2/cards/', { ...approvedCard, exp_year: 2041 }, { zip_code: '75001' }),
    one('/v2/sepa/', { name: 'Zoé', iban: goodIban }, { mandate: 'RUM-1' }),
    one('/v2/webhooks/', { url: 'https://shop.example/' }, { enabled: false }),
  ])
}

/** What a shop does beside all that brings an object into each status. */
async function changeMinds(server: TestServer, client: Client): Promise<void> {
  const { id: refused } = await client.post('/v2/cards/', refusedCard)
  const payment = await client.post('/v2/payments/', { amount: 2500 })
  await client.patch(`/v2/payments/${payment.id}`, { order_id: 'o-1' })
  await client.patch(`/v2/payments/${payment.id}`, { card: refused })
  const intent = await client.post('/v2/payment_intents/', { amount: 2500 })
  await client.patch(`/v2/payment_intents/${intent.id}`, { order_id: 'o-2' })
  for (let tries = 0; tries < 10; tries++) {
    const whose = { account: server.merchant.id, live: false, request_id: 'page' }
    const ctx = await contextOf(server.services, whose)
    const method = { method: 'card', id: refused } as const
    const { authentication } = await payIntent(ctx, { id: intent.id, method, auth_return_url })
    if (!authentication) continue
    await settleAuthentication(ctx, { id: authentication.id, result: 'decline' })
  }
  const given_up = await client.post('/v2/payment_intents/', { amount: 2500 })
  await client.call('DELETE', `/v2/payment_intents/${given_up.id}`)
}

/** Everything that a shop in the sandbox can be told of, but for its webhook endpoints. */
export async function produceEveryEvent(server: TestServer): Promise<void> {
  const client = clientOf(server)
  await makeShop(server, quietMonday())
  await Promise.all([keepRecords(client), changeMinds(server, client)])
  await client.post('/v2/sandbox/clock', { advance: 'P20D' })
}
