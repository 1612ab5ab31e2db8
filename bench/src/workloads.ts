import type { Subject } from './arguments.ts'
import type { HttpRequest } from './http-connection.ts'
import { days } from './seed.ts'
import type { Merchant, Store } from './store.ts'

export interface Workload {
  name: Subject
  /** Writes make the store grow: they are measured after all reads. */
  writes: boolean
  /** Only at this many connections. */
  connections?: number
  /** Requests that the connections draw from. */
  requests(store: Store): HttpRequest[]
}

const shop = (store: Store): Merchant => store.merchants[0] as Merchant
const get = (store: Store, path: string): HttpRequest => ({
  method: 'GET',
  path,
  key: shop(store).secret,
})

const payment = ({ secret, card }: Merchant, n: number): HttpRequest => ({
  method: 'POST',
  path: '/v2/payments/',
  key: secret,
  body: {
    amount: 100 + n,
    currency: 'eur',
    card,
    order_id: `bench-${n}`,
    description: `Order number ${n}`,
  },
})

const intent = ({ secret }: Merchant, n: number): HttpRequest => ({
  method: 'POST',
  path: '/v2/payment_intents/',
  key: secret,
  body: {
    amount: 100 + n,
    currency: 'eur',
    order_id: `bench-${n}`,
    description: `Order number ${n}`,
    return_url: 'https://shop.example/thanks',
  },
})

const forEach = (store: Store, request: (merchant: Merchant, n: number) => HttpRequest) =>
  store.merchants.flatMap((it) => Array.from({ length: 8 }, (_, n) => request(it, n)))

/** Instants by chance, within the year that the payments are spread over. */
const instants = ({ seeded }: Store): number[] =>
  Array.from({ length: 500 }, () => seeded.from + Math.floor(Math.random() * days * 24 * 3600))

export const workloads: readonly Workload[] = [
  {
    name: 'read-payment',
    writes: false,
    requests: (store) => store.some.map(({ id }) => get(store, `/v2/payments/${id}`)),
  },
  {
    name: 'list-first-page',
    writes: false,
    requests: (store) => [get(store, '/v2/payments/')],
  },
  {
    name: 'list-by-order-id',
    writes: false,
    requests: (store) =>
      store.some.map(({ order_id }) => get(store, `/v2/payments/?order_id=${order_id}`)),
  },
  {
    name: 'list-by-card',
    writes: false,
    requests: (store) => store.some.map(({ card }) => get(store, `/v2/payments/?card=${card}`)),
  },
  {
    name: 'list-by-created',
    writes: false,
    requests: (store) => instants(store).map((it) => get(store, `/v2/payments/?created=${it}`)),
  },
  {
    name: 'list-deep-page',
    writes: false,
    requests: (store) =>
      Array.from({ length: 500 }, () => {
        const start = Math.floor(store.seeded.payments * (0.2 + 0.7 * Math.random()))
        return get(store, `/v2/payments/?start=${start}`)
      }),
  },
  {
    name: 'create-payment',
    writes: true,
    requests: (store) => forEach(store, payment),
  },
  {
    name: 'create-payment-one-merchant',
    writes: true,
    connections: 64,
    requests: (store) => Array.from({ length: 8 }, (_, n) => payment(shop(store), n)),
  },
  {
    name: 'create-intent',
    writes: true,
    requests: (store) => forEach(store, intent),
  },
]
