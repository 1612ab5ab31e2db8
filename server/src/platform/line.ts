import type { Client } from 'pg'
import type { Value } from './db.ts'
import { runQuery, Statements } from './driver.ts'

/**
 * One client that many callers share. It is made when it is first needed, and made anew after it
 * was lost: who waited for an answer then gets the error.
 */
export class Line {
  readonly statements: Statements
  readonly #open: () => Promise<Client>
  #client: Promise<Client> | undefined
  #under_way = 0

  /** `open` gives a connected client; `prefix` stands before the names of prepared statements. */
  constructor(open: () => Promise<Client>, prefix: string) {
    this.#open = open
    this.statements = new Statements(prefix)
  }

  /** Statements whose answer has not come yet. */
  get under_way(): number {
    return this.#under_way
  }

  /** One statement. With a client that pipelines it does not wait for the answers before it. */
  async query<Row>(text: string, values?: readonly Value[]): Promise<Row[]> {
    this.#under_way++
    try {
      return await runQuery<Row>(await this.client(), this.statements, text, values)
    } finally {
      this.#under_way--
    }
  }

  client(): Promise<Client> {
    this.#client ??= this.#connect()
    return this.#client
  }

  forget(): void {
    this.#client = undefined
  }

  async end(): Promise<void> {
    const client = await this.#client?.catch(() => undefined)
    this.#client = undefined
    await client?.end()
  }

  #connect(): Promise<Client> {
    const opening = this.#open()
    const forget = () => {
      if (this.#client === opening) this.#client = undefined
    }
    opening.then((client) => client.once('error', forget).once('end', forget), forget)
    return opening
  }
}
