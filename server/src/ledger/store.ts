import { limits } from '../kernel/limits.ts'
import { type Movement, type Table, table } from '../platform/change.ts'
import type { Context, Reader } from '../platform/context.ts'
import type { Value } from '../platform/db.ts'
import { type Filter, type Page, type PageInput, pageOf } from '../platform/page-of.ts'
import type { LedgerAccount } from './accounts.ts'

export interface TransferRow {
  account: string
  live: boolean
  id: string
  instruction: string
  phase: 'pending' | 'posted' | 'voided'
  pending: string | null
  /** Of the pending transfer that it ends: the whole amount, which waits no more. */
  released: bigint | null
  debit: LedgerAccount
  credit: LedgerAccount
  amount: bigint
  currency: string
  reason: string
  created: Date
}

/** What a transfer adds to the day of its two accounts. */
function movementsOf(it: TransferRow): Movement[] {
  const posted = it.phase === 'posted' ? it.amount : 0n
  const promised = it.phase === 'pending' ? it.amount : -(it.released ?? 0n)
  const { debit, credit, currency, created: at } = it
  return [
    { ledger_account: debit, currency, at, debits: posted, credits: 0n, pending: promised },
    { ledger_account: credit, currency, at, debits: 0n, credits: posted, pending: -promised },
  ]
}

export const transfers: Table<TransferRow> = {
  ...table<TransferRow>('transfers', {
    account: true,
    live: true,
    id: true,
    instruction: true,
    phase: true,
    pending: true,
    released: true,
    debit: true,
    credit: true,
    amount: true,
    currency: true,
    reason: true,
    created: true,
  }),
  movements: movementsOf,
}

type Whose = Pick<Context, 'db' | 'account' | 'live'>

/** Which sums or transfers; days are those of UTC, and belong to it. */
export interface LedgerFilters {
  ledger_account?: LedgerAccount | undefined
  currency?: string | undefined
  from?: string | undefined
  until?: string | undefined
}

/** Conditions of these filters on `ledger_days`, with their values. */
function daysWhere(ctx: Whose, it: LedgerFilters): { where: string; values: Value[] } {
  const values: Value[] = [ctx.account, ctx.live]
  const where = ['account = $1', 'live = $2']
  const add = (sql: string, value: Value | undefined) => {
    if (value !== undefined) where.push(`${sql} $${values.push(value)}`)
  }
  add('ledger_account =', it.ledger_account)
  add('currency =', it.currency)
  add('day >=', it.from)
  add('day <=', it.until)
  return { where: where.join(' and '), values }
}

interface SumRow {
  ledger_account: LedgerAccount
  currency: string
  debits: bigint
  credits: bigint
  /** Debits less credits of what is promised and neither posted nor voided. */
  pending: bigint
}

/** The sums of each ledger account and currency over these days. */
export function findSums(ctx: Whose, filters: LedgerFilters): Promise<SumRow[]> {
  const { where, values } = daysWhere(ctx, filters)
  return ctx.db.query<SumRow>(
    `select ledger_account, currency, sum(debits)::bigint as debits,
       sum(credits)::bigint as credits, sum(pending)::bigint as pending
     from ledger_days where ${where} group by 1, 2`,
    values,
  )
}

const start = (day: string) => `${day}::date::timestamp at time zone 'UTC'`
const end = (day: string) => `(${day}::date + 1)::timestamp at time zone 'UTC'`

export interface TransferFilters extends LedgerFilters, PageInput {
  /** Only those of these instructions. */
  instructions?: readonly string[] | undefined
}

/**
 * A page of the transfers, the newest first unless asked otherwise. Unless instructions are named,
 * count and place of the page are read from the sums of days: neither slows as the ledger grows.
 */
export function listTransfers(ctx: Reader, input: TransferFilters): Promise<Page<TransferRow>> {
  if (!input.instructions) return pageOfDays(ctx, input)
  const filters: Filter[] = [{ sql: 'instruction = any(?)', value: input.instructions }]
  const add = (sql: string, value: Value | undefined) => {
    if (value !== undefined) filters.push({ sql, value })
  }
  add('? in (debit, credit)', input.ledger_account)
  add('currency = ?', input.currency)
  add(`created >= ${start('?')}`, input.from)
  add(`created < ${end('?')}`, input.until)
  return pageOf(ctx, { table: 'transfers', by: 'created', filters }, input)
}

interface Place {
  count: bigint
  /** The days that the page is made of, and how many lines stand before them. */
  first: string | null
  last: string | null
  before: bigint
}

async function findPlace(ctx: Reader, input: TransferFilters, page: Required<PageInput>) {
  const { where, values } = daysWhere(ctx, input)
  const [from, until] = [values.push(page.start), values.push(page.start + page.limit)]
  // Each transfer is a line of two accounts.
  const number = input.ledger_account ? 'sum(transfers)' : 'sum(transfers) / 2'
  const on = `filter (where before < $${until}::bigint and before + number > $${from}::bigint)`
  const [place] = await ctx.db.query<Place>(
    `with days as (select day, ${number} as number from ledger_days where ${where} group by day),
     placed as (select day, number,
       sum(number) over (order by day ${page.order}) - number as before from days)
     select coalesce(sum(number), 0)::bigint as count, min(day) ${on} as first,
       max(day) ${on} as last, coalesce(min(before) ${on}, 0)::bigint as before
     from placed`,
    values,
  )
  return place
}

async function pageOfDays(ctx: Reader, input: TransferFilters): Promise<Page<TransferRow>> {
  const { start: first = 0, limit = limits.page_default, order = 'desc' } = input
  const place = await findPlace(ctx, input, { start: first, limit, order })
  const count = Number(place?.count ?? 0n)
  if (!place?.first || !place.last) return { rows: [], start: first, limit, count, has_more: false }
  const values: Value[] = [ctx.account, ctx.live, place.first, place.last]
  const where = ['account = $1', 'live = $2', `created >= ${start('$3')}`, `created < ${end('$4')}`]
  if (input.ledger_account) where.push(`$${values.push(input.ledger_account)} in (debit, credit)`)
  if (input.currency) where.push(`currency = $${values.push(input.currency)}`)
  const rows = await ctx.db.query<TransferRow>(
    `select * from transfers where ${where.join(' and ')} order by created ${order}, id ${order}
     limit $${values.push(limit)} offset $${values.push(first - Number(place.before))}`,
    values,
  )
  return { rows, start: first, limit, count, has_more: first + rows.length < count }
}

/** What was posted on one ledger account, in order: so many, after the one that was read last. */
export const findPosted = (
  ctx: Whose,
  of: LedgerFilters & { ledger_account: LedgerAccount },
  after: { created: Date; id: string } | undefined,
  limit: number,
): Promise<TransferRow[]> =>
  ctx.db.query<TransferRow>(
    `select * from transfers
     where account = $1 and live = $2 and phase = 'posted' and $3 in (debit, credit)
       and ($4::text is null or currency = $4)
       and created >= ${start('$5')} and created < ${end('$6')}
       and (created, id) > ($7::timestamptz, $8)
     order by created, id limit $9`,
    [
      ctx.account,
      ctx.live,
      of.ledger_account,
      of.currency ?? null,
      of.from ?? '0001-01-01',
      of.until ?? '9999-12-30',
      after?.created.toISOString() ?? '-infinity',
      after?.id ?? '',
      limit,
    ],
  )
