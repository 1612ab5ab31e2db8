import type { Currency } from '../kernel/money.ts'
import { table } from '../platform/change.ts'
import type { Context, Reader } from '../platform/context.ts'
import { type Filter, type Page, type PageInput, pageOf } from '../platform/page-of.ts'
import type { Method } from '../processors/processor.ts'
import { findSettledIn } from '../settlements/store.ts'
import type { PaymentStatus } from './payment.ts'

export interface Payment {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  status: PaymentStatus
  /** Minor units. */
  amount: bigint
  /** What the bank agreed to; null until it did. Never less than the amount. */
  authorized: bigint | null
  /** The open transfer of what the bank agreed to; null when nothing is promised any more. */
  promise: string | null
  /** Of the amount: what went back to the payer, or is on its way. */
  refunded: bigint
  currency: Currency
  method: Method | null
  /** Null: all of them. */
  methods_allowed: Method[] | null
  card: string | null
  sepa: string | null
  customer: string | null
  authentication: string | null
  payment_intent: string | null
  order_id: string | null
  unique_id: string | null
  description: string | null
  return_url: string | null
  /** Whether the capture follows by itself. */
  capture: boolean
  response: string | null
  response_author: string | null
  fee: bigint | null
  date_paym: Date | null
  /** The day of the bank's books. */
  date_bank: string | null
  date_settlement: string | null
  device: Record<string, unknown> | null
  billing_address: string | null
  shipping_address: string | null
  origin: number
  /** Tries so far, with those whose payer is or was with the bank. */
  tries: number
  /**
   * When something happens by itself: an authorization expires, a capture is sent, then booked.
   */
  due_at: Date | null
}

export const payments = table<Payment>(
  'payments',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    status: true,
    amount: true,
    authorized: true,
    promise: true,
    refunded: true,
    currency: true,
    method: true,
    methods_allowed: true,
    card: true,
    sepa: true,
    customer: true,
    authentication: true,
    payment_intent: true,
    order_id: true,
    unique_id: true,
    description: true,
    return_url: true,
    capture: true,
    response: true,
    response_author: true,
    fee: true,
    date_paym: true,
    date_bank: true,
    date_settlement: true,
    device: true,
    billing_address: true,
    shipping_address: true,
    origin: true,
    tries: true,
    due_at: true,
  },
  'created',
)

export async function findPayment(ctx: Reader, id: string): Promise<Payment | undefined> {
  const [row] = await ctx.db.query<Payment>(
    'select * from payments where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** The payments with these ids. */
export const findPayments = (
  ctx: Pick<Context, 'db' | 'account' | 'live'>,
  ids: readonly string[],
): Promise<Payment[]> =>
  ctx.db.query<Payment>(
    'select * from payments where account = $1 and live = $2 and id = any($3)',
    [ctx.account, ctx.live, ids],
  )

/** The oldest payment with this unique id. */
export async function findByUniqueId(ctx: Reader, unique_id: string): Promise<Payment | undefined> {
  const [row] = await ctx.db.query<Payment>(
    `select * from payments where account = $1 and live = $2 and unique_id = $3
     order by created, id limit 1`,
    [ctx.account, ctx.live, unique_id],
  )
  return row
}

export interface PaymentFilters extends PageInput {
  created?: Date | undefined
  paid?: Date | undefined
  order_id?: string | undefined
  unique_id?: string | undefined
  card?: string | undefined
  sepa?: string | undefined
  payout?: string | undefined
  payment_intent?: string | undefined
  /** What sorts: `created`, or `paid` for those that are. */
  field?: 'created' | 'paid' | undefined
}

/**
 * A page of the payments, the newest first unless asked otherwise. Filters are exact and all must
 * hold.
 */
export function listPayments(ctx: Reader, input: PaymentFilters): Promise<Page<Payment>> {
  const filters: Filter[] = []
  const exact = ['order_id', 'unique_id', 'card', 'sepa', 'payment_intent'] as const
  for (const field of exact) {
    const value = input[field]
    if (value !== undefined) filters.push({ sql: `${field} = ?`, value })
  }
  if (input.payout !== undefined) {
    filters.push({ sql: findSettledIn('payment'), value: input.payout })
  }
  if (input.paid) filters.push({ sql: 'date_paym >= ?', value: input.paid })
  const byPaid = input.field === 'paid'
  return pageOf<Payment>(
    ctx,
    {
      table: 'payments',
      by: byPaid ? 'date_paym' : 'created',
      always: byPaid ? ['date_paym is not null'] : [],
      filters,
      created_from: input.created,
    },
    input,
  )
}
