import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import { type Page, type PageInput, pageOf } from '../platform/page-of.ts'
import { findHoldingPayment } from '../settlements/store.ts'
import type { PayoutStatus } from './payout.ts'
import type { Totals } from './totals.ts'

/** A credit transfer to the merchant: all that one payout day settles in one currency. */
export interface Payout {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  status: PayoutStatus
  /** What stands on the bank statement. */
  reference: string
  currency: string
  /** Sums of the lines that are in it so far. */
  totals: Totals
  /** Minor units for the merchant, fees and tax taken off; below zero while it is carried over. */
  amount: bigint
  /** Without tax, and the tax on them. */
  fees: bigint
  fees_vat: bigint
  description: string | null
  /** When it was made; once it is closed, when it is sent. */
  date: Date
  /** The day of the bank's books. */
  date_bank: string | null
  /** When something happens by itself. */
  due_at: Date | null
}

export const payouts = table<Payout>(
  'payouts',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    status: true,
    reference: true,
    currency: true,
    totals: true,
    amount: true,
    fees: true,
    fees_vat: true,
    description: true,
    date: true,
    date_bank: true,
    due_at: true,
  },
  'created',
)

export async function findPayout(ctx: Reader, id: string): Promise<Payout | undefined> {
  const [row] = await ctx.db.query<Payout>(
    'select * from payouts where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** The open payouts, at most one in each currency. */
export const findOpenPayouts = (ctx: Reader): Promise<Payout[]> =>
  ctx.db.query<Payout>(
    `select * from payouts where account = $1 and live = $2 and status = 'pending'
     order by currency`,
    [ctx.account, ctx.live],
  )

/** The payout that takes what falls due in this currency; a claim makes it the only one. */
export async function findOpenPayout(ctx: Reader, currency: string): Promise<Payout | undefined> {
  const [row] = await ctx.db.query<Payout>(
    `select * from payouts
     where account = $1 and live = $2 and currency = $3 and status = 'pending'`,
    [ctx.account, ctx.live, currency],
  )
  return row
}

interface PayoutFilters extends PageInput {
  created?: Date | undefined
  /** A payment that is in it. */
  payment?: string | undefined
}

/** A page of the payouts, the newest first unless asked otherwise. */
export function listPayouts(ctx: Reader, input: PayoutFilters): Promise<Page<Payout>> {
  const { created, payment } = input
  const filters = payment === undefined ? [] : [{ sql: findHoldingPayment, value: payment }]
  const query = { table: 'payouts', by: 'created', filters, created_from: created }
  return pageOf<Payout>(ctx, query, input)
}
