import { setTimeout as pause } from 'node:timers/promises'
import { clockTime } from '../accounts/clock.ts'
import { findClocks } from '../accounts/store.ts'
import type { Services } from '../dialects/operation-route.ts'
import { limits } from '../kernel/limits.ts'
import { deleteOld, deleteOldest, findOwnersOfOld, type OldRows } from '../platform/delete-old.ts'
import { loggable } from '../platform/log.ts'
import type { Config } from './config.ts'

/** How many days rows of some tables are kept. */
export type Days = Pick<Config, 'events_days' | 'requests_days'>

interface Kept extends OldRows {
  days(it: Days): number
}

/**
 * What is deleted when its time is over. A line is all that another table takes. Money, objects and
 * their history are kept for ever.
 */
const kept: readonly Kept[] = [
  { table: 'requests', at: 'created', along: 'id', days: (it) => it.requests_days },
  {
    table: 'idempotency_keys',
    at: 'created',
    claims: 'idempotency',
    days: () => limits.idempotency_days,
  },
  // What a disabled endpoint missed for so long is replayed, not kept for it.
  { table: 'deliveries', at: 'created', along: 'id', days: () => limits.deliveries_days },
  { table: 'delivery_attempts', at: 'at', along: 'delivery', days: () => limits.deliveries_days },
  { table: 'event_replays', at: 'created', along: 'seq', days: () => limits.deliveries_days },
  { table: 'events', at: 'created', along: 'seq', days: (it) => it.events_days },
]

const day_ms = 24 * 3600 * 1000

type Whose = Pick<Services, 'db' | 'clock' | 'log' | 'background'>

/** Runs it again and again, until less than a whole batch was deleted. Says how many. */
async function drained(deleteBatch: () => Promise<number>, signal?: AbortSignal): Promise<number> {
  let all = 0
  while (!signal?.aborted) {
    const number = await deleteBatch()
    all += number
    if (number < limits.retention_batch) break
    await pause(limits.retention_pause_ms, undefined, { signal }).catch(() => {})
  }
  return all
}

/**
 * The rows of a table that has an order of its own in each account. The clock of a test account
 * that is behind real time counts for what it wrote: nothing of it is old before its time.
 */
async function deleteAlong(
  services: Pick<Whose, 'db' | 'clock'>,
  of: Kept & Required<Pick<OldRows, 'along'>>,
  days: number,
  signal?: AbortSignal,
): Promise<number> {
  const { db, clock } = services
  const real = clock.now()
  const before = (now: Date) => new Date(Math.min(now.getTime(), real.getTime()) - days * day_ms)
  const owners = await findOwnersOfOld(db, of, before(real))
  if (!owners.length) return 0
  const own = new Map((await findClocks(db)).map((it) => [`${it.account} ${it.live}`, it]))
  let all = 0
  for (const owner of owners) {
    const now = clockTime(own.get(`${owner.account} ${owner.live}`) ?? null, real)
    const edge = of.table === 'events' ? before(now) : before(real)
    all += await drained(() => deleteOldest(db, of, owner, edge, limits.retention_batch), signal)
  }
  return all
}

/**
 * Deletes what is older than its time by real time, a batch at once, with the connections of due
 * work. Says how many rows that were, by table. Any number of processes may do this at once.
 */
export async function deleteOutdated(
  all: Whose,
  days: Days,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const services = { ...all, ...all.background }
  const deleted: Record<string, number> = {}
  for (const it of kept) {
    const number = it.days(days)
    const { along } = it
    const before = new Date(services.clock.now().getTime() - number * day_ms)
    deleted[it.table] = along
      ? await deleteAlong(services, { ...it, along }, number, signal)
      : await drained(() => deleteOld(services.db, it, before, limits.retention_batch), signal)
  }
  return deleted
}

/** Deletes what is outdated at the start and every hour after. Answers how to stop. */
export function startRetention(services: Whose, days: Days): () => Promise<void> {
  const stop = new AbortController()
  const { signal } = stop
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await deleteOutdated(services, days, signal).then(
        (deleted) => {
          if (Object.values(deleted).some((it) => it > 0)) services.log.info({ deleted }, 'tidied')
        },
        (error: unknown) => services.log.error(loggable(error), 'old rows could not be deleted'),
      )
      await pause(limits.retention_every_ms, undefined, { signal, ref: false }).catch(() => {})
    }
  }
  const running = loop()
  return async () => {
    stop.abort()
    await running
  }
}
