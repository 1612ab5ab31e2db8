import type { Answer, CallOptions, Json, TestServer } from '../../harness.ts'
import { ok } from './answers.ts'

export const approvedCard = { number: '4242424242424242', exp_month: 12, exp_year: 2030 }
export const challengedCard = { number: '4000002760000016', exp_month: 12, exp_year: 2030 }
export const capturedCard = { number: '4000000000000077', exp_month: 12, exp_year: 2030 }
export const disputedCard = { number: '4000000000000259', exp_month: 12, exp_year: 2030 }
export const goodIban = 'DE89370400440532013000'

/** Calls on behalf of one merchant: `post` and `patch` expect a success and give its body. */
export interface Client {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  get(path: string): Promise<Json>
  post(path: string, body: unknown): Promise<Json>
  patch(path: string, body: unknown): Promise<Json>
}

export function clientOf(server: TestServer, key: string = server.merchant.keys.stest): Client {
  const call: Client['call'] = (method, path, options) =>
    server.call(method, path, { key, ...options })
  return {
    call,
    get: async (path) => ok(await call('GET', path)),
    post: async (path, body) => ok(await call('POST', path, { body })),
    patch: async (path, body) => ok(await call('PATCH', path, { body })),
  }
}

/** Prefix → the id of an object of that kind. */
export interface Objects {
  cust: string
  addr: string
  card: string
  sepa: string
  paym: string
  pi: string
  dspt: string
  refd: string
  dsbm: string
  pout: string
  we: string
}

/** One object of each kind; the payment and the intent have no method yet. */
export async function makeObjects(client: Client): Promise<Objects> {
  const we = await client.post('/v2/webhooks/', { url: 'https://shop.example/hook' })
  const [cust, addr, card, sepa, paym, pi, disputed] = await Promise.all([
    client.post('/v2/customers/', { email: 'zoe@example.com', name: 'Zoé' }),
    client.post('/v2/addresses/', { zip_code: '75001', city: 'Paris', country: 'FR' }),
    client.post('/v2/cards/', approvedCard),
    client.post('/v2/sepa/', { name: 'Zoé', iban: goodIban }),
    client.post('/v2/payments/', { amount: 1000 }),
    client.post('/v2/payment_intents/', { amount: 1000 }),
    client.post('/v2/payments/', { amount: 1000, card: disputedCard }),
  ])
  const dsbm = await client.post('/v2/disbursements/', { amount: 1000, card: card.id })
  const paid = await client.post('/v2/payments/', { amount: 1000, card: capturedCard })
  const refd = await client.post('/v2/refunds/', { payment: paid.id, amount: 100 })
  const settled = await client.post('/v2/payments/', { amount: 1000, card: capturedCard })
  const pout = await client.post('/v2/payouts/', { payments: [settled.id] })
  const [dispute] = await client.get(`/v2/payments/${disputed.id}/disputes`)
  return {
    cust: cust.id,
    addr: addr.id,
    card: card.id,
    sepa: sepa.id,
    paym: paym.id,
    pi: pi.id,
    dspt: dispute.id,
    refd: refd.id,
    dsbm: dsbm.id,
    pout: pout.id,
    we: we.id,
  }
}
