import { dayOf } from '../kernel/time.ts'
import type { Change, Claim, Movement, Told } from './change.ts'
import type { Value } from './db.ts'
import { cell, rowSet } from './row-set.ts'

/** One statement that makes several Changes true, or none of them. */
export interface Statement {
  text: string
  values: Value[]
}

type Row = Record<string, unknown>
type Places = ReadonlyMap<object, number>

/** Rows by table name. */
type Rows = Map<string, { columns: readonly string[]; rows: Row[] }>

/** What a gathering moves on one account of the ledger and one day. */
interface LedgerDay extends Omit<Movement, 'at'> {
  account: string
  live: boolean
  day: string
  transfers: number
}

interface Contents {
  expected: Rows
  inserted: Rows
  moved: Rows
  /** Of each moved row: its Change's place in the gathering. */
  places: Map<object, number>
  claims: Record<string, unknown>[]
  released: Record<string, unknown>[]
  events: Record<string, unknown>[]
  series: Map<string, { account: string; live: boolean; name: string; last: number }>
  tallies: Map<
    string,
    { account: string; live: boolean; object: string; day: string; number: number }
  >
  ledger: Map<string, LedgerDay>
}

function put(into: Rows, table: { name: string; columns: readonly string[] }, row: object): void {
  let entry = into.get(table.name)
  if (!entry) {
    entry = { columns: table.columns, rows: [] }
    into.set(table.name, entry)
  }
  entry.rows.push(row as Row)
}

function tally(contents: Contents, change: Change, object: string, at: unknown, by: number): void {
  const day = dayOf(at as Date)
  const key = `${change.account} ${change.live} ${object} ${day}`
  const entry = contents.tallies.get(key)
  if (entry) entry.number += by
  else {
    const { account, live } = change
    contents.tallies.set(key, { account, live, object, day, number: by })
  }
}

function sum(contents: Contents, { account, live }: Change, it: Movement): void {
  const day = dayOf(it.at)
  const key = `${account} ${live} ${it.ledger_account} ${it.currency} ${day}`
  const entry = contents.ledger.get(key)
  if (!entry) {
    const { at: _, ...first } = it
    contents.ledger.set(key, { account, live, day, ...first, transfers: 1 })
  } else {
    entry.debits += it.debits
    entry.credits += it.credits
    entry.pending += it.pending
    entry.transfers += 1
  }
}

function takeEvents(contents: Contents, change: Change, told: Told): void {
  const { account, live } = change
  for (const event of change.events ?? []) {
    const key = `${account} ${live}`
    const series = contents.series.get(key) ?? { account, live, name: 'events', last: 0 }
    series.last += 1
    contents.series.set(key, series)
    contents.events.push({ account, live, seq: series.last, ...event, data: told.get(event) })
  }
}

/**
 * Sorts what the Changes want by table. `n` is the place of a Change in the gathering: a refusal
 * names it.
 */
function collect(changes: readonly Change[], told: Told): Contents {
  const contents: Contents = {
    expected: new Map(),
    inserted: new Map(),
    moved: new Map(),
    places: new Map(),
    claims: [],
    released: [],
    events: [],
    series: new Map(),
    tallies: new Map(),
    ledger: new Map(),
  }
  changes.forEach((change, n) => {
    const { account, live } = change
    for (const { table, id, version } of change.expect ?? []) {
      put(contents.expected, table, { n, account, live, id, version })
    }
    for (const { table, row } of change.insert ?? []) {
      put(contents.inserted, table, row)
      if (table.tally && row.deleted !== true) {
        tally(contents, change, table.name, row[table.tally], 1)
      }
      for (const it of table.movements?.(row as never) ?? []) sum(contents, change, it)
    }
    for (const { table, row, tally: by } of change.move ?? []) {
      put(contents.moved, table, row)
      contents.places.set(row, n)
      if (table.tally && by) tally(contents, change, table.name, row[table.tally], by)
    }
    for (const claim of change.claim ?? []) contents.claims.push({ n, account, live, ...claim })
    for (const claim of change.release ?? []) contents.released.push({ account, live, ...claim })
    takeEvents(contents, change, told)
  })
  // An event's number is the new end of its series less how many of the gathering come after it.
  for (const event of contents.events) {
    const series = contents.series.get(`${event.account} ${event.live}`)
    event.seq = (event.seq as number) - (series?.last ?? 0)
  }
  return contents
}

const eventColumns = [
  ...['account', 'live', 'seq', 'id', 'type', 'object', 'object_id', 'version', 'cause'],
  ...['created', 'data'],
]

