import type { Currency } from '../kernel/money.ts'
import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import { type Page, type PageInput, pageOf } from '../platform/page-of.ts'
import type { DisbursementStatus } from './disbursement.ts'

/** Money of the merchant that is paid to a card. */
export interface Disbursement {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  status: DisbursementStatus
  /** Minor units, more than none. */
  amount: bigint
  currency: Currency
  card: string
  /** The true code: what may be shown of it says `publicCode`. */
  response: string | null
  /** The days on which it was sent to the bank, and booked there. */
  date_disbursement: string | null
  date_bank: string | null
  /** When it is sent, then booked. */
  due_at: Date | null
}

export const disbursements = table<Disbursement>(
  'disbursements',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    status: true,
    amount: true,
    currency: true,
    card: true,
    response: true,
    date_disbursement: true,
    date_bank: true,
    due_at: true,
  },
  'created',
)

export async function findDisbursement(ctx: Reader, id: string): Promise<Disbursement | undefined> {
  const [row] = await ctx.db.query<Disbursement>(
    'select * from disbursements where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** A page of the disbursements, the newest first. */
export const listDisbursements = (ctx: Reader, input: PageInput): Promise<Page<Disbursement>> =>
  pageOf<Disbursement>(ctx, { table: 'disbursements', by: 'created', filters: [] }, input)
