import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import type { Db } from '../platform/db.ts'

/** A pair of client id and secret. Of the secret only its keyed hash is here. */
export interface StanCredentials {
  account: string
  live: boolean
  /** The client id. */
  id: string
  version: number
  created: Date
  hash: string
  /** The last four characters of the secret: enough to know it again. */
  hint: string
  /** The webhook endpoint that gets signed notifications. */
  webhook_endpoint: string | null
  /** That of notifications of the first generation, without a signature. */
  legacy_endpoint: string | null
  oauth_redirect_url: string | null
  revoked_at: Date | null
}

export const stanCredentials = table<StanCredentials>('stan_credentials', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  hash: true,
  hint: true,
  webhook_endpoint: true,
  legacy_endpoint: true,
  oauth_redirect_url: true,
  revoked_at: true,
})

/** As the merchant gave it: no part of it is checked, any may be missing. */
export type StanAddress = Partial<Record<string, string>>

export interface StanCustomer {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  /** The customer of the core; null where the core could not keep this one. */
  customer: string | null
  email: string
  name: string | null
  firstname: string | null
  lastname: string | null
  phone_number: string | null
  address: StanAddress | null
}

export const stanCustomers = table<StanCustomer>('stan_customers', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  customer: true,
  email: true,
  name: true,
  firstname: true,
  lastname: true,
  phone_number: true,
  address: true,
})

/** Parts of the price, for the payer's eyes; minor units. Nothing adds them up. */
export interface PriceParts {
  subtotal_amount: bigint | null
  shipping_amount: bigint | null
  discount_amount: bigint | null
  tax_amount: bigint | null
}

/** What Stan has of a payment beyond what the core has. */
export interface StanPayment extends PriceParts {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  /** The payment of the core. */
  payment: string
  /** Of the address of its page. */
  token: string
  order_id: string
  state: string
  return_url: string
  cancel_url: string | null
  /** A customer of Stan. */
  customer: string | null
  checkout: string | null
  /** When the payer first saw the page. */
  opened_at: Date | null
  /** Given up by the payer, or by time: the core's payment is canceled. */
  ended: 'canceled' | 'expired' | null
  /** Minor units of refunds that are accepted and not made yet. */
  refunds_waiting: bigint
  /** When it expires, unless it was paid. */
  due_at: Date | null
}

export const stanPayments = table<StanPayment>('stan_payments', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  payment: true,
  token: true,
  order_id: true,
  state: true,
  return_url: true,
  cancel_url: true,
  customer: true,
  checkout: true,
  subtotal_amount: true,
  shipping_amount: true,
  discount_amount: true,
  tax_amount: true,
  opened_at: true,
  ended: true,
  refunds_waiting: true,
  due_at: true,
})

export type RefundReason = 'requested_by_customer' | 'duplicate' | 'fraudulent'

export interface StanRefund {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  /** The payment of Stan. */
  payment: string
  /** Minor units. */
  amount: bigint
  reason: RefundReason
  /** The refund of the core; null until it is made, and for good when it could not be. */
  refund: string | null
  /** When it is made; null once that was decided. */
  due_at: Date | null
}

export const stanRefunds = table<StanRefund>('stan_refunds', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  payment: true,
  amount: true,
  reason: true,
  refund: true,
  due_at: true,
})

/** One line of a basket, as the merchant gave it. */
export interface LineItem {
  product_id?: string
  title?: string
  quantity?: number
  unit_price?: number
  discount_amount?: number
  description?: string
  sku?: string
  image_url?: string
  product_url?: string
}

/** A basket whose payer tells who they are on the page. */
export interface StanCheckout {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  /** Of the address of its page. */
  token: string
  return_url: string
  /** Minor units; what is paid. */
  total_amount: bigint
  subtotal_amount: bigint | null
  discount_amount: bigint | null
  /** Percent. */
  tax_rate: number | null
  tax_cost: bigint | null
  discount_code: string | null
  /** The merchant's own; it comes back with notifications. */
  session_id: string | null
  order_id: string | null
  /** A customer of Stan. */
  customer: string | null
  line_items: LineItem[]
  /** The payment of Stan that was prepared last. */
  payment: string | null
  expires_at: Date
}

export const stanCheckouts = table<StanCheckout>('stan_checkouts', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  token: true,
  return_url: true,
  total_amount: true,
  subtotal_amount: true,
  discount_amount: true,
  tax_rate: true,
  tax_cost: true,
  discount_code: true,
  session_id: true,
  order_id: true,
  customer: true,
  line_items: true,
  payment: true,
  expires_at: true,
})

type Named = StanCustomer | StanPayment | StanRefund | StanCheckout

/** The row of the caller's account and mode. */
const findIn =
  <Row extends Named>(name: string) =>
  async ({ db, account, live }: Reader, id: string): Promise<Row | undefined> => {
    const [row] = await db.query<Row>(
      `select * from ${name} where account = $1 and live = $2 and id = $3`,
      [account, live, id],
    )
    return row
  }

export const findStanCustomer = findIn<StanCustomer>('stan_customers')
export const findStanPayment = findIn<StanPayment>('stan_payments')
export const findStanRefund = findIn<StanRefund>('stan_refunds')
export const findStanCheckout = findIn<StanCheckout>('stan_checkouts')

/** What a page's address is about, whoever's it is. */
const findByToken =
  <Row extends StanPayment | StanCheckout>(name: string) =>
  async (db: Db, token: string): Promise<Row | undefined> => {
    const [row] = await db.query<Row>(`select * from ${name} where token = $1`, [token])
    return row
  }

export const findStanPaymentByToken = findByToken<StanPayment>('stan_payments')
export const findStanCheckoutByToken = findByToken<StanCheckout>('stan_checkouts')

/** A part of a list, the newest first. It is read from an index, and nothing is counted. */
export interface Part {
  start: number
  limit: number
}

const listIn =
  <Row extends StanPayment | StanRefund>(name: string) =>
  ({ db, account, live }: Reader, { start, limit }: Part): Promise<Row[]> =>
    db.query<Row>(
      `select * from ${name} where account = $1 and live = $2
       order by created desc, id desc limit $3 offset $4`,
      [account, live, limit, start],
    )

export const listStanPayments = listIn<StanPayment>('stan_payments')
export const listStanRefunds = listIn<StanRefund>('stan_refunds')

/** The payments of Stan with these payments of the core behind them. */
export const findStanPaymentsOf = (
  { db, account, live }: Reader,
  payments: readonly string[],
): Promise<StanPayment[]> =>
  db.query<StanPayment>(
    'select * from stan_payments where account = $1 and live = $2 and payment = any($3)',
    [account, live, payments],
  )

/** How many refunds a payment has, whatever became of them. */
export async function countStanRefundsOf(
  { db, account, live }: Reader,
  payment: string,
): Promise<number> {
  const [row] = await db.query<{ number: number }>(
    `select count(*)::int as number from stan_refunds
     where account = $1 and live = $2 and payment = $3`,
    [account, live, payment],
  )
  return row?.number ?? 0
}

/** The credentials with this client id, revoked or not, whoever's they are. */
export async function findCredentials(db: Db, id: string): Promise<StanCredentials | undefined> {
  const [row] = await db.query<StanCredentials>('select * from stan_credentials where id = $1', [
    id,
  ])
  return row
}

export const listCredentials = (db: Db, account: string): Promise<StanCredentials[]> =>
  db.query<StanCredentials>(
    'select * from stan_credentials where account = $1 order by created, id',
    [account],
  )
