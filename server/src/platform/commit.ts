import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError } from 'pg'
import { assert } from '../kernel/assert.ts'
import { limits } from '../kernel/limits.ts'
import type { Change, Told } from './change.ts'
import type { Db } from './db.ts'
import { type Statement, statementFor } from './gathering.ts'

/**
 * done: it is true now and on disk. conflict: a version moved or a claim is taken; nothing of it
 * happened.
 */
export type Answer = 'done' | 'conflict'

interface Waiting {
  change: Change
  /** Rows and claims that it writes; those that it only relies on. */
  writes: readonly string[]
  reads: readonly string[]
  resolve(answer: Answer): void
  reject(error: unknown): void
}

/** Changes on their way to the database, all of them or none. */
interface Gathering {
  of: readonly Waiting[]
  /** The same in SQL, or why there is none. Absent: not put into words yet. */
  words?: Promise<Words>
  attempt: number
  /**
   * When the connection was lost under an earlier attempt, which may have ended well all the same.
   */
  lost_at?: number | undefined
}

/** The server finds a deadlock after a second; so many in a row are somebody else's turn. */
const ATTEMPTS = 5
/** A restart of the database server takes a second or two, and no caller should notice one. */
const PATIENCE_MS = 3000
const PAUSE_MS = 50

const code = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined

/**
 * The server ended the transaction for another's sake: nothing happened, and the same may be asked
 * again.
 */
const isRepeatable = (error: unknown): boolean =>
  ['40001', '40P01', '55P03'].includes(code(error) ?? '')

/**
 * Not the database's answer, or its last word before the connection went: nobody knows how the
 * transaction ended.
 */
const isUncertain = (error: unknown): boolean => /^(08|57P|40003)/.test(code(error) ?? '08')

/** The database cannot be read just now, and the fault is not in what was to be told. */
const isOutage = (error: unknown): boolean =>
  isUncertain(error) && !(error instanceof TypeError || error instanceof RangeError)

type Words = { statement: Statement } | { error: unknown; from: 'database' | 'change' }

/** Places of the Changes that a refused gathering names. */
function placesOf(error: unknown): Set<number> | undefined {
  if (code(error) !== 'OB001') return undefined
  return new Set(JSON.parse((error as DatabaseError).detail ?? '[]') as number[])
}

const answer = (to: readonly Waiting[], it: Answer): void => {
  for (const { resolve } of to) resolve(it)
}

/** Who writes what is told of a Change, and who is told that there is something new. */
export interface PressOffice {
  /** The objects of the events of these Changes as they will be. May read; changes nothing. */
  describe?(db: Db, changes: readonly Change[]): Promise<Told>
  /** Events of these Changes are there to be read. `due`: some endpoints are to hear of them. */
  published?(changes: readonly Change[], due: boolean): void
}

/** Who makes Changes true. */
export interface Writer {
  /** `done`: what this process does once the Change is true; never when it is not. */
  commit(change: Change, done?: () => void): Promise<Answer>
  /** Writes at once, also where a Change waits for the answer of its request. */
  readonly direct: Writer
}

/**
 * The one writer of the business. Changes that arrive while a transaction is under way wait, and go
 * together in the next one: a commit is what costs, and it is paid once for all of them. One
 * gathering is in flight at a time; two Changes that touch the same row or claim never share one.
 * Each Change is all or nothing by itself (decision 0002).
 */
export class Committer implements Writer {
  readonly #db: Db
  readonly #office: PressOffice
  readonly #ahead: boolean
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  /**
   * Without an office, events tell no more than the ids of their objects, to nobody. `ahead`: a
   * full gathering is put into words while the one before is in flight, so that neither this
   * process nor the database waits for the other; what its events name beside their objects may
   * then be told as it was a gathering ago.
   */
  constructor(db: Db, office: PressOffice = {}, { ahead = false }: { ahead?: boolean } = {}) {
    this.#db = db
    this.#office = office
    this.#ahead = ahead
  }

