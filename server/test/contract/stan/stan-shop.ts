import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CreateCheckout, createCheckout } from '../../../src/stan/create-checkout.ts'
import { createCredentials } from '../../../src/stan/credentials.ts'
import { type PreparePayment, preparePayment } from '../../../src/stan/prepare-payment.ts'
import { readStanPayment } from '../../../src/stan/read-payment.ts'
import { statusOf } from '../../../src/stan/status.ts'
import { type StanPayment, stanCheckouts } from '../../../src/stan/store.ts'
import { updateSettings } from '../../../src/stan/update-settings.ts'
import type { Json, TestServer } from '../../harness.ts'

export const shopUrl = 'https://shop.example/?wc-api=WC_Stan_Payment#thanks'

/** A shop that has payments and checkouts of Stan, and what became of them. */
export function stanShopOf(server: TestServer, url = server.url) {
  return {
    async prepare(it: Partial<PreparePayment> = {}): Promise<{ stan: StanPayment; page: string }> {
      const base = { amount: 4590n, order_id: 'A-17', return_url: shopUrl, origin: 1 }
      const { stan } = await preparePayment(server.ctx(), { ...base, ...it })
      return { stan, page: `${url}/stan/${stan.token}` }
    },
    async checkout(it: Partial<CreateCheckout> = {}) {
      const base = { return_url: shopUrl, total_amount: 4000n }
      const checkout = await createCheckout(server.ctx(), { ...base, ...it })
      return { checkout, page: `${url}/stan/checkout/${checkout.token}` }
    },
    async statusOf(id: string): Promise<string> {
      const { stan, payment } = await readStanPayment(server.ctx(), id)
      return statusOf(stan, payment)
    },
    /** The payment that a checkout came to. */
    async paymentOf(checkout: { id: string }) {
      const [row] = await server.services.db.query<{ payment: string | null }>(
        `select payment from ${stanCheckouts.name} where id = $1`,
        [checkout.id],
      )
      return row?.payment ? readStanPayment(server.ctx(), row.payment) : undefined
    },
  }
}

interface Heard {
  type: string
  payload: Json
  headers: IncomingHttpHeaders
  signed: boolean
}

export interface StanMerchant {
  heard: Heard[]
  /** event type → what is answered; a text goes as it is, undefined ends the connection. */
  answers: Record<string, unknown>
  close(): void
}

/** The merchant's server: hears what it is asked, checks the signature, and answers. */
export async function startMerchant(server: TestServer): Promise<StanMerchant> {
  const { committer, vault, clock } = server.services
  const whose = { account: server.merchant.id, live: false }
  const { row, secret } = await createCredentials({ committer, vault, now: clock.now() }, whose)
  const it: StanMerchant = { heard: [], answers: {}, close: () => undefined }
  const http = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    const hmac = createHmac('sha256', secret.reveal()).update(body).digest('base64')
    const { event_type: type, payload } = JSON.parse(body.toString())
    const signed = request.headers['x-hmac-signature'] === `sha256=${hmac}`
    it.heard.push({ type, payload, headers: request.headers, signed })
    const answer = it.answers[type]
    if (answer === undefined) return request.socket.destroy()
    return response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
  })
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready))
  const { port } = http.address() as AddressInfo
  const webhook_url = `http://127.0.0.1:${port}/?wc-api=stan`
  await updateSettings(server.ctx(), { id: row.id, webhook_url })
  it.close = () => {
    http.close()
    http.closeAllConnections()
  }
  return it
}

export const shippingMethods = [
  { shipping_method_id: 'flat:1', shipping_cost: 590, shipping_label: 'Colissimo' },
  { shipping_method_id: 'free:2', shipping_cost: 0, shipping_label: 'À la boutique' },
]

export const details = {
  email: 'zoe@example.com',
  firstname: 'Zoé',
  lastname: 'Martin',
  street: '3 rue des Lilas',
  street2: '',
  zip: '75011',
  city: 'Paris',
  country: 'FR',
  phone: '06 12 34 56 78',
}
