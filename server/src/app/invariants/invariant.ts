import type { Value } from '../../platform/db.ts'

/**
 * A sentence that must be true of every database, and the statement that finds the rows for which
 * it is not: each with its account, mode and id. Its own values begin at `$2`.
 */
export interface Invariant {
  says: string
  sql: string
  values?: readonly Value[]
}

/** Rows of one account and mode. */
export const same = (a: string, b: string): string =>
  `${a}.account = ${b}.account and ${a}.live = ${b}.live`
