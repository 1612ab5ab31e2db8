import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import { type Page, type PageInput, pageOf } from '../platform/page-of.ts'

export interface Address {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  deleted: boolean
  line1: string | null
  line2: string | null
  line3: string | null
  zip_code: string
  city: string
  state: string | null
  country: string
  /** Whatever the merchant gave, as JSON. */
  metadata: unknown
}

export const addresses = table<Address>(
  'addresses',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    deleted: true,
    line1: true,
    line2: true,
    line3: true,
    zip_code: true,
    city: true,
    state: true,
    country: true,
    metadata: true,
  },
  'created',
)

/** The address, deleted ones too: v2 goes on showing them, marked. */
export async function findAddress(ctx: Reader, id: string): Promise<Address | undefined> {
  const [row] = await ctx.db.query<Address>(
    'select * from addresses where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** A page of the addresses that are not deleted, the newest first unless asked otherwise. */
export const listAddresses = (ctx: Reader, input: PageInput): Promise<Page<Address>> =>
  pageOf<Address>(
    ctx,
    { table: 'addresses', by: 'created', always: ['not deleted'], filters: [] },
    input,
  )
