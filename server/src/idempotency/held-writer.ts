import { assert } from '../kernel/assert.ts'
import type { Change } from '../platform/change.ts'
import type { Answer, Writer } from '../platform/commit.ts'

/**
 * Keeps the one Change of a request, as if it were true, until its answer is known and both are
 * written together.
 */
export class HeldWriter implements Writer {
  held: { change: Change; done: (() => void) | undefined } | undefined
  readonly #writer: Writer
  readonly #others: boolean

  /** `others`: whether Changes may come before it that are written at once. */
  constructor(writer: Writer, { others }: { others: boolean }) {
    this.#writer = writer
    this.#others = others
  }

  async commit(change: Change, done?: () => void): Promise<Answer> {
    assert(!this.held, 'a request with a key has one Change')
    this.held = { change, done }
    return 'done'
  }

  get direct(): Writer {
    assert(this.#others, 'a request with a key has no Change ahead of its last')
    return this.#writer
  }
}

/** The Change with the key met another; the request is to be looked at anew. */
export class MetAnother extends Error {
  readonly change: Change
  constructor(change: Change) {
    super('met another')
    this.change = change
  }
}

/** Writes at once: the first Change with what claims the key, all others as they are. */
export class BeginningWriter implements Writer {
  begun = false
  readonly #writer: Writer
  readonly #withKey: (change: Change) => Promise<Change>

  constructor(writer: Writer, withKey: (change: Change) => Promise<Change>) {
    this.#writer = writer
    this.#withKey = withKey
  }

  async commit(change: Change, done?: () => void): Promise<Answer> {
    if (this.begun) return this.#writer.commit(change, done)
    const whole = await this.#withKey(change)
    if ((await this.#writer.commit(whole, done)) === 'conflict') throw new MetAnother(whole)
    this.begun = true
    return 'done'
  }

  get direct(): Writer {
    return this
  }
}