  /**
   * Makes a Change true. Rejects with the database's error when it refuses a row (nothing of the
   * Change happened), or when it cannot be reached for some seconds (the Change may have happened,
   * if that came while it was on its way).
   */
  async commit(change: Change, done?: () => void): Promise<Answer> {
    const moved = (change.move ?? []).map((it) => it.id)
    assert(new Set(moved).size === moved.length, 'a change moves a row once')
    const claims = [...(change.claim ?? []), ...(change.release ?? [])].map(
      (it) => `${change.account} ${change.live} ${it.scope} ${it.value}`,
    )
    const reads = (change.expect ?? []).map((it) => it.id)
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ change, writes: [...moved, ...claims], reads, resolve, reject })
      this.#running ??= this.#run()
    })
    if (answer === 'done') done?.()
    return answer
  }

  get direct(): Writer {
    return this
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    // Requests of one turn of the loop are gathered before the first statement leaves.
    await new Promise((resolve) => setImmediate(resolve))
    let next: Gathering | undefined
    while (next || this.#waiting.length) {
      const writing = this.#write(next ?? { of: this.#gather(), attempt: 1 })
      next = this.#prepare()
      await writing
    }
    this.#running = undefined
  }

  /** The gathering after the one in flight, when it is full: one that is not would still grow. */
  #prepare(): Gathering | undefined {
    if (!this.#ahead || this.#waiting.length < limits.gathering_max) return undefined
    const of = this.#gather()
    return { of, words: this.#wordsFor(of), attempt: 1 }
  }

  async #wordsFor(of: readonly Waiting[]): Promise<Words> {
    const changes = of.map(({ change }) => change)
    let told: Told | undefined
    try {
      told = await this.#office.describe?.(this.#db, changes)
    } catch (error) {
      return { error, from: isOutage(error) ? 'database' : 'change' }
    }
    try {
      return { statement: statementFor(changes, told) }
    } catch (error) {
      return { error, from: 'change' }
    }
  }

  /**
   * Takes what can go together, in order of arrival; what would meet another on a row or claim
   * stays.
   */
  #gather(): Waiting[] {
    const taken: Waiting[] = []
    const left: Waiting[] = []
    const written = new Set<string>()
    const read = new Set<string>()
    for (const it of this.#waiting) {
      const meets =
        it.writes.some((key) => written.has(key) || read.has(key)) ||
        it.reads.some((key) => written.has(key))
      if (meets || taken.length === limits.gathering_max) left.push(it)
      else taken.push(it)
      // Also what stays holds its place: a later one must not overtake it on the same row.
      for (const key of it.writes) written.add(key)
      for (const key of it.reads) read.add(key)
    }
    this.#waiting = left
    return taken
  }

  async #write(it: Gathering): Promise<void> {
    if (!it.of.length) return
    const words = await (it.words ?? this.#wordsFor(it.of))
    if ('error' in words) {
      const { error, from } = words
      return from === 'database' ? this.#resume(it, error) : this.#divide(it, error)
    }
    const { text, values } = words.statement
    let due: boolean | undefined
    try {
      const [row] = await this.#db.query<{ due?: boolean }>(text, values)
      due = row?.due
    } catch (error) {
      return isUncertain(error) ? this.#resume(it, error) : this.#refused(it, error)
    }
    this.#done(it.of, due)
  }

  #done(of: readonly Waiting[], due = false): void {
    answer(of, 'done')
    this.#office.published?.(
      of.map(({ change }) => change),
      due,
    )
  }

  /**
   * The connection was lost on the way: the database is asked whether the gathering is there, and
   * is given it again.
   */
  async #resume(it: Gathering, lost: unknown): Promise<void> {
    const lost_at = it.lost_at ?? performance.now()
    let error = lost
    while (performance.now() - lost_at < PATIENCE_MS) {
      await pause(PAUSE_MS)
      try {
        if (await this.#happened(it)) return this.#done(it.of, true)
        return this.#write({ of: it.of, attempt: it.attempt, lost_at })
      } catch (again) {
        error = again
      }
    }
    for (const { reject } of it.of) reject(error)
  }

  /**
   * The database said no to this attempt. It says so too when an earlier one, given up for lost,
   * has just succeeded.
   */
  async #refused(it: Gathering, error: unknown): Promise<void> {
    try {
      if (it.lost_at !== undefined && (await this.#happened(it))) return this.#done(it.of, true)
    } catch (lost) {
      return this.#resume(it, lost)
    }
    const { of, attempt, lost_at } = it
    const places = placesOf(error)
    if (places?.size) {
      const met = of.filter((_, n) => places.has(n))
      answer(met, 'conflict')
      return this.#write({ of: of.filter((_, n) => !places.has(n)), attempt, lost_at })
    }
    if (!isRepeatable(error)) return this.#divide(it, error)
    if (attempt === ATTEMPTS) return answer(of, 'conflict')
    // Who was waited for goes first: asked again at once, the loser may take the row before it.
    await pause(Math.random() * PAUSE_MS)
    return this.#write({ of, attempt: attempt + 1, lost_at })
  }

  /**
   * One of them cannot be written, and the database does not say which: the two halves, each by
   * itself.
   */
  async #divide({ of, lost_at }: Gathering, error: unknown): Promise<void> {
    if (of.length === 1) return of[0]?.reject(error)
    const middle = Math.ceil(of.length / 2)
    await this.#write({ of: of.slice(0, middle), attempt: 1, lost_at })
    await this.#write({ of: of.slice(middle), attempt: 1, lost_at })
  }

  /**
   * Whether it is in the database: one event of it tells for all, as they come together or not at
   * all.
   */
  async #happened({ of }: Gathering): Promise<boolean> {
    const told = of.find(({ change }) => change.events?.length)?.change
    const event = told?.events?.[0]
    // Without an event it is given again, and conflicts with itself: then its verb reads what is
    // there.
    if (!told || !event) return false
    const rows = await this.#db.query(
      'select 1 from events where account = $1 and live = $2 and object_id = $3 and id = $4',
      [told.account, told.live, event.object_id, event.id],
    )
    return rows.length > 0
  }
}
