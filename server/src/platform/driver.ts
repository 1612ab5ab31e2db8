import { type ClientBase, types as defaults } from 'pg'
import { assert } from '../kernel/assert.ts'
import type { Tx, Value } from './db.ts'

/** Where the engines tell the operator what happens to them. A pino logger is one. */
export interface DbLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

const asText = (text: string) => text
const TEXT_ARRAY = 1009
const parseTextArray = defaults.getTypeParser(TEXT_ARRAY as number as typeof defaults.builtins.TEXT)

const parsers = new Map<number, (text: string) => unknown>([
  [20, BigInt],
  [1016, (text) => (parseTextArray(text) as (string | null)[]).map((n) => n && BigInt(n))],
  [1082, asText],
  [1182, parseTextArray],
  [1231, parseTextArray],
])

/**
 * How values come back: int8 as bigint, numeric and date as the text of the database (both would
 * lose something as a number or a Date), the rest as `pg` does it. Given to each client, so that
 * nobody else in the process is affected.
 */
export const value_types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return (
      (format !== 'binary' && parsers.get(oid)) || defaults.getTypeParser(oid, format as 'text')
    )
  },
} as typeof defaults

/**
 * A text beyond this many is run unnamed: a sign of texts put together from values, which must not
 * fill the memory.
 */
const NAMED_STATEMENTS = 500

/** Short names for constant texts, so that each is parsed once per connection. */
export class Statements {
  readonly #prefix: string
  readonly #names = new Map<string, string>()

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  name(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= NAMED_STATEMENTS) return known
    const name = this.#prefix + this.#names.size
    this.#names.set(text, name)
    return name
  }
}

const isValue = (value: unknown): boolean => {
  if (value === null) return true
  if (typeof value !== 'object') return typeof value !== 'undefined' && typeof value !== 'function'
  if (Array.isArray(value)) return value.every(isValue)
  return value instanceof Date ? !Number.isNaN(value.getTime()) : Buffer.isBuffer(value)
}

/**
 * One statement on a client that the caller holds.
 *
 * Values are checked before anything is sent: one that cannot be written would leave `pg` believing
 * in a prepared statement that it has just closed, and the next call with this text would fail
 * instead.
 */
export const runQuery = async <Row>(
  client: ClientBase,
  statements: Statements,
  text: string,
  values: readonly Value[] = [],
): Promise<Row[]> => {
  assert(values.every(isValue), `not a value of the database in: ${text.slice(0, 80)}`)
  const name = statements.name(text)
  const query = { text, values: values as Value[], ...(name ? { name } : {}) }
  return (await client.query(query)).rows as Row[]
}

/**
 * Begins, works, commits; anything thrown on the way rolls back. A work that swallowed the error of
 * a statement fails at the commit, which PostgreSQL would otherwise answer with a silent rollback.
 *
 * `broken` is told when the client is in no state to be used again.
 */
export const runTransaction = async <T>(
  client: ClientBase,
  statements: Statements,
  work: (tx: Tx) => Promise<T>,
  broken: (error: Error) => void,
): Promise<T> => {
  let open = true
  let last: Promise<unknown> = Promise.resolve()
  // One statement after another, also when the caller starts several at once.
  const inTurn = <R>(run: () => Promise<R>): Promise<R> => {
    const result = last.then(() => {
      assert(open, 'the transaction is over')
      return run()
    })
    last = result.catch(() => {})
    return result
  }
  const tx: Tx = {
    query: (text, values) => inTurn(() => runQuery(client, statements, text, values)),
    script: (text) => inTurn(async () => void (await client.query(text))),
  }
  const end = async (text: string) => {
    await last
    open = false
    return (await client.query(text)).command
  }
  try {
    await client.query('begin; set local statement_timeout = 0')
    const result = await work(tx)
    const command = await end('commit')
    assert(command === 'COMMIT', 'a statement of the transaction had failed: nothing was kept')
    return result
  } catch (error) {
    await end('rollback').catch(broken)
    throw error
  }
}
