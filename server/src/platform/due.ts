import type { Db } from './db.ts'

/** A row that something happens to by itself at an instant, in whole milliseconds. */
export interface DueRow {
  account: string
  live: boolean
  id: string
  due_at: Date | null
}

/** Whose due rows: those of one test account, or of all but the test accounts with other clocks. */
export type DueOf = { account: string } | { but: readonly string[] }

/** A row that is due, and of which table: its place in the list that was asked about. */
export interface DueKey {
  table: number
  account: string
  live: boolean
  id: string
  due_at: Date
}

interface DuePage {
  by: Date
  /** Only what stands after it in the order. */
  after?: DueKey | undefined
  limit: number
  skip: number
}

const columns = 'account, live, id, due_at'

/**
 * What is due by an instant in several tables, the earliest first; at one instant in the order of
 * the tables, then of the ids. A page begins after the last row of another one, so that it costs
 * the same however much was done before.
 */
export function findDue(
  db: Db,
  tables: readonly string[],
  of: DueOf,
  { by, after, limit, skip }: DuePage,
): Promise<DueKey[]> {
  const whose =
    'account' in of ? 'account = $4 and not live' : '(live or account <> all($4::text[]))'
  const each = tables.map(
    (name, n) => `(select ${n} as "table", ${columns} from ${name}
      where ${whose} and due_at <= $1
        and (due_at, id) > (($2::timestamptz[])[${n + 1}], ($3::text[])[${n + 1}])
      order by due_at, id limit ${limit + skip})`,
  )
  const { due_at = new Date(0), table = -1, id = '' } = after ?? {}
  // In tables before its own nothing of the same instant is left.
  const from = tables.map((_, n) => (n < table ? new Date(due_at.getTime() + 1) : due_at))
  const ids = tables.map((_, n) => (n === table ? id : ''))
  return db.query<DueKey>(
    `select * from (${each.join(' union all ')}) due
     order by due_at, "table", id limit ${limit} offset ${skip}`,
    [by, from, ids, 'account' in of ? of.account : of.but],
  )
}

/** The rows of a table as they are, those that are still due by the instant. */
export const findDueRows = <Row extends DueRow>(
  db: Db,
  table: string,
  keys: readonly DueKey[],
  by: Date,
): Promise<Row[]> =>
  db.query<Row>(
    `select t.* from unnest($1::text[], $2::boolean[], $3::text[]) as k (account, live, id)
     join ${table} t on t.account = k.account and t.live = k.live and t.id = k.id
     where t.due_at <= $4`,
    [keys.map((it) => it.account), keys.map((it) => it.live), keys.map((it) => it.id), by],
  )

/** Account → when something of its test mode falls due first; without it, nothing ever does. */
export async function firstDue(
  db: Db,
  tables: readonly string[],
  accounts: readonly string[],
): Promise<Map<string, Date>> {
  if (!accounts.length) return new Map()
  const each = tables.map(
    (it) => `(select min(due_at) from ${it} t where t.account = a.account and not t.live)`,
  )
  const rows = await db.query<{ account: string; due_at: Date | null }>(
    `select a.account, least(${each.join(', ')}) as due_at from unnest($1::text[]) as a (account)`,
    [accounts],
  )
  return new Map(rows.flatMap(({ account, due_at }) => (due_at ? [[account, due_at]] : [])))
}
