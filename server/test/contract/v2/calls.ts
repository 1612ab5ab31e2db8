import type { V2OperationId } from '@obole/contract/v2/all.js'
import {
  approvedCard,
  type Client,
  capturedCard,
  challengedCard,
  disputedCard,
  goodIban,
  type Objects,
} from './objects.ts'

/** What is sent for a success: the object that the address names, a body, a query. */
export interface Call {
  id?: string
  /** A file of the object. */
  file?: string
  delivery?: string
  body?: unknown
  query?: string
}

export type MakeCall = (objects: Objects, client: Client) => Call | Promise<Call>

const none: MakeCall = () => ({})
const the =
  (kind: keyof Objects): MakeCall =>
  (objects) => ({ id: objects[kind] })
/** Of an object of its own, for what changes it for good. */
const fresh =
  (path: string, body: unknown): MakeCall =>
  async (_, client) => ({ id: (await client.post(path, body)).id })

const authorizedIntent: MakeCall = async (objects, client) => {
  const body = { amount: 500, card: objects.card, threeds: 'none', capture: false }
  return { id: (await client.post('/v2/payment_intents/', body)).id }
}
const authorizedPayment = fresh('/v2/payments/', {
  amount: 500,
  card: approvedCard,
  capture: false,
})
const capturedPayment = fresh('/v2/payments/', { amount: 500, card: capturedCard })
const paidIntent: MakeCall = async (_, client) => {
  const { id: card } = await client.post('/v2/cards/', capturedCard)
  const body = { amount: 500, card, threeds: 'none' }
  return { id: (await client.post('/v2/payment_intents/', body)).id }
}
const newPayout = async (client: Client, status: 'to_pay' | 'paid') => {
  const { id } = await client.post('/v2/payments/', { amount: 500, card: capturedCard })
  return { payments: [id], status }
}
const freshDispute = async (client: Client): Promise<{ id: string }> => {
  const payment = await client.post('/v2/payments/', { amount: 500, card: disputedCard })
  const [{ id }] = await client.get(`/v2/payments/${payment.id}/disputes`)
  return { id }
}
const anEvent: MakeCall = async ({ cust }, client) => {
  const { events } = await client.get(`/v2/events/?object_id=${cust}`)
  return { id: events[0].id }
}
const textFile = { name: 'note.txt', type: 'text/plain', content: 'bm90ZQ==' }
const newSepa = { name: 'Zoé', iban: goodIban }
const newPayment: MakeCall = (objects) => ({
  body: { amount: 500, card: objects.card, customer: objects.cust, auth: true, device: {} },
})
const paymentPatch: MakeCall = (objects) => ({ id: objects.paym, body: { order_id: 'o-1' } })

