import type { Currency } from '../kernel/money.ts'
import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import type { Db } from '../platform/db.ts'
import { type Filter, type Page, type PageInput, pageOf } from '../platform/page-of.ts'
import type { Method } from '../processors/processor.ts'
import type { IntentStatus } from './intent.ts'

export interface Intent {
  account: string
  live: boolean
  id: string
  version: number
  created_at: Date
  status: IntentStatus
  amount: bigint
  currency: Currency
  methods_allowed: Method[]
  card: string | null
  sepa: string | null
  customer: string | null
  /** The payment that succeeded. */
  payment: string | null
  order_id: string | null
  unique_id: string | null
  description: string | null
  metadata: unknown
  return_url: string | null
  threeds: 'required' | 'none'
  capture: boolean
  date_settlement: string | null
  billing_address: string | null
  shipping_address: string | null
  origin: number
  /** Tries of the payer so far. */
  tries: number
}

export const intents = table<Intent>(
  'payment_intents',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created_at: true,
    status: true,
    amount: true,
    currency: true,
    methods_allowed: true,
    card: true,
    sepa: true,
    customer: true,
    payment: true,
    order_id: true,
    unique_id: true,
    description: true,
    metadata: true,
    return_url: true,
    threeds: true,
    capture: true,
    date_settlement: true,
    billing_address: true,
    shipping_address: true,
    origin: true,
    tries: true,
  },
  'created_at',
)

export async function findIntent(ctx: Reader, id: string): Promise<Intent | undefined> {
  const [row] = await ctx.db.query<Intent>(
    'select * from payment_intents where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/**
 * The intent that an address names, whoever's it is: the id cannot be guessed, and opens its page.
 */
export async function findIntentByAddress(
  db: Db,
  live: boolean,
  id: string,
): Promise<Intent | undefined> {
  const [row] = await db.query<Intent>(
    'select * from payment_intents where id = $1 and live = $2',
    [id, live],
  )
  return row
}

/** The oldest intent with this unique id. */
export async function findByUniqueId(ctx: Reader, unique_id: string): Promise<Intent | undefined> {
  const [row] = await ctx.db.query<Intent>(
    `select * from payment_intents where account = $1 and live = $2 and unique_id = $3
     order by created_at, id limit 1`,
    [ctx.account, ctx.live, unique_id],
  )
  return row
}

export interface IntentFilters extends PageInput {
  created?: Date | undefined
  order_id?: string | undefined
  card?: string | undefined
  sepa?: string | undefined
  customer?: string | undefined
  /** What sorts: `created`, or `due` for those with a day of settlement. */
  field?: 'created' | 'due' | undefined
}

/**
 * A page of the intents, the newest first unless asked otherwise. Filters are exact and all must
 * hold.
 */
export function listIntents(ctx: Reader, input: IntentFilters): Promise<Page<Intent>> {
  const filters: Filter[] = []
  for (const field of ['order_id', 'card', 'sepa', 'customer'] as const) {
    const value = input[field]
    if (value !== undefined) filters.push({ sql: `${field} = ?`, value })
  }
  const byDue = input.field === 'due'
  return pageOf<Intent>(
    ctx,
    {
      table: 'payment_intents',
      by: byDue ? 'date_settlement' : 'created_at',
      always: byDue ? ['date_settlement is not null'] : [],
      filters,
      created_from: input.created,
    },
    input,
  )
}
