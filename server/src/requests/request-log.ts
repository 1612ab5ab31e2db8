import { limits } from '../kernel/limits.ts'
import type { Db } from '../platform/db.ts'
import { type Log, loggable } from '../platform/log.ts'
import { insertRequests, type RequestRow } from './store.ts'

const sizeOf = ({ path, query, request_body, response_body }: RequestRow): number =>
  500 + path.length + [query, request_body, response_body].join('').length

/** A value that the database refuses, now and later: classes 22 and 23 of its errors. */
const isOfValues = (error: unknown): boolean =>
  /^2[23]/.test(String((error as { code?: unknown }).code))

/**
 * Calls on their way to their table. No answer waits for them: they are written in batches, a
 * quarter of a second later at most. A process that is killed loses those. While the database is
 * away they wait in a bounded space, and the oldest give way.
 */
export class RequestLog {
  readonly #db: Db
  readonly #log: Log
  #waiting: RequestRow[] = []
  #size = 0
  #lost = 0
  #failing = false
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined

  constructor(db: Db, log: Log) {
    this.#db = db
    this.#log = log
  }

  add(row: RequestRow): void {
    this.#waiting.push(row)
    this.#size += sizeOf(row)
    while (this.#size > limits.requests_waiting_bytes) this.#forgetOldest()
    const isFull = this.#waiting.length >= limits.requests_batch && !this.#failing
    if (isFull) void this.flush()
    else this.#later()
  }

  /** Resolves when all that was added before is written, or could not be. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    // What is being written when this is called may have begun without the newest.
    await this.#writing
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
    await this.#writing
  }

  #later(): void {
    this.#timer ??= setTimeout(() => void this.flush(), limits.requests_wait_ms).unref()
  }

  #forgetOldest(): void {
    const oldest = this.#waiting.shift()
    if (!oldest) return
    this.#size -= sizeOf(oldest)
    this.#lost += 1
  }

  async #write(): Promise<void> {
    while (this.#waiting.length) {
      const batch = this.#waiting.splice(0, limits.requests_batch)
      for (const row of batch) this.#size -= sizeOf(row)
      try {
        await this.#insert(batch)
      } catch (error) {
        return this.#keep(batch, error)
      }
      this.#recover()
    }
  }

  /** One that the database does not take must not hold up the others: it is left out. */
  async #insert(batch: readonly RequestRow[]): Promise<void> {
    try {
      await insertRequests(this.#db, batch)
    } catch (error) {
      if (!isOfValues(error)) throw error
      const [first] = batch
      if (batch.length > 1) for (const row of batch) await this.#insert([row])
      else this.#log.error({ request_id: first?.id, ...loggable(error) }, 'a call is not logged')
    }
  }

  /** Puts a batch back that could not be written; tells of it once. */
  #keep(batch: readonly RequestRow[], error: unknown): void {
    this.#waiting = [...batch, ...this.#waiting]
    for (const row of batch) this.#size += sizeOf(row)
    while (this.#size > limits.requests_waiting_bytes) this.#forgetOldest()
    if (!this.#failing) this.#log.error(loggable(error), 'calls cannot be logged; they wait')
    this.#failing = true
    this.#later()
  }

  #recover(): void {
    if (!this.#failing) return
    this.#failing = false
    this.#log.warn({ lost: this.#lost }, 'calls are logged again')
    this.#lost = 0
  }
}