/** Operation → a call that succeeds. Total: an operation without a row does not compile. */
export const calls: Record<V2OperationId, MakeCall> = {
  ping: none,
  'list-customers': () => ({ query: 'limit=2&name=Zo%C3%A9' }),
  'create-customer': () => ({ body: { mobile: '+33600000000' } }),
  'read-customer': the('cust'),
  'update-customer': (objects) => ({ id: objects.cust, body: { country: 'FR' } }),
  'delete-customer': fresh('/v2/customers/', { email: 'gone@example.com' }),
  'list-customer-subscriptions': the('cust'),
  'list-customer-payment-intents': the('cust'),
  'list-addresses': none,
  'create-address': () => ({
    body: { zip_code: 'ZZ9', city: 'X', country: 'a7', metadata: { k: [1, null] } },
  }),
  'read-address': the('addr'),
  'delete-address': fresh('/v2/addresses/', { zip_code: 'ZZ9', city: 'X', country: 'a7' }),
  'list-cards': (objects) => ({ query: `customer=${objects.cust}` }),
  'create-card': () => ({ body: challengedCard }),
  'read-card': the('card'),
  'update-card': (objects) => ({ id: objects.card, body: { zip_code: '75001' } }),
  'delete-card': fresh('/v2/cards/', { ...approvedCard, exp_year: 2040 }),
  'list-sepa': none,
  'create-sepa': () => ({ body: newSepa, query: 'bic=true' }),
  'read-sepa': the('sepa'),
  'update-sepa': (objects) => ({ id: objects.sepa, body: { mandate: 'RUM-1' } }),
  'delete-sepa': fresh('/v2/sepa/', newSepa),
  'create-sepa-ibanonly': () => ({ body: newSepa }),
  'read-sepa-ibanonly': the('sepa'),
  'list-payment-intents': () => ({ query: 'field=due&order=asc' }),
  'create-payment-intent': (objects) => ({
    body: {
      amount: 500,
      customer: objects.cust,
      metadata: 'free',
      return_url: 'https://a.example',
    },
  }),
  'read-payment-intent': the('pi'),
  'update-payment-intent': (objects) => ({ id: objects.pi, body: { order_id: 'o-1' } }),
  'cancel-payment-intent': fresh('/v2/payment_intents/', { amount: 500 }),
  'capture-payment-intent': authorizedIntent,
  'list-payment-intent-payments': authorizedIntent,
  'refund-payment-intent': paidIntent,
  'list-payment-intent-refunds': the('pi'),
  'list-payment-intent-disputes': the('pi'),
  'list-payments': () => ({ query: 'field=paid&order=asc&limit=100' }),
  'create-payment': newPayment,
  'read-payment': the('paym'),
  'update-payment': paymentPatch,
  'capture-payment': authorizedPayment,
  'refund-payment': capturedPayment,
  'list-payment-refunds': the('paym'),
  'list-payment-disputes': the('paym'),
  'list-payments-checkout': () => ({ query: 'field=paid&order=asc&limit=100' }),
  'create-payment-checkout': newPayment,
  'read-payment-checkout': the('paym'),
  'update-payment-checkout': paymentPatch,
  'capture-payment-checkout': authorizedPayment,
  'refund-payment-checkout': capturedPayment,
  'list-payment-refunds-checkout': the('paym'),
  'list-payment-disputes-checkout': the('paym'),
  'list-refunds': none,
  'create-refund': async (objects, client) => {
    const { id } = await capturedPayment(objects, client)
    return { body: { payment: id, amount: 200 } }
  },
  'read-refund': the('refd'),
  'dishonor-refund': async (objects, client) => {
    const { id } = await capturedPayment(objects, client)
    return { id: (await client.post('/v2/refunds/', { payment: id })).id }
  },
  'list-disputes': none,
  'read-dispute': the('dspt'),
  'accept-dispute': (_, client) => freshDispute(client),
  'submit-evidence': async (_, client) => ({
    ...(await freshDispute(client)),
    body: { text: 'It was delivered', files: [textFile], submit: false },
  }),
  'read-evidence': the('dspt'),
  'read-evidence-file': async (_, client) => {
    const { id } = await freshDispute(client)
    const body = { files: [textFile], submit: false }
    const { files } = await client.post(`/v2/disputes/${id}/evidence`, body)
    return { id, file: files[0].id }
  },
  'dispute-payment': async (_, client) => {
    const card = { ...approvedCard, number: '4000000000000077' }
    const { id } = await client.post('/v2/payments/', { amount: 500, card })
    return { id, body: { response: '1040' } }
  },
  'list-disbursements': none,
  'list-ledger-accounts': () => ({ query: 'at=2026-01-31' }),
  'list-ledger-transfers': () => ({ query: 'account=merchant%3Apending&order=asc' }),
  'list-events': () => ({ query: 'type=payment.*&object=payment&limit=2' }),
  'read-event': anEvent,
  'stream-events': none,
  'replay-event': anEvent,
  'replay-events': () => ({ body: { until: 1 } }),
  'list-webhook-endpoints': none,
  'create-webhook-endpoint': () => ({
    body: { url: 'http://localhost:9/', events: ['payment.*'], asymmetric: true },
  }),
  'read-webhook-endpoint': the('we'),
  'update-webhook-endpoint': (objects) => ({ id: objects.we, body: { description: 'Shop' } }),
  'delete-webhook-endpoint': fresh('/v2/webhooks/', { url: 'http://localhost:9/', enabled: false }),
  'rotate-webhook-secret': the('we'),
  'test-webhook-endpoint': async (objects, client) => {
    await client.patch(`/v2/webhooks/${objects.we}`, { url: 'http://127.0.0.1:1/' })
    return { id: objects.we }
  },
  'list-webhook-deliveries': the('we'),
  'read-webhook-delivery': async ({ we }, client) => {
    const { deliveries } = await client.get(`/v2/webhooks/${we}/deliveries?limit=1`)
    return { id: we, delivery: deliveries[0].id }
  },
  'create-disbursement': (objects) => ({
    body: { amount: 500, card: objects.card, cvc: '123', date_of_birth: '1990-02-28' },
  }),
  'read-disbursement': the('dsbm'),
  'list-payouts': (objects) => ({ query: `payment=${objects.paym}` }),
  'create-payout': async (_, client) => ({ body: await newPayout(client, 'paid') }),
  'read-payout': the('pout'),
  'list-payout-payments': the('pout'),
  'list-payout-refunds': the('pout'),
  'list-payout-disputes': the('pout'),
  'fail-payout': async (_, client) => ({
    id: (await client.post('/v2/payouts/', await newPayout(client, 'to_pay'))).id,
  }),
  'dishonor-disbursement': async (objects, client) => ({
    id: (await client.post('/v2/disbursements/', { amount: 500, card: objects.card })).id,
  }),
  'list-requests': () => ({ query: 'status=2xx&limit=1' }),
  'read-request': async (_, client) => {
    const { requests } = await client.get('/v2/requests/')
    return { id: requests[0].id }
  },
  'read-sandbox-clock': none,
  'move-sandbox-clock': () => ({ body: { advance: 'PT1S' } }),
}
