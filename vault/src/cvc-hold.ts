import { generateKeySync } from 'node:crypto'
import { decrypt, encrypt } from './aes-gcm.ts'
import { VaultError } from './vault-error.ts'

interface Held {
  box: Buffer
  expires_at: Date
}

/** Codes have 3 or 4 digits; both take the same room. */
const codeChars = 4

/**
 * Keeps card verification codes while their holder is at a 3-D Secure challenge, in memory only
 * (PCI DSS 3.3.1.2, 3.3.2): encrypted under a key that is born and dies with this object, each
 * until it is taken, wiped or expired. A restart forgets them all. Nothing of it can be printed.
 */
export class CvcHold {
  readonly #key = generateKeySync('aes', { length: 256 })
  readonly #held = new Map<string, Held>()
  readonly #max: number

  /**
   * @param max how many codes at most: a flood of challenges must not grow the process without end
   */
  constructor(max = 10_000) {
    this.#max = max
  }

  /** How many codes are held. */
  get size(): number {
    return this.#held.size
  }

  /**
   * Holds a code; one held before under this id is wiped. When there is no more room the oldest is
   * wiped: a flood must not refuse newcomers, and who waited longest is likely gone. Throws
   * `malformed` unless 3 or 4 digits.
   */
  hold(id: string, cvc: string, expires_at: Date): void {
    if (!/^[0-9]{3,4}$/.test(cvc)) throw new VaultError('malformed', 'A code has 3 or 4 digits')
    this.wipe(id)
    const [oldest] = this.#held.keys()
    if (this.#held.size >= this.#max && oldest !== undefined) this.wipe(oldest)
    const plaintext = Buffer.from(cvc.padEnd(codeChars))
    this.#held.set(id, { box: encrypt(this.#key, plaintext, id), expires_at })
    plaintext.fill(0)
  }

  /** The code, once: it is wiped. Null when there is none, or it has expired. */
  take(id: string, now: Date): string | null {
    const held = this.#held.get(id)
    if (!held) return null
    try {
      if (held.expires_at <= now) return null
      const plaintext = decrypt(this.#key, held.box, id)
      const cvc = plaintext.toString().trimEnd()
      plaintext.fill(0)
      return cvc
    } finally {
      this.wipe(id)
    }
  }

  wipe(id: string): void {
    this.#held.get(id)?.box.fill(0)
    this.#held.delete(id)
  }

  /** Wipes every code that has expired. */
  sweep(now: Date): void {
    for (const [id, { expires_at }] of this.#held) {
      if (expires_at <= now) this.wipe(id)
    }
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***'
  }
}
