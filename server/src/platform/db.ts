/**
 * The one door to PostgreSQL, embedded or served. Reads and the maintenance of the store go through
 * here; every write of the business goes through `commit.ts`.
 *
 * Values: instants as Date, int8 as bigint, numeric as string, jsonb parsed. Parameters must be
 * strings, numbers, booleans, bigints, Dates, Buffers, arrays of these, or null; JSON goes in as
 * text that the caller made.
 */
export interface Db {
  readonly engine: 'postgres' | 'embedded'
  /**
   * One statement on its own. The text is a constant of the caller: it is prepared once and kept by
   * its text.
   */
  query<Row>(text: string, values?: readonly Value[]): Promise<Row[]>
  /**
   * Several statements, all or nothing, on one connection. For migrations, import and rotation;
   * never for a request.
   *
   * Inside the work use `tx` only: on the embedded engine everybody else, this `Db` included, waits
   * until the transaction is over, and one that says nothing for a minute while others wait is
   * rolled back. Single statements end after 30 s on a server, those of a transaction never; the
   * embedded engine has no time limit for a statement.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface Tx {
  query<Row>(text: string, values?: readonly Value[]): Promise<Row[]>
  /** A script of several statements without parameters. */
  script(text: string): Promise<void>
}

export type Scalar = string | number | boolean | bigint | Date | Buffer | null
export type Value = Scalar | readonly Scalar[]
