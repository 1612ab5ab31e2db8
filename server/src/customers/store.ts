import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import { type Filter, type Page, type PageInput, pageOf } from '../platform/page-of.ts'

export interface Customer {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  deleted: boolean
  email: string | null
  mobile: string | null
  name: string | null
  country: string | null
  date_birth: string | null
  external_id: string | null
  legal_id: string | null
  billing_address: string | null
  shipping_address: string | null
}

export const customers = table<Customer>(
  'customers',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    deleted: true,
    email: true,
    mobile: true,
    name: true,
    country: true,
    date_birth: true,
    external_id: true,
    legal_id: true,
    billing_address: true,
    shipping_address: true,
  },
  'created',
)

/** The customer, unless it is deleted, another account's or of the other mode. */
export async function findCustomer(ctx: Reader, id: string): Promise<Customer | undefined> {
  const [row] = await ctx.db.query<Customer>(
    'select * from customers where account = $1 and live = $2 and id = $3 and not deleted',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** The customers with these ids, deleted ones too: what a payment shows stays readable. */
export const findCustomers = (ctx: Reader, ids: readonly string[]): Promise<Customer[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.db.query<Customer>(
        'select * from customers where account = $1 and live = $2 and id = any($3)',
        [ctx.account, ctx.live, ids],
      )

/**
 * The oldest customer with exactly this e-mail, mobile and external id, each of which may be
 * absent.
 */
export async function findByTriple(
  ctx: Reader,
  triple: Pick<Customer, 'email' | 'mobile' | 'external_id'>,
): Promise<Customer | undefined> {
  const { email, mobile, external_id } = triple
  // One index serves each case; `is not distinct from` would use none.
  const narrow = email !== null ? 'email = $3' : 'email is null and mobile = $4'
  const [row] = await ctx.db.query<Customer>(
    `select * from customers
     where account = $1 and live = $2 and not deleted and ${narrow}
       and email is not distinct from $3 and mobile is not distinct from $4
       and external_id is not distinct from $5
     order by created, id limit 1`,
    [ctx.account, ctx.live, email, mobile, external_id],
  )
  return row
}

/** The oldest customer with this external id. */
export async function findByExternalId(
  ctx: Reader,
  external_id: string,
): Promise<Customer | undefined> {
  const [row] = await ctx.db.query<Customer>(
    `select * from customers
     where account = $1 and live = $2 and not deleted and external_id = $3
     order by created, id limit 1`,
    [ctx.account, ctx.live, external_id],
  )
  return row
}

export interface CustomerFilters extends PageInput {
  created?: Date | undefined
  external_id?: string | undefined
  email?: string | undefined
  name?: string | undefined
  country?: string | undefined
  legal_id?: string | undefined
}

/**
 * A page of the customers, the newest first unless asked otherwise. Filters are exact and all must
 * hold.
 */
export function listCustomers(ctx: Reader, input: CustomerFilters): Promise<Page<Customer>> {
  const filters: Filter[] = []
  for (const field of ['external_id', 'email', 'name', 'country', 'legal_id'] as const) {
    const value = input[field]
    if (value !== undefined) filters.push({ sql: `${field} = ?`, value })
  }
  return pageOf<Customer>(
    ctx,
    {
      table: 'customers',
      by: 'created',
      always: ['not deleted'],
      filters,
      created_from: input.created,
    },
    input,
  )
}
