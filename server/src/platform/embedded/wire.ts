/**
 * The PostgreSQL wire protocol as far as a server must understand it to let several clients take
 * turns on one session: where a message ends, where a turn ends, which statements a client has
 * named.
 */

export type Part =
  /** A request for TLS or GSS encryption, to be answered with a single N. */
  | { kind: 'encryption' }
  | { kind: 'startup' }
  /** Terminate, or a request to cancel: nothing more comes. */
  | { kind: 'end' }
  /** Messages up to and including a Sync or a simple Query: what one turn executes. */
  | { kind: 'batch'; bytes: Uint8Array }

const LONGEST_MESSAGE = 512 * 1024 * 1024
const CANCEL = 80877102
const ENCRYPTION = new Set([80877103, 80877104])

const [PARSE, CLOSE, QUERY, SYNC, TERMINATE, STATEMENT] = Buffer.from('PCQSXS')

const join = (chunks: readonly Uint8Array[]): Uint8Array =>
  chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)

/** Cuts the bytes of one client, in whatever chunks they come, into parts. Pure. */
export class Framer {
  /** Names of the statements that this client has prepared and not closed. */
  readonly statements = new Set<string>()
  #chunks: Uint8Array[] = []
  #length = 0
  #needed = 0
  #scanned = 0
  #started = false

  push(chunk: Uint8Array): Part[] {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#length < this.#needed) return []
    const bytes = join(this.#chunks)
    const parts: Part[] = []
    let from = 0
    let at = this.#scanned
    for (;;) {
      const length = this.#messageLength(bytes, at)
      if (at + length > bytes.length) {
        this.#keep(bytes.subarray(from), at - from, length)
        return parts
      }
      const part = this.#read(bytes, from, at, length)
      at += length
      if (!part) continue
      from = at
      parts.push(part)
    }
  }

  #keep(rest: Uint8Array, scanned: number, length: number): void {
    this.#chunks = rest.length > 0 ? [rest] : []
    this.#length = rest.length
    this.#scanned = scanned
    this.#needed = scanned + length
  }

  /**
   * The length of the message at this place, its type byte included; of its header while that is
   * incomplete.
   */
  #messageLength(bytes: Uint8Array, at: number): number {
    const type = this.#started ? 1 : 0
    if (at + type + 4 > bytes.length) return type + 4
    const length = readInt32(bytes, at + type)
    if (length < 4 || length > LONGEST_MESSAGE) throw new RangeError('a message of no sane length')
    return type + length
  }

  #read(bytes: Uint8Array, from: number, at: number, length: number): Part | undefined {
    if (!this.#started) {
      const code = length >= 8 ? readInt32(bytes, at + 4) : 0
      if (ENCRYPTION.has(code)) return { kind: 'encryption' }
      if (code === CANCEL) return { kind: 'end' }
      this.#started = true
      return { kind: 'startup' }
    }
    const type = bytes[at]
    if (type === SYNC || type === QUERY) {
      return { kind: 'batch', bytes: bytes.subarray(from, at + length) }
    }
    if (type === TERMINATE) return { kind: 'end' }
    if (type === PARSE) this.#name(bytes, at + 5, (name) => this.statements.add(name))
    if (type === CLOSE && bytes[at + 5] === STATEMENT) {
      this.#name(bytes, at + 6, (name) => this.statements.delete(name))
    }
    return undefined
  }

  #name(bytes: Uint8Array, start: number, use: (name: string) => void): void {
    const name = Buffer.from(bytes.subarray(start, bytes.indexOf(0, start))).toString()
    if (name !== '') use(name)
  }
}

const readInt32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) << 24) |
  ((bytes[at + 1] as number) << 16) |
  ((bytes[at + 2] as number) << 8) |
  (bytes[at + 3] as number)

const message = (type: string, ...fields: (string | Buffer)[]): Buffer => {
  const body = Buffer.concat(fields.map((f) => (typeof f === 'string' ? Buffer.from(`${f}\0`) : f)))
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

export const refuse_encryption = Buffer.from('N')

const ready_idle = message('Z', Buffer.from('I'))

/** What a client is told first: it is let in, and what it must know about the session. */
export const greeting = (parameters: Record<string, string>): Buffer =>
  Buffer.concat([
    message('R', Buffer.alloc(4)),
    ...Object.entries(parameters).map(([name, value]) => message('S', name, value)),
    ready_idle,
  ])

/** The last words to a client before its connection is closed. */
export const farewell = (code: string, text: string): Buffer =>
  message('E', 'SFATAL', 'VFATAL', `C${code}`, `M${text}`, Buffer.alloc(1))

export const simpleQuery = (text: string): Buffer => message('Q', text)

/** Closes prepared statements of a client that has left. */
export const closeStatements = (names: Iterable<string>): Buffer =>
  Buffer.concat([...[...names].map((name) => message('C', Buffer.from('S'), name)), message('S')])

/** I: idle, T: inside a transaction, E: inside one that has failed. */
export type SessionStatus = 'I' | 'T' | 'E'

/**
 * The status at the end of an answer, or undefined when the session did not come back to be ready.
 */
export const statusAfter = (tail: Uint8Array): SessionStatus | undefined => {
  const at = tail.length - ready_idle.length
  if (at < 0 || ready_idle.compare(tail, at, tail.length - 1, 0, 5) !== 0) return undefined
  return String.fromCharCode(tail[tail.length - 1] as number) as SessionStatus
}
