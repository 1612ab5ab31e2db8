import type { Db } from './db.ts'

/** Rows that are kept for a time only. */
export interface OldRows {
  table: string
  /** The column of the instant from which their time runs; null there: it has not begun. */
  at: string
  /**
   * The column after account and mode in their key, along which `at` grows: they are deleted from
   * the beginning, to the first that stays. Absent: an index of `at` finds them.
   */
  along?: 'id' | 'seq' | 'delivery'
  /** The scope of claims whose value is the id of a row, which end with it. */
  claims?: string
}

/** Whose rows. */
export interface Owner {
  account: string
  live: boolean
}

/** Accounts and modes whose first row is older than the instant. */
export const findOwnersOfOld = (
  db: Db,
  { table, at, along }: OldRows & { along: string },
  before: Date,
): Promise<Owner[]> =>
  db.query<Owner>(
    `select a.id as account, m.live from accounts a cross join (values (false), (true)) m (live)
     cross join lateral (select ${at} as at from ${table} t
       where t.account = a.id and t.live = m.live order by ${along} limit 1) oldest
     where oldest.at < $1 order by 1, 2`,
    [before],
  )

/** Deletes a batch of rows that are older than the instant, and says how many. */
export async function deleteOld(
  db: Db,
  { table, at, claims }: OldRows,
  before: Date,
  batch: number,
): Promise<number> {
  const freed = `, freed as (delete from claims c using gone g where c.account = g.account
    and c.live = g.live and c.scope = '${claims}' and c.value = g.id)`
  const [row] = await db.query<{ number: number }>(
    `with gone as (delete from ${table} where ctid = any(array(
       select ctid from ${table} where ${at} < $1 order by ${at} limit $2))
       returning account, live, id)${claims ? freed : ''}
     select count(*)::int as number from gone`,
    [before, batch],
  )
  return row?.number ?? 0
}

const whose = 'account = $1 and live = $2'

const oldestOf = ({ table, at, along }: OldRows): string =>
  `oldest as materialized (
     select ${along} as place, ${at} as at from ${table} where ${whose} order by ${along} limit $4),
   young as (select min(place) as place from oldest where at >= $3 or at is null),
   gone as (delete from ${table} t using young where ${whose}
     and t.${along} <= (select max(place) from oldest)
     and (young.place is null or t.${along} < young.place) returning t.${along} as place)`

/** Where the events that are kept begin: one that is missing after it is still a gap. */
const mark = `, marked as (insert into deleted_events as d
  select $1, $2, max(place), $3::timestamptz from gone having count(*) > 0
  on conflict (account, live) do update set
    last = greatest(d.last, excluded.last), before = greatest(d.before, excluded.before))`

/** The same from the beginning of the rows of one account and mode. */
export async function deleteOldest(
  db: Db,
  of: OldRows & { along: string },
  { account, live }: Owner,
  before: Date,
  batch: number,
): Promise<number> {
  const [row] = await db.query<{ number: number }>(
    `with ${oldestOf(of)} ${of.table === 'events' ? mark : ''}
     select count(*)::int as number from gone`,
    [account, live, before, batch],
  )
  return row?.number ?? 0
}
