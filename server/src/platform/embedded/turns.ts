import {
  closeStatements,
  Framer,
  farewell,
  type Part,
  refuse_encryption,
  type SessionStatus,
  simpleQuery,
} from './wire.ts'

/** Executes wire messages on the one session and passes the answer on, piece by piece. */
export type Execute = (
  bytes: Uint8Array,
  answer: (bytes: Uint8Array) => void,
) => Promise<SessionStatus>

/** The other end of a connection. */
export interface Peer {
  send(bytes: Uint8Array): void
  close(): void
}

interface Seat {
  peer: Peer
  framer: Framer
  batches: Uint8Array[]
  queued: boolean
  left: boolean
}

export interface TurnsOptions {
  execute: Execute
  greeting: Uint8Array
  /** How long a client may sit in a transaction without a word while others wait. */
  idle_in_transaction_ms: number
}

const ignore = () => {}

/**
 * Lets many clients share one session: each turn is one batch, first come first served; a client
 * inside a transaction keeps the session until the transaction is over. Who leaves in the middle is
 * rolled back, and its statements are closed.
 */
export class Turns {
  readonly #options: TurnsOptions
  readonly #waiting: Seat[] = []
  readonly #tasks: (() => Promise<void>)[] = []
  #holder: Seat | undefined
  #running = false
  #patience: NodeJS.Timeout | undefined

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /** A new connection. What it says goes into `receive`; `leave` once it is gone. */
  join(peer: Peer): { receive(bytes: Uint8Array): void; leave(): void } {
    const seat: Seat = { peer, framer: new Framer(), batches: [], queued: false, left: false }
    return {
      receive: (bytes) => this.#receive(seat, bytes),
      leave: () => this.#leave(seat),
    }
  }

  /** Runs the task when nobody is inside a transaction and nobody's turn has come. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#tasks.push(() => task().then(resolve, reject))
      this.#start()
    })
  }

  #receive(seat: Seat, bytes: Uint8Array): void {
    if (seat.left) return
    try {
      for (const part of seat.framer.push(bytes)) this.#take(seat, part)
      this.#enqueue(seat)
    } catch {
      this.#dismiss(seat, farewell('08P01', 'not a message of the protocol'))
    }
  }

  #take({ peer, batches }: Seat, part: Part): void {
    if (part.kind === 'batch') batches.push(part.bytes)
    else if (part.kind === 'encryption') peer.send(new Uint8Array(refuse_encryption))
    else if (part.kind === 'startup') peer.send(new Uint8Array(this.#options.greeting))
    // Closing comes back as the notice that the client has left.
    else peer.close()
  }

  #leave(seat: Seat): void {
    if (seat.left) return
    seat.left = true
    seat.batches.length = 0
    this.#enqueue(seat)
  }

  #dismiss(seat: Seat, last_words?: Uint8Array): void {
    if (last_words) seat.peer.send(new Uint8Array(last_words))
    seat.peer.close()
    this.#leave(seat)
  }

  #enqueue(seat: Seat): void {
    if (!seat.left && seat.batches.length === 0) return
    if (!seat.queued && seat !== this.#holder) {
      seat.queued = true
      this.#waiting.push(seat)
    }
    this.#start()
  }

  #start(): void {
    if (this.#running) return
    this.#running = true
    void this.#run()
  }

  async #run(): Promise<void> {
    clearTimeout(this.#patience)
    for (let turn = this.#next(); turn; turn = this.#next()) await turn()
    this.#running = false
    if (this.#holder && (this.#waiting.length > 0 || this.#tasks.length > 0))
      this.#wait(this.#holder)
  }

  #next(): (() => Promise<void>) | undefined {
    if (this.#holder) {
      const { left, batches } = this.#holder
      return left || batches.length > 0 ? this.#turn(this.#holder) : undefined
    }
    const seat = this.#waiting.shift()
    if (!seat) return this.#tasks.shift()
    seat.queued = false
    return this.#turn(seat)
  }

  #turn(seat: Seat): () => Promise<void> {
    return async () => {
      if (seat.left) return this.#clear(seat)
      const batch = seat.batches.shift()
      if (!batch) return
      const status = await this.#options.execute(batch, (bytes) => seat.peer.send(bytes))
      if (status !== 'I') {
        this.#holder = seat
        return
      }
      this.#holder = undefined
      if (seat.left || seat.batches.length > 0) this.#enqueue(seat)
    }
  }

  /** After a client has left: nothing of it stays in the session. */
  async #clear(seat: Seat): Promise<void> {
    if (this.#holder === seat) await this.#options.execute(simpleQuery('rollback'), ignore)
    this.#holder = undefined
    const { statements } = seat.framer
    if (statements.size > 0) await this.#options.execute(closeStatements(statements), ignore)
    statements.clear()
  }

  #wait(holder: Seat): void {
    this.#patience = setTimeout(() => {
      if (this.#holder !== holder || this.#running) return
      this.#dismiss(holder, farewell('25P03', 'a transaction was left idle while others waited'))
    }, this.#options.idle_in_transaction_ms)
  }
}
