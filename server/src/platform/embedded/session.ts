import type { Duplex } from 'node:stream'
import { Client } from 'pg'
import type { Db, Tx, Value } from '../db.ts'
import { runTransaction, value_types } from '../driver.ts'
import { Line } from '../line.ts'

type Connect = () => Promise<Duplex>

async function open(connect: Connect, pipeline: boolean): Promise<Client> {
  const stream = await connect()
  const client = new Client({
    stream: () => stream,
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    types: value_types,
    application_name: 'obole',
    pipeline,
  })
  client.on('error', () => {})
  await client.connect()
  return client
}

/**
 * The embedded engine as a `Db`, for the owner of its folder and for a guest alike: the one talks
 * through a thread's port, the other through a socket.
 *
 * Two clients take turns on the one session. Single statements go down the first in a pipeline,
 * without waiting for each other's answers; transactions go down the second, one after another, and
 * while one is open everybody else waits.
 */
export class Session implements Db {
  readonly engine = 'embedded'
  readonly #queries: Line
  readonly #transactions: Line
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  /**
   * `prefix` must be this process's own: statement names are shared by all clients of the session.
   */
  constructor(connect: Connect, prefix: string) {
    this.#queries = new Line(() => open(connect, true), `${prefix}q`)
    this.#transactions = new Line(() => open(connect, false), `${prefix}t`)
  }

  async query<Row>(text: string, values?: readonly Value[]): Promise<Row[]> {
    if (this.#closed) throw new Error('the database is closed')
    return this.#queries.query<Row>(text, values)
  }

  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the database is closed'))
    const result = this.#last.then(async () => {
      const line = this.#transactions
      return runTransaction(await line.client(), line.statements, work, () => line.forget())
    })
    this.#last = result.catch(() => {})
    return result
  }

  /** Connects, so that a server that is going away is noticed before anything is asked of it. */
  async greet(): Promise<void> {
    await this.#queries.client()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#last
    await Promise.all([this.#queries.end(), this.#transactions.end()])
  }
}
