import type { Origins } from './origins.ts'

/**
 * What one decision wants to make true at once. A Change is data: `commit.ts` makes it true as a
 * whole or not at all, in one transaction with the Changes of other requests.
 */
export interface Change {
  account: string
  live: boolean
  /** Rows that the decision relied on and leaves as they are, with the version that it saw. */
  expect?: readonly Expectation[]
  /** Values that must be nobody else's. */
  claim?: readonly Claim[]
  /** Claims that end with this change. */
  release?: readonly Claim[]
  insert?: readonly Insertion[]
  /** Next versions of rows. The row as it was must still be the one that the decision saw. */
  move?: readonly Move[]
  /** What is told. Numbered without gaps, per account and mode, at the commit. */
  events?: readonly EventDraft[]
}

/** A part of a Change, before it is known on whose behalf. */
export type Part = Omit<Change, 'account' | 'live'>

/** One Change of several parts, in their order. */
export const joined = (...parts: readonly Part[]): Part => ({
  expect: parts.flatMap((it) => it.expect ?? []),
  claim: parts.flatMap((it) => it.claim ?? []),
  release: parts.flatMap((it) => it.release ?? []),
  insert: parts.flatMap((it) => it.insert ?? []),
  move: parts.flatMap((it) => it.move ?? []),
  events: parts.flatMap((it) => it.events ?? []),
})

/** What an event says; its place in the series is given by the commit. */
export interface EventDraft {
  id: string
  type: string
  object: string
  object_id: string
  version: number
  cause: string
  created: Date
  /** The row as this change leaves it; null where nothing more is told of it than its id. */
  row: object | null
  /** What addresses begin with in what is told. */
  origins: Origins | null
}

/** Event → the object as it is told, in JSON. One that is not there tells no more than its id. */
export type Told = ReadonlyMap<EventDraft, string>

export interface Claim {
  scope: string
  value: string
  owner: string
}

/** What a row moves on one account of the ledger. */
export interface Movement {
  ledger_account: string
  currency: string
  at: Date
  debits: bigint
  credits: bigint
  /** What is promised by it, less what is promised no more: debits less credits. */
  pending: bigint
}

/**
 * A table as the commit sees it. `tally`: its rows are counted under this column's day while not
 * deleted. `movements`: what a new row adds to the sums of the ledger's days.
 */
export interface Table<Row extends object> {
  name: string
  columns: readonly (keyof Row & string)[]
  tally?: (keyof Row & string) | undefined
  movements?: ((row: Row) => readonly Movement[]) | undefined
}

/**
 * States a table: every column of its row type must be named (the compiler tells when one is
 * missing).
 */
export const table = <Row extends object>(
  name: string,
  columns: Record<keyof Row & string, true>,
  tally?: keyof Row & string,
): Table<Row> => ({ name, columns: Object.keys(columns) as (keyof Row & string)[], tally })

type Cells = Readonly<Record<string, unknown>>
interface AnyTable {
  name: string
  columns: readonly string[]
  tally?: string | undefined
  movements?: ((row: never) => readonly Movement[]) | undefined
}

export interface Insertion {
  table: AnyTable
  row: Cells
}
export interface Expectation {
  table: AnyTable
  id: string
  version: number
}
export interface Move {
  table: AnyTable
  id: string
  /** The version that the decision saw; the row carries the next one. */
  version: number
  row: Cells
  /** −1 when the row leaves its list, 0 otherwise. */
  tally: 0 | -1
}

interface Versioned {
  id: string
  version: number
}

export const insertion = <Row extends object>(into: Table<Row>, row: Row): Insertion => ({
  table: into,
  row: row as Cells,
})

export const expectation = <Row extends Versioned>(of: Table<Row>, row: Row): Expectation => ({
  table: of,
  id: row.id,
  version: row.version,
})

/** The next version of a row: `after` is `before` with changes; its version is counted up here. */
export function move<Row extends Versioned>(of: Table<Row>, before: Row, after: Row): Move {
  const was = before as Cells
  const row = { ...after, version: before.version + 1 } as unknown as Cells
  const tally = of.tally && was.deleted === false && row.deleted === true ? -1 : 0
  return { table: of, id: before.id, version: before.version, row, tally }
}
