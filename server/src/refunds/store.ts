import type { Currency } from '../kernel/money.ts'
import { table } from '../platform/change.ts'
import type { Context, Reader } from '../platform/context.ts'
import { type Filter, type Page, type PageInput, pageOf } from '../platform/page-of.ts'
import type { Method } from '../processors/processor.ts'
import { findSettledIn } from '../settlements/store.ts'
import type { RefundStatus } from './refund.ts'

/** Money of a payment that goes back to its payer, all of it or a part. */
export interface Refund {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  status: RefundStatus
  /** Minor units. */
  amount: bigint
  currency: Currency
  payment: string
  payment_intent: string | null
  /** That of the payment: the money goes back the way it came. */
  method: Method | null
  /** The days on which it was sent to the bank, and booked there. */
  date_refund: string | null
  date_bank: string | null
  /** When it is sent, then booked. */
  due_at: Date | null
}

export const refunds = table<Refund>(
  'refunds',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    status: true,
    amount: true,
    currency: true,
    payment: true,
    payment_intent: true,
    method: true,
    date_refund: true,
    date_bank: true,
    due_at: true,
  },
  'created',
)

export async function findRefund(ctx: Reader, id: string): Promise<Refund | undefined> {
  const [row] = await ctx.db.query<Refund>(
    'select * from refunds where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** The refunds with these ids. */
export const findRefunds = (ctx: Reader, ids: readonly string[]): Promise<Refund[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.db.query<Refund>(
        'select * from refunds where account = $1 and live = $2 and id = any($3)',
        [ctx.account, ctx.live, ids],
      )

/** All refunds of these payments, as they were made: one read, however many payments. */
export const findRefundsOf = (ctx: Reader, payments: readonly string[]): Promise<Refund[]> =>
  payments.length === 0
    ? Promise.resolve([])
    : ctx.db.query<Refund>(
        `select * from refunds where account = $1 and live = $2 and payment = any($3)
         order by created, id`,
        [ctx.account, ctx.live, payments],
      )

/** How many refunds a payment has, whatever became of them. */
export async function countRefundsOf(ctx: Context, payment: string): Promise<number> {
  const [row] = await ctx.db.query<{ number: number }>(
    `select count(*)::int as number from refunds
     where account = $1 and live = $2 and payment = $3`,
    [ctx.account, ctx.live, payment],
  )
  return row?.number ?? 0
}

export interface RefundFilters extends PageInput {
  created?: Date | undefined
  payment_intent?: string | undefined
  payout?: string | undefined
}

/** A page of the refunds, the newest first unless asked otherwise. */
export function listRefunds(ctx: Reader, input: RefundFilters): Promise<Page<Refund>> {
  const { payment_intent, payout, created } = input
  const filters: Filter[] = []
  if (payment_intent !== undefined) {
    filters.push({ sql: 'payment_intent = ?', value: payment_intent })
  }
  if (payout !== undefined) filters.push({ sql: findSettledIn('refund'), value: payout })
  return pageOf<Refund>(
    ctx,
    { table: 'refunds', by: 'created', filters, created_from: created },
    input,
  )
}
