import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { clockTime } from '../accounts/clock.ts'
import { arriveClock } from '../accounts/move-clock.ts'
import { findClocks, findTerms } from '../accounts/store.ts'
import { contextWith, type Services } from '../dialects/operation-route.ts'
import { limits } from '../kernel/limits.ts'
import type { Db } from '../platform/db.ts'
import { type DueOf, findDue, firstDue } from '../platform/due.ts'
import { loggable } from '../platform/log.ts'
import { aside, beside } from './pace.ts'
import { dueTables, type LeftAlone, runTurn, type Turn } from './run-due.ts'

/** How long a row that failed is left alone, so that it does not fill the log. */
const retry_ms = 60_000

const newRequestId = (): string => `job_${randomBytes(12).toString('base64url')}`

/** What this process knows of the due work of a database. */
interface Work {
  /** Rows that failed → until when they are left alone. */
  failed: Map<string, number>
  /** Account → its clock on its way. */
  moving: Map<string, Promise<void>>
  /** Aborted: nothing more is begun. */
  signal: AbortSignal | undefined
}

const works = new WeakMap<Db, Work>()

function workOf(db: Db): Work {
  const work = works.get(db) ?? { failed: new Map(), moving: new Map(), signal: undefined }
  works.set(db, work)
  return work
}

function leftAlone({ failed }: Work): LeftAlone {
  for (const [id, until] of failed) if (until <= performance.now()) failed.delete(id)
  return {
    has: (id) => failed.has(id),
    add: (id) => failed.set(id, performance.now() + retry_ms),
  }
}

/** With the connections of due work. */
const withOwn = (services: Services): Services => ({ ...services, ...services.background })

async function bring(services: Services, account: string, request_id: string): Promise<void> {
  const { db, clock: wall } = services
  const [terms] = await findTerms(db, false, [account])
  const clock = terms?.clock
  if (!clock) return
  const by = clock.target ?? clockTime(clock, wall.now())
  const work = workOf(db)
  const { signal } = work
  // On a clock that is being moved, the next move is another try.
  const left = clock.target ? new Set<string>() : leftAlone(work)
  const turn = { of: { account }, by, own: true, left, request_id, pace: beside, signal }
  await runTurn(services, turn)
  if (!clock.target || signal?.aborted) return
  const ctx = contextWith(services, { account, live: false, request_id }, terms)
  await arriveClock(ctx, { reached: clock.target, real: wall.now() })
}

/**
 * Brings the clock of a test account to where it is going: does what falls due on the way, each row
 * at its own instant, in their order. Begins where another process stopped, and may be done by
 * several at once. When this process is stopped, the rest is left to the next one.
 */
export async function runClock(
  all: Services,
  account: string,
  request_id = newRequestId(),
): Promise<void> {
  const services = withOwn(all)
  const { moving } = workOf(services.db)
  // Within a process one after the other: two would meet on every row.
  for (let other = moving.get(account); other; other = moving.get(account)) {
    await other.catch(() => {})
  }
  const mine = bring(services, account, request_id)
  moving.set(account, mine)
  try {
    await mine
  } finally {
    moving.delete(account)
  }
}

/** All but the test accounts with clocks of their own. */
async function byRealTime(db: Db): Promise<DueOf> {
  const own = await findClocks(db)
  return { but: own.map(({ account }) => account) }
}

/** Does what is due by real time, or so much of it. Says how much that was. */
async function runReal(
  services: Services,
  { pace = beside, most }: Partial<Pick<Turn, 'pace' | 'most'>> = {},
): Promise<number> {
  const { db, clock } = services
  const work = workOf(db)
  const of = await byRealTime(db)
  const [request_id, left] = [newRequestId(), leftAlone(work)]
  const { signal } = work
  const turn = { of, by: clock.now(), own: false, left, request_id, pace, most, signal }
  return runTurn(services, turn)
}

/** Does what is due by the clocks of the test accounts that have their own. */
async function runOwn(services: Services): Promise<void> {
  const { db, clock: wall, log } = services
  const { moving, signal } = workOf(db)
  const clocks = await findClocks(db)
  const accounts = clocks.map(({ account }) => account)
  const first = await firstDue(db, dueTables, accounts)
  for (const clock of clocks) {
    const { account, target } = clock
    const due_at = first.get(account)
    if (signal?.aborted) return
    const isDue = target || (due_at && due_at <= clockTime(clock, wall.now()))
    if (!isDue || moving.has(account)) continue
    await runClock(services, account).catch((error: unknown) => {
      log.error({ account, ...loggable(error) }, 'a clock could not be moved')
    })
  }
}

/**
 * Does what is due: by real time, and by the clocks of test accounts that have their own. Says how
 * much was done by real time. A row that fails is logged and tried again a minute later; it stops
 * no other. Any number of processes may do this at once.
 */
export async function runDue(all: Services): Promise<number> {
  const services = withOwn(all)
  const [done] = await Promise.all([runReal(services), runOwn(services)])
  return done
}

/** Does what is due by real time until nothing is, or until the signal. */
export function runBacklog(services: Services, signal: AbortSignal): Promise<number> {
  workOf(services.db).signal = signal
  return runReal(services, { pace: aside() })
}

/** Whether so much is due by real time that requests would feel it. */
async function isMuch({ db, clock }: Services): Promise<boolean> {
  const limit = limits.due_batch
  const page = { by: clock.now(), limit, skip: 0 }
  return (await findDue(db, dueTables, await byRealTime(db), page)).length === limit
}

/** What works off what is due by real time, where there is much of it. */
export interface Workhorse {
  run(): Promise<void>
  stop(): Promise<void>
}

/**
 * Looks for due work again and again, and wipes codes of cards whose time is over. Neither real
 * time nor an own clock waits for the other. Answers how to stop: what is being written is
 * finished, the rest is left to the next process, also of clocks that a request is moving.
 */
export function startJobs(
  all: Services,
  { every_ms = 1000, workhorse }: { every_ms?: number; workhorse?: Workhorse | undefined } = {},
): () => Promise<void> {
  const services = withOwn(all)
  const work = workOf(services.db)
  const stop = new AbortController()
  const { signal } = stop
  work.signal = signal
  const again = async (task: () => Promise<unknown>): Promise<void> => {
    while (!signal.aborted) {
      await task().catch((error: unknown) => {
        services.log.error({ ...loggable(error) }, 'due work could not be looked for')
      })
      // Stopping ends the pause by an error.
      await pause(every_ms, undefined, { signal }).catch(() => {})
    }
  }
  const loops = [
    again(async () => {
      services.cvcs.sweep(new Date())
      // What becomes due after it was looked for is left to the workhorse, too, if it is much.
      let most = workhorse && limits.due_batch
      if (workhorse && (await isMuch(services))) {
        await workhorse.run().catch((error: unknown) => {
          services.log.error({ ...loggable(error) }, 'due work goes on in the thread of requests')
          most = undefined
        })
      }
      await runReal(services, { most })
    }),
    again(() => runOwn(services)),
  ]
  return async () => {
    stop.abort()
    await Promise.all([...loops, workhorse?.stop()])
    await Promise.allSettled(work.moving.values())
  }
}
