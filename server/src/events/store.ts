import { limits } from '../kernel/limits.ts'
import { table } from '../platform/change.ts'
import type { Context, Reader } from '../platform/context.ts'
import type { Db, Value } from '../platform/db.ts'
import type { Page, PageInput } from '../platform/page-of.ts'

/** What was told, with its place in the series of its account and mode, which has no gaps. */
export interface EventRow {
  account: string
  live: boolean
  seq: bigint
  id: string
  type: string
  object: string
  object_id: string
  /** Of the object, as the change left it. */
  version: number
  /** The request or the piece of due work that did it. */
  cause: string
  created: Date
  /** The object as version 2 showed it then, in JSON; null where only its id is told. */
  data: string | null
}

/** The number of the last event; 0 before the first. */
export async function findLastSeq({ db, account, live }: Reader): Promise<bigint> {
  const [row] = await db.query<{ last: bigint }>(
    'select coalesce(max(seq), 0) as last from events where account = $1 and live = $2',
    [account, live],
  )
  return row?.last ?? 0n
}

/** Causes of due work, whichever process did it. */
const dueWork = 'job\\_%'

/** An event as the move of a clock tells it. */
export type CausedEvent = Pick<EventRow, 'id' | 'seq' | 'type' | 'object' | 'object_id' | 'created'>

/**
 * The first events after a number that this call or due work has caused, and how many they are in
 * all.
 */
export async function findCaused(
  { db, account, live, request_id }: Context,
  after: bigint,
  limit: number,
): Promise<{ events: CausedEvent[]; count: number }> {
  const values = [account, live, after, request_id, dueWork]
  const caused = `from events where account = $1 and live = $2 and seq > $3
    and (cause = $4 or cause like $5)`
  const [[counted], events] = await Promise.all([
    db.query<{ number: number }>(`select count(*)::int as number ${caused}`, values),
    db.query<CausedEvent>(
      `select id, seq, type, object, object_id, created ${caused} order by seq limit $6`,
      [...values, limit],
    ),
  ])
  return { events, count: counted?.number ?? 0 }
}

export async function findEvent(
  { db, account, live }: Reader,
  id: string,
): Promise<EventRow | undefined> {
  const [row] = await db.query<EventRow>(
    'select * from events where account = $1 and live = $2 and id = $3',
    [account, live, id],
  )
  return row
}

/** Which events: all that hold at once. */
export interface EventFilters {
  types?: readonly string[] | undefined
  object_id?: string | undefined
  /** Numbers after this one, and up to that one. */
  after?: bigint | undefined
  until?: bigint | undefined
  /** At or after this instant, and before that one. */
  created_from?: Date | undefined
  created_until?: Date | undefined
}

interface Conditions {
  values: Value[]
  /** All but the types. */
  where: string
  types: readonly string[] | undefined
}

function conditionsOf({ account, live }: Reader, it: EventFilters): Conditions {
  const values: Value[] = [account, live]
  const where = ['e.account = $1', 'e.live = $2']
  const add = (sql: string, value: Value | undefined) => {
    if (value !== undefined) where.push(`${sql} $${values.push(value)}`)
  }
  add('e.object_id =', it.object_id)
  add('e.seq >', it.after)
  add('e.seq <=', it.until)
  add('e.created >=', it.created_from)
  add('e.created <', it.created_until)
  return { values, where: where.join(' and '), types: it.types }
}

interface Slice {
  order: 'asc' | 'desc'
  limit: number
  skip?: number
}

/**
 * Some of the events that match, by their numbers. Of several types the first of each are found
 * first: no more is read than is asked for, however many there are of others.
 */
function sliceOf(
  reader: Reader,
  filters: EventFilters,
  { order, limit, skip = 0 }: Slice,
): Promise<EventRow[]> {
  const { values, where, types } = conditionsOf(reader, filters)
  const end = `order by e.seq ${order} limit $${values.push(limit)} offset $${values.push(skip)}`
  if (!types) return reader.db.query(`select e.* from events e where ${where} ${end}`, values)
  const type = `$${values.push([...types])}::text[]`
  if (filters.object_id !== undefined) {
    const text = `select e.* from events e where ${where} and e.type = any(${type}) ${end}`
    return reader.db.query(text, values)
  }
  return reader.db.query(
    `select e.* from unnest(${type}) as t (type) cross join lateral (
       select e.* from events e where ${where} and e.type = t.type
       order by e.seq ${order} limit $${values.push(limit + skip)}) e
     ${end}`,
    values,
  )
}

/** How many match, up to a bound: beyond it a count costs more than it tells. */
async function countOf(reader: Reader, filters: EventFilters): Promise<number> {
  const { values, where, types } = conditionsOf(reader, filters)
  const typed = types ? ` and e.type = any($${values.push([...types])}::text[])` : ''
  const [row] = await reader.db.query<{ number: number }>(
    `select count(*)::int as number from (
       select from events e where ${where}${typed} limit $${values.push(limits.events_counted)}) e`,
    values,
  )
  return row?.number ?? 0
}