const sorted = (rows: Rows) => [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
const same = (a: string, b: string) =>
  `${a}.account = ${b}.account and ${a}.live = ${b}.live and ${a}.id = ${b}.id`

/**
 * A delivery for each endpoint that asks for an event: in the transaction that tells it, so that it
 * is due when the event is there, and for every endpoint that was there before. An endpoint does
 * not hear of itself, and nobody of what was imported. The id is of the time of the event's. They
 * are looked up by event: a plan from when there were few would go on reading all of them.
 */
const fanOut = `told as (insert into deliveries
    (account, live, id, version, created, endpoint, event, seq, type, object_id, status, attempts,
     due_at, taken)
  select p.account, p.live,
    'dlvr_' || substr(p.id, 5, 9) || substr(md5(p.id || w.id), 1, 15), 1,
    date_trunc('second', now()), w.id, p.id, p.seq, p.type, p.object_id, 'pending', 0,
    date_trunc('milliseconds', now()), false
  from put_events p cross join lateral (
    select w.id, w.patterns from webhook_endpoints w
    where w.account = p.account and w.live = p.live and w.enabled and not w.deleted offset 0) w
  where p.type like any (w.patterns) and p.type not like '%.imported' and w.id <> p.object_id
  returning 1)`

/**
 * Writes the statement: its text depends only on which tables are touched, so that it is prepared
 * once for each shape.
 */
class Writer {
  readonly parts: string[] = []
  readonly missing: string[] = []
  readonly values: Value[] = []

  param(rows: unknown): string {
    return `$${this.values.push(JSON.stringify(rows))}::jsonb`
  }

  /** Rows as PostgreSQL reads them into a table's. */
  rows(name: string, columns: readonly string[], rows: readonly Row[]): string {
    const p = this.param(rowSet(columns, rows))
    return `jsonb_populate_recordset(
      jsonb_populate_record(null::${name}, ${p} -> 'all'), ${p} -> 'each')`
  }

  /** Holds the rows in id order, as they are, and names the Changes that saw another version. */
  expect(name: string, rows: Record<string, unknown>[]): void {
    const p = this.param(rows)
    const from = `jsonb_to_recordset(${p})
      as x(n int, account text, live boolean, id text, version int)`
    this.parts.push(`seen_${name} as materialized (select x.n, t.id from ${name} t join ${from}
      on ${same('t', 'x')} and t.version = x.version order by t.id for share of t)`)
    this.missing.push(`select x.n from ${from}
      where not exists (select from seen_${name} s where s.n = x.n and s.id = x.id)`)
  }

  /**
   * Puts the next versions in the place of the rows, in id order, and names the Changes that saw
   * another version. By the primary key and not by a join: a plan that was made while the table was
   * small would go on reading all of it. Each row is there before; one that was not would be new,
   * which its xmax of 0 tells. The whole key of an account is its id.
   */
  move(name: string, columns: readonly string[], rows: Row[], places: Places): void {
    const list = columns.join(', ')
    const key = ['account', 'live', 'id'].filter((it) => columns.includes(it))
    const set = columns
      .filter((it) => !key.includes(it))
      .map((it) => `${it} = excluded.${it}`)
      .join(', ')
    this.parts.push(`moved_${name} as (insert into ${name} as t (${list})
      select ${list} from ${this.rows(name, columns, rows)}
      order by ${key.join(', ')}
      on conflict (${key.join(', ')}) do update set ${set} where t.version = excluded.version - 1
      returning ${key.map((it) => `t.${it}`).join(', ')}, t.xmax <> 0 as was_there)`)
    const keys = this.param(
      rows.map((row) => ({ n: places.get(row), account: row.account, live: row.live, id: row.id })),
    )
    const found = key.map((it) => `m.${it} = x.${it}`).join(' and ')
    this.missing.push(`select x.n
      from jsonb_to_recordset(${keys}) as x(n int, account text, live boolean, id text)
      where not exists (select from moved_${name} m where ${found} and m.was_there)`)
  }

  claims(rows: Record<string, unknown>[]): void {
    const p = this.param(rows)
    const from = `jsonb_to_recordset(${p})
      as x(n int, account text, live boolean, scope text, value text, owner text)`
    this.parts.push(`claimed as (insert into claims
      select x.account, x.live, x.scope, x.value, x.owner from ${from} order by 1, 2, 3, 4
      on conflict do nothing returning account, live, scope, value)`)
    this.missing.push(`select x.n from ${from} where not exists (select from claimed c
      where c.account = x.account and c.live = x.live and c.scope = x.scope and c.value = x.value)`)
  }

  verdict(): void {
    if (!this.missing.length) return
    this.parts.push(`missing as materialized (${this.missing.join('\n union all ')})`)
    this.parts.push(`verdict as materialized (select case when exists (select from missing)
      then refuse_gathering((select jsonb_agg(distinct n)::text from missing)) end as fine)`)
  }

  insert(name: string, columns: readonly string[], rows: Row[]): void {
    const list = columns.join(', ')
    this.parts.push(`put_${name} as (insert into ${name} (${list})
      select ${list} from ${this.rows(name, columns, rows)})`)
  }

  release(rows: Record<string, unknown>[]): void {
    this.parts.push(`released as (delete from claims c
      using jsonb_populate_recordset(null::claims, ${this.param(rows)}) r
      where c.account = r.account and c.live = r.live and c.scope = r.scope
        and c.value = r.value and c.owner = r.owner)`)
  }

  tallies(rows: unknown[]): void {
    this.parts.push(`tallied as (insert into tallies as t
      select * from jsonb_populate_recordset(null::tallies, ${this.param(rows)})
      order by account, live, object, day
      on conflict (account, live, object, day) do update set number = t.number + excluded.number)`)
  }

  /** In one order, so that no two processes wait for each other's days. */
  ledger(days: readonly LedgerDay[]): void {
    const rows = days.map(({ debits, credits, pending, ...it }) => ({
      ...it,
      debits: cell(debits),
      credits: cell(credits),
      pending: cell(pending),
    }))
    this.parts.push(`summed as (insert into ledger_days as d
      select * from jsonb_populate_recordset(null::ledger_days, ${this.param(rows)})
      order by account, live, ledger_account, currency, day
      on conflict (account, live, ledger_account, currency, day) do update set
        debits = d.debits + excluded.debits, credits = d.credits + excluded.credits,
        pending = d.pending + excluded.pending, transfers = d.transfers + excluded.transfers)`)
  }

  events(rows: Row[], series: unknown[]): void {
    this.parts.push(`counted as (insert into series as s
      select * from jsonb_populate_recordset(null::series, ${this.param(series)})
      order by account, live, name
      on conflict (account, live, name) do update set last = s.last + excluded.last
      returning account, live, last)`)
    this.parts.push(`put_events as (insert into events (${eventColumns.join(', ')})
      select e.account, e.live, c.last + e.seq, e.id, e.type, e.object, e.object_id, e.version,
        e.cause, e.created, e.data
      from ${this.rows('events', eventColumns, rows)} e
      join counted c on c.account = e.account and c.live = e.live
      returning account, live, seq, id, type, object_id)`)
    this.parts.push(fanOut)
  }
}

/**
 * The statement for these Changes. No two of them may touch the same row or claim. Fails as a whole
 * with SQLSTATE OB001 and a JSON list of places when some cannot be made: a version moved, or a
 * claim is somebody's. Its row says whether deliveries are `due` by it.
 */
export function statementFor(changes: readonly Change[], told: Told = new Map()): Statement {
  const contents = collect(changes, told)
  const writer = new Writer()
  for (const [name, { rows }] of sorted(contents.expected)) writer.expect(name, rows)
  for (const [name, { columns, rows }] of sorted(contents.moved)) {
    writer.move(name, columns, rows, contents.places)
  }
  if (contents.claims.length) writer.claims(contents.claims)
  writer.verdict()
  for (const [name, { columns, rows }] of sorted(contents.inserted)) {
    writer.insert(name, columns, rows)
  }
  if (contents.released.length) writer.release(contents.released)
  if (contents.tallies.size) writer.tallies([...contents.tallies.values()])
  if (contents.ledger.size) writer.ledger([...contents.ledger.values()])
  if (contents.events.length) writer.events(contents.events, [...contents.series.values()])
  const due = contents.events.length ? ', exists (select from told) as due' : ''
  const end = `select ${writer.missing.length ? 'fine' : 'true as fine'}${due}${
    writer.missing.length ? ' from verdict' : ''
  }`
  return { text: `with ${writer.parts.join(',\n')}\n${end}`, values: writer.values }
}

/** Claims that an import brings along: what somebody has already stays theirs. */
export const quietClaims = (
  account: string,
  live: boolean,
  claims: readonly Claim[],
): Statement => ({
  text: `insert into claims
    select c.* from jsonb_populate_recordset(null::claims, $1::jsonb) c on conflict do nothing`,
  values: [JSON.stringify(claims.map((it) => ({ account, live, ...it })))],
})

/** Which of these ids a table has already. */
export const idsTaken = (
  table: string,
  account: string,
  live: boolean,
  ids: readonly string[],
): Statement => ({
  text: `select id from ${table} where account = $1 and live = $2 and id = any($3)`,
  values: [account, live, ids],
})
