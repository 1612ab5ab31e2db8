import { limits } from '../kernel/limits.ts'
import type { Reader } from './context.ts'
import type { Value } from './db.ts'

/** Which rows of a list: the place of the first, how many, and the way they are sorted. */
export interface PageInput {
  start?: number
  limit?: number
  order?: 'asc' | 'desc'
}

export interface Page<Row> {
  rows: Row[]
  start: number
  limit: number
  /** All that match, not only this page. */
  count: number
  has_more: boolean
}

/** One condition of a list: SQL with `?` for its value. */
export interface Filter {
  sql: string
  value: Value
}

export interface ListQuery {
  table: string
  /** The column that sorts, before the id. */
  by: string
  /** Conditions without values that always hold: `not deleted`. */
  always?: readonly string[]
  filters: readonly Filter[]
  /** With it, objects created at or after; the tallies can count it. */
  created_from?: Date | undefined
}

const iso = (at: Date): string => at.toISOString().slice(0, 10)

/** Conditions that always hold for this caller and this list. */
const scopeOf = (query: ListQuery): string[] => [
  'account = $1',
  'live = $2',
  ...(query.always ?? []),
]

/**
 * One page of a table, sorted by a column and the id. Without filters but `created` the count is
 * read from the tallies of days, and a page far down starts at its day: neither slows as the table
 * grows.
 */
export async function pageOf<Row>(
  ctx: Reader,
  query: ListQuery,
  input: PageInput,
): Promise<Page<Row>> {
  const start = input.start ?? 0
  const limit = input.limit ?? limits.page_default
  const order = input.order ?? 'desc'
  const values: Value[] = [ctx.account, ctx.live]
  const where = scopeOf(query)
  for (const { sql, value } of query.filters) {
    values.push(value)
    where.push(sql.replace('?', `$${values.length}`))
  }
  if (query.created_from) {
    values.push(query.created_from)
    where.push(`${createdColumn(query)} >= $${values.length}`)
  }
  const tallied = query.filters.length === 0 && query.by === createdColumn(query)
  const place = tallied ? await findPlace(ctx, query, start, order) : undefined
  const count = place?.count ?? (await countRows(ctx, query, where, values))
  if (start >= count) return { rows: [], start, limit, count, has_more: false }
  if (place?.day) {
    values.push(place.day)
    const edge = `$${values.length}::date::timestamp at time zone 'UTC'`
    where.push(
      order === 'asc' ? `${query.by} >= ${edge}` : `${query.by} < ${edge} + interval '1 day'`,
    )
  }
  const offset = start - (place?.before ?? 0)
  const rows = await ctx.db.query<Row>(
    `select * from ${query.table} where ${where.join(' and ')}
     order by ${query.by} ${order}, id ${order}
     limit $${values.push(limit)} offset $${values.push(offset)}`,
    values,
  )
  return { rows, start, limit, count, has_more: start + rows.length < count }
}

const createdColumn = (query: ListQuery): string =>
  query.table === 'payment_intents' ? 'created_at' : 'created'

interface Place {
  count: number
  /** The first day that the page needs, and how many rows stand before that day. */
  day: string | null
  before: number
}

/**
 * What the tallies of days say of a list: how many it has, and where its page starts. Of the
 * filter's own day they count what it lets through. One row, however many days there are.
 */
async function findPlace(
  ctx: Reader,
  query: ListQuery,
  start: number,
  order: 'asc' | 'desc',
): Promise<Place> {
  const values: Value[] = [ctx.account, ctx.live, query.table, start]
  const { created_from: from } = query
  let [number, since] = ['number', 'true']
  if (from) {
    const first = iso(from)
    values.push(first, from, new Date(Date.parse(first) + 24 * 3600 * 1000))
    const column = createdColumn(query)
    const where = [...scopeOf(query), `${column} >= $6`, `${column} < $7`]
    const rest = `select count(*) from ${query.table} where ${where.join(' and ')}`
    number = `case when day > $5::date then number else (${rest}) end`
    since = 'day >= $5::date'
  }
  const reached = 'filter (where number > 0 and before <= $4::bigint)'
  const [row] = await ctx.db.query<{ count: bigint; day: string | null; before: bigint }>(
    `with counted as materialized (
       select day, ${number} as number from tallies
       where account = $1 and live = $2 and object = $3 and ${since}),
     placed as (
       select day, number, sum(number) over (order by day ${order}) - number as before from counted)
     select coalesce(sum(number), 0)::bigint as count,
       ${order === 'asc' ? 'max' : 'min'}(day) ${reached} as day,
       coalesce(max(before) ${reached}, 0)::bigint as before
     from placed`,
    values,
  )
  const { count = 0n, day = null, before = 0n } = row ?? {}
  return { count: Number(count), day, before: Number(before) }
}

async function countRows(
  ctx: Reader,
  query: ListQuery,
  where: readonly string[],
  values: readonly Value[],
): Promise<number> {
  const [row] = await ctx.db.query<{ number: bigint }>(
    `select count(*) as number from ${query.table} where ${where.join(' and ')}`,
    values,
  )
  return Number(row?.number ?? 0n)
}