/** The numbers of the first event that is kept and of the last; 1 and 0 when there is none. */
async function findEnds({ db, account, live }: Reader): Promise<{ first: bigint; last: bigint }> {
  const [row] = await db.query<{ first: bigint; last: bigint }>(
    `select coalesce(min(seq), 1) as first, coalesce(max(seq), 0) as last from events
     where account = $1 and live = $2`,
    [account, live],
  )
  return row ?? { first: 1n, last: 0n }
}

/**
 * A page of the events, the newest first. All of them are counted by their numbers, and a page
 * begins at its own: neither slows with their number. Those that a filter lets through are counted
 * up to `limits.events_counted`.
 */
export async function listEvents(
  reader: Reader,
  filters: EventFilters,
  { start = 0, limit = limits.page_default }: PageInput,
): Promise<Page<EventRow>> {
  const order = 'desc'
  if (Object.values(filters).every((it) => it === undefined)) {
    const { first, last } = await findEnds(reader)
    const slice = { after: last - BigInt(start + limit), until: last - BigInt(start) }
    const rows = slice.until > 0n ? await sliceOf(reader, slice, { order, limit }) : []
    const count = Number(last - first + 1n)
    return { rows, start, limit, count, has_more: start + rows.length < count }
  }
  const count = await countOf(reader, filters)
  // No further than the last that matches: a search for one more would go on to the first event.
  const few = Math.min(limit, count - start)
  const rows = few > 0 ? await sliceOf(reader, filters, { order, limit: few, skip: start }) : []
  const more = count === limits.events_counted || start + rows.length < count
  return { rows, start, limit, count, has_more: rows.length > 0 && more }
}

/** The first events that match, by their numbers, and whether there are more. */
export async function findEvents(
  reader: Reader,
  filters: EventFilters,
  limit: number,
): Promise<{ rows: EventRow[]; has_more: boolean }> {
  const rows = await sliceOf(reader, filters, { order: 'asc', limit: limit + 1 })
  return { rows: rows.slice(0, limit), has_more: rows.length > limit }
}

/** An event that is told once more to those who listen. */
export interface EventReplay {
  account: string
  live: boolean
  seq: bigint
  event_seq: bigint
  created: Date
}

export const eventReplays = table<EventReplay>('event_replays', {
  account: true,
  live: true,
  seq: true,
  event_seq: true,
  created: true,
})

/** The number of the last replayed event; 0 before the first. */
export async function findLastReplay({ db, account, live }: Reader): Promise<bigint> {
  const [row] = await db.query<{ last: bigint }>(
    'select coalesce(max(seq), 0) as last from event_replays where account = $1 and live = $2',
    [account, live],
  )
  return row?.last ?? 0n
}

/** How far somebody has heard: the numbers of the last event and of the last replayed one. */
export interface Position {
  seq: bigint
  replay: bigint
}

/** An event to be told; `replay`: its number among the replayed ones, null the first time. */
export type HeardEvent = EventRow & { replay: bigint | null }

/**
 * What comes after a position: new events by their numbers, then replayed ones by theirs. Numbers
 * are given at the commit, one account after the other's: none is ever seen before a lower one.
 */
export const findNext = (
  { db, account, live }: Reader,
  { seq, replay }: Position,
  limit: number,
): Promise<HeardEvent[]> =>
  db.query<HeardEvent>(
    `(select e.*, null::bigint as replay from events e
      where e.account = $1 and e.live = $2 and e.seq > $3 order by e.seq limit $5)
     union all
     (select e.*, r.seq as replay from event_replays r
      join events e on e.account = r.account and e.live = r.live and e.seq = r.event_seq
      where r.account = $1 and r.live = $2 and r.seq > $4 order by r.seq limit $5)`,
    [account, live, seq, replay, limit],
  )

/** What of an event is sent to webhooks. */
export type ToldEvent = Omit<EventRow, 'version' | 'cause'>

/** The events at these places in their series, of any accounts. */
export const findEventsAt = (
  db: Db,
  places: readonly { account: string; live: boolean; seq: bigint }[],
): Promise<ToldEvent[]> =>
  db.query<ToldEvent>(
    `select e.account, e.live, e.id, e.seq, e.type, e.object, e.object_id, e.created, e.data
     from (select distinct * from unnest($1::text[], $2::boolean[], $3::bigint[])) as
       k (account, live, seq)
     join events e on e.account = k.account and e.live = k.live and e.seq = k.seq`,
    [places.map((it) => it.account), places.map((it) => it.live), places.map((it) => it.seq)],
  )
