import type { Db, Value } from '../src/platform/db.ts'

export interface WatchedDb extends Db {
  /** The statements that were asked, in their order. */
  readonly asked: { text: string; values: readonly Value[] }[]
  /**
   * What happens to the next ones instead, one each: given the statement as it would have been run.
   */
  readonly accidents: ((run: () => Promise<never[]>) => Promise<never[]>)[]
}

/** A database as it is, with a watch on what it is asked, and accidents where a test wants them. */
export function watched(db: Db): WatchedDb {
  const asked: WatchedDb['asked'] = []
  const accidents: WatchedDb['accidents'] = []
  return {
    engine: db.engine,
    asked,
    accidents,
    query<Row>(text: string, values: readonly Value[] = []): Promise<Row[]> {
      asked.push({ text, values: [...values] })
      const run = () => db.query<never>(text, values)
      return (accidents.shift() ?? ((it) => it()))(run)
    },
    transaction: (work) => db.transaction(work),
    close: () => db.close(),
  }
}

/** An accident: the database says no with this code, and the statement is not run. */
export const refusedWith = (db: Db, code: string) => (): Promise<never[]> =>
  db.query(`do $$ begin raise exception 'an accident' using errcode = '${code}'; end $$`)
