import { Readable } from 'node:stream'
import { findKey } from '../../accounts/store.ts'
import { passed, positionText } from '../../events/position.ts'
import { findNext, type HeardEvent, type Position } from '../../events/store.ts'
import { limits } from '../../kernel/limits.ts'
import { Refusal } from '../../kernel/problem.ts'
import type { Reader } from '../../platform/context.ts'
import type { Services } from '../operation-route.ts'
import { streamedView } from './event-view.ts'

/** How often events of other processes are looked for, and whether the key still opens anything. */
const look_ms = 1000
/** A connection on which nothing is said is cut by what stands between. */
const heartbeat_ms = 15_000

/** Who listens to what, from where. */
export interface Listening {
  reader: Reader
  /** The id of the key that opened the stream, and ends it when it is revoked. */
  key: string
  position: Position
  types?: readonly string[] | undefined
}

/** Server-sent events. Each asks the database for the next page when the one before was taken. */
class EventStream extends Readable {
  readonly #services: Pick<Services, 'bell'>
  readonly #it: Listening
  readonly #stopListening: () => void
  readonly #page: number
  #position: Position
  #wake = (): void => {}
  /** Between two looks: something may have been told meanwhile. */
  #rung = true
  #over = false
  #looked_at = performance.now()
  #said_at = Number.NEGATIVE_INFINITY

  constructor(services: Pick<Services, 'bell'>, it: Listening, page: number) {
    // Nothing is read ahead of what the connection takes.
    super({ highWaterMark: 1 })
    this.#services = services
    this.#it = it
    this.#page = page
    this.#position = it.position
    this.#stopListening = this.#services.bell.listen((accounts) => {
      if (accounts.has(it.reader.account)) this.#ring()
    })
  }

  /** Ends it. A connection that takes nothing is cut: its client comes back. */
  end(): void {
    this.#over = true
    if (this.isPaused()) this.destroy()
    else this.#wake()
  }

  override _read(): void {
    this.#next().then(
      (chunk) => this.push(chunk),
      (error) => this.destroy(error),
    )
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#over = true
    this.#stopListening()
    this.#wake()
    done(error)
  }

  #ring(): void {
    this.#rung = true
    this.#wake()
  }

  /** Waits for the bell, and for a second at most. */
  async #pause(): Promise<void> {
    if (this.#rung || this.#over) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, look_ms)
    })
    clearTimeout(timer)
  }

  async #isOpen(): Promise<boolean> {
    if (performance.now() - this.#looked_at < look_ms) return true
    this.#looked_at = performance.now()
    const { reader, key } = this.#it
    return (await findKey(reader.db, { id: key }))?.revoked_at === null
  }

  /** What is said next; null at the end. */
  async #next(): Promise<string | null> {
    if (this.#said_at < 0) return this.#say(': here you hear what happens\n\n')
    while (!this.#over) {
      this.#rung = false
      if (!(await this.#isOpen())) return null
      const told = await findNext(this.#it.reader, this.#position, this.#page)
      const text = told.map((it) => this.#frame(it)).join('')
      // There may be more of them than a page.
      if (told.length) this.#rung = true
      if (text) return this.#say(text)
      if (performance.now() - this.#said_at >= heartbeat_ms) return this.#say(': still here\n\n')
      await this.#pause()
    }
    return null
  }

  #say(text: string): string {
    this.#said_at = performance.now()
    return text
  }

  /** An event in the words of the stream; nothing when it is of a type that was not asked for. */
  #frame(it: HeardEvent): string {
    this.#position = passed(this.#position, it)
    if (this.#it.types && !this.#it.types.includes(it.type)) return ''
    const id = positionText(this.#position, it)
    return `id: ${id}\nevent: ${it.type}\ndata: ${JSON.stringify(streamedView(it))}\n\n`
  }
}

/** The streams that a server has open. */
export class EventStreams {
  readonly #services: Pick<Services, 'bell'>
  readonly #open = new Map<string, Set<EventStream>>()
  #closed = false

  constructor(services: Pick<Services, 'bell'>) {
    this.#services = services
  }

  /**
   * Follows the events of an account and mode from a position on, until the reader leaves, the key
   * is revoked or the server stops. Refuses with too_many_streams.
   */
  open(it: Listening, page: number = limits.told_events_max): Readable {
    const { account } = it.reader
    const others = this.#open.get(account) ?? new Set()
    if (others.size >= limits.streams_max) throw new Refusal('too_many_streams')
    const stream = new EventStream(this.#services, it, page)
    this.#open.set(account, others.add(stream))
    stream.once('close', () => {
      others.delete(stream)
      if (!others.size) this.#open.delete(account)
    })
    if (this.#closed) stream.end()
    return stream
  }

  /** Ends all of them, and those that come. */
  close(): void {
    this.#closed = true
    for (const streams of this.#open.values()) for (const it of streams) it.end()
  }
}
