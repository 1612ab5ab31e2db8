import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import { type Page, type PageInput, pageOf } from '../platform/page-of.ts'

/** A card, without its number: that is with the vault, under the card's id. */
export interface Card {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  deleted: boolean
  /** Equal for equal numbers of one account and mode. Null when the number was never known. */
  fingerprint: string | null
  last4: string
  brand: string
  country: string | null
  funding: string | null
  /** personal, corporate or unknown. */
  nature: string | null
  network: string | null
  preferred_network: string | null
  exp_month: number
  exp_year: number
  name: string | null
  zip_code: string | null
  external_id: string | null
  customer: string | null
  /** Whether it may be used for later payments. */
  tokenize: boolean
}

export const cards = table<Card>(
  'cards',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    deleted: true,
    fingerprint: true,
    last4: true,
    brand: true,
    country: true,
    funding: true,
    nature: true,
    network: true,
    preferred_network: true,
    exp_month: true,
    exp_year: true,
    name: true,
    zip_code: true,
    external_id: true,
    customer: true,
    tokenize: true,
  },
  'created',
)

/** The card, unless it is deleted, another account's or of the other mode. */
export async function findCard(ctx: Reader, id: string): Promise<Card | undefined> {
  const [row] = await ctx.db.query<Card>(
    'select * from cards where account = $1 and live = $2 and id = $3 and not deleted',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** The cards with these ids, deleted ones too: what a payment shows stays readable. */
export const findCards = (ctx: Reader, ids: readonly string[]): Promise<Card[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.db.query<Card>('select * from cards where account = $1 and live = $2 and id = any($3)', [
        ctx.account,
        ctx.live,
        ids,
      ])

/** The oldest card with this number and expiry. */
export async function findSameCard(
  ctx: Reader,
  it: Pick<Card, 'fingerprint' | 'exp_month' | 'exp_year'>,
): Promise<Card | undefined> {
  const [row] = await ctx.db.query<Card>(
    `select * from cards
     where account = $1 and live = $2 and not deleted and tokenize
       and fingerprint = $3 and exp_month = $4 and exp_year = $5
     order by created, id limit 1`,
    [ctx.account, ctx.live, it.fingerprint, it.exp_month, it.exp_year],
  )
  return row
}

/** The oldest card with this external id. */
export async function findByExternalId(
  ctx: Reader,
  external_id: string,
): Promise<Card | undefined> {
  const [row] = await ctx.db.query<Card>(
    `select * from cards
     where account = $1 and live = $2 and not deleted and external_id = $3
     order by created, id limit 1`,
    [ctx.account, ctx.live, external_id],
  )
  return row
}

export interface CardFilters extends PageInput {
  customer?: string | undefined
}

/** A page of the cards, the newest first unless asked otherwise. */
export const listCards = (ctx: Reader, input: CardFilters): Promise<Page<Card>> =>
  pageOf<Card>(
    ctx,
    {
      table: 'cards',
      by: 'created',
      always: ['not deleted'],
      filters: input.customer === undefined ? [] : [{ sql: 'customer = ?', value: input.customer }],
    },
    input,
  )
