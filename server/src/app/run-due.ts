import { findTerms, type Terms } from '../accounts/store.ts'
import { contextWith, type Services } from '../dialects/operation-route.ts'
import { assert } from '../kernel/assert.ts'
import { limits } from '../kernel/limits.ts'
import type { Part } from '../platform/change.ts'
import type { Answer } from '../platform/commit.ts'
import type { Db } from '../platform/db.ts'
import { type DueKey, type DueOf, type DueRow, findDue, findDueRows } from '../platform/due.ts'
import { loggable } from '../platform/log.ts'
import type { BankDays } from '../processors/bank-days.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type Job, jobs } from './jobs.ts'
import type { Pace } from './pace.ts'

export const dueTables: readonly string[] = jobs.map(({ table }) => table)

/** Rows that are left alone: they failed, or nothing could be done with them. */
export interface LeftAlone {
  has(id: string): boolean
  add(id: string): unknown
}

/** One walk through what is due. */
export interface Turn {
  of: DueOf
  by: Date
  /** A clock that was moved: each row sees its own instant. Otherwise all see the present one. */
  own: boolean
  left: LeftAlone
  request_id: string
  pace: Pace
  /** Rows after which it is over, give or take a page. Absent: when nothing is due any more. */
  most?: number | undefined
  signal?: AbortSignal | undefined
}

/** Rows that one decision is made of, or one row. */
interface Group {
  job: Job
  rows: [DueRow, ...DueRow[]]
}

/**
 * What may be done at once of a page: at one of the bank's hours the rows of one table, as those of
 * the next one hang on what becomes of them; between two of them everything, as no row hangs on
 * another there.
 */
function firstStep(page: readonly DueKey[], bankDays: BankDays): DueKey[] {
  const [first] = page
  if (!first) return []
  const end = bankDays.boundaryAfter(new Date(first.due_at.getTime() - 1)).getTime()
  const atHour = end === first.due_at.getTime()
  const past = page.findIndex(({ due_at, table }) =>
    atHour ? due_at.getTime() > end || table !== first.table : due_at.getTime() >= end,
  )
  return past === -1 ? [...page] : page.slice(0, past)
}

/** The rows behind the keys, in their order; those that somebody else has moved are not there. */
async function groupsOf(db: Db, keys: readonly DueKey[], by: Date): Promise<Group[]> {
  const found = new Map<DueKey, DueRow>()
  await Promise.all(
    jobs.map(async ({ table }, n) => {
      const wanted = keys.filter((it) => it.table === n)
      if (!wanted.length) return
      const rows = new Map(
        (await findDueRows<DueRow>(db, table, wanted, by)).map((it) => [nameOf(it), it]),
      )
      for (const key of wanted) {
        const row = rows.get(nameOf(key))
        if (row) found.set(key, row)
      }
    }),
  )
  const groups = new Map<string, Group>()
  for (const key of keys) {
    const job = jobs[key.table]
    const row = found.get(key)
    if (!job || !row) continue
    const name = `${key.table} ${job.together ? job.together(row as never) : nameOf(row)}`
    const group = groups.get(name)
    if (group) group.rows.push(row)
    else groups.set(name, { job, rows: [row] })
  }
  return [...groups.values()]
}

const nameOf = ({ account, live, id }: Omit<DueRow, 'due_at'>): string => `${account} ${live} ${id}`

async function termsOf(
  db: Db,
  keys: readonly DueKey[],
): Promise<(row: DueRow) => Terms | undefined> {
  const read = async (live: boolean) => {
    const ids = [...new Set(keys.filter((it) => it.live === live).map((it) => it.account))]
    const terms = ids.length ? await findTerms(db, live, ids) : []
    return new Map(terms.map((it) => [it.account, it]))
  }
  const [live, test] = await Promise.all([read(true), read(false)])
  return (row) => (row.live ? live : test).get(row.account)
}

/** Whether each row falls due later than it did, or never again: else its turn would never end. */
const movesOn = ({ rows }: Group, { move = [] }: Part): boolean =>
  rows.every(({ id, due_at }) => {
    const next = move.find((it) => it.id === id)?.row.due_at as Date | null | undefined
    return next === null || (next !== undefined && due_at !== null && next > due_at)
  })

type Planned = { ctx: Ctx; group: Group; part: Part | undefined | 'failed' }

async function planned(services: Services, ctx: Ctx, group: Group): Promise<Planned> {
  const { job, rows } = group
  try {
    const part = await job.plan(ctx, rows as unknown as readonly [never])
    assert(!part || movesOn(group, part), 'due work moves its rows on')
    return { ctx, group, part }
  } catch (error) {
    return { ctx, group, part: failed(services, ctx, group, error) }
  }
}

function failed(services: Services, { request_id }: Ctx, group: Group, error: unknown): 'failed' {
  const { job, rows } = group
  services.log.error(
    { job: job.name, request_id, id: rows[0].id, ...loggable(error) },
    'due work failed',
  )
  return 'failed'
}

/** done, conflict: somebody was faster. idle: nothing to do. failed: it was logged. */
type Ran = Answer | 'idle' | 'failed'

async function ran(services: Services, { ctx, group, part }: Planned): Promise<Ran> {
  if (part === 'failed') return 'failed'
  if (!part) return 'idle'
  const { account, live } = ctx
  try {
    return await ctx.committer.commit({ account, live, ...part })
  } catch (error) {
    return failed(services, ctx, group, error)
  }
}

/**
 * What becomes of these groups, decided and not yet written. By real time all of an account see one
 * instant: what is said of all of them is then said once.
 */
function plansOf(
  services: Services,
  turn: Turn,
  groups: readonly Group[],
  terms: (row: DueRow) => Terms | undefined,
): Promise<Planned[]> {
  const contexts = new Map<string, Ctx>()
  const contextFor = (row: DueRow): Ctx => {
    const { account, live } = row
    const key = `${account} ${live}`
    const known = contexts.get(key)
    if (known) return known
    const ctx = contextWith(services, { account, live, request_id: turn.request_id }, terms(row))
    contexts.set(key, ctx)
    return ctx
  }
  const plans = groups.map((group) => {
    const ctx = contextFor(group.rows[0])
    // Those that are decided together are so when the last of them is due.
    const now = turn.own ? (group.rows.at(-1)?.due_at ?? ctx.now) : ctx.now
    return planned(services, { ...ctx, now }, group)
  })
  return Promise.all(plans)
}

/** Writes in the order of the plans, gathered. */
const write = (services: Services, plans: readonly Planned[]): Promise<[Group, Ran][]> =>
  Promise.all(plans.map(async (it): Promise<[Group, Ran]> => [it.group, await ran(services, it)]))

/** What may be done at once, and how the accounts stand that it is of. */
interface Step {
  first: DueKey
  last: DueKey
  /** It fills a page: more of the same is likely to follow. */
  isFull: boolean
  tried: readonly DueKey[]
  terms: (row: DueRow) => Terms | undefined
}

/** The first step after a row; undefined when nothing is due there. */
async function readStep(
  { db, bankDays }: Services,
  { of, by, left, pace: { page: limit } }: Turn,
  after: DueKey | undefined,
  skip = 0,
): Promise<Step | undefined> {
  const keys = firstStep(await findDue(db, dueTables, of, { by, after, limit, skip }), bankDays)
  const [first, last] = [keys[0], keys.at(-1)]
  if (!first || !last) return undefined
  const tried = keys.filter(({ id }) => !left.has(id))
  return { first, last, isFull: keys.length === limit, tried, terms: await termsOf(db, tried) }
}

/** In chunks. Rows that are decided together stay in one. */
function chunksOf(keys: readonly DueKey[], size: number): DueKey[][] {
  const chunks: DueKey[][] = []
  for (const key of keys) {
    const last = chunks.at(-1)
    const fits = last && (last.length < size || jobs[key.table]?.together)
    if (fits) last.push(key)
    else chunks.push([key])
  }
  return chunks
}

/** Reads, decides and writes chunk after chunk, in their order, as far ahead as the pace has it. */
async function runStep(
  services: Services,
  turn: Turn,
  { tried, terms }: Step,
): Promise<[Group, Ran][]> {
  const { pace } = turn
  const { chunk, ahead } = pace.stride()
  const ends: [Group, Ran][] = []
  const writing: Promise<[Group, Ran][]>[] = []
  for (const keys of chunksOf(tried, chunk)) {
    await pace.giveWay(keys.length)
    const groups = await groupsOf(services.db, keys, turn.by)
    const plans = await plansOf(services, turn, groups, terms)
    writing.push(write(services, plans))
    if (writing.length > ahead) ends.push(...((await writing.shift()) ?? []))
  }
  for (const written of await Promise.all(writing)) ends.push(...written)
  return ends
}

/** What was done: how many rows were moved, and which somebody else had in hand. */
interface Tally {
  moved: number
  met: DueRow[]
}

function tallied(ends: readonly [Group, Ran][], left: LeftAlone): Tally {
  const tally: Tally = { moved: 0, met: [] }
  for (const [{ rows }, answer] of ends) {
    if (answer === 'done') tally.moved += rows.length
    else if (answer === 'conflict') tally.met.push(...rows)
    else for (const { id } of rows) left.add(id)
  }
  return tally
}

const atOnce = (a: DueKey, b: DueKey): boolean =>
  a.table === b.table && a.due_at.getTime() === b.due_at.getTime()

/** Walks once through what is due; not beyond what somebody else has in hand. */
async function runPass(services: Services, turn: Turn, most: number): Promise<Tally> {
  const all: Tally = { moved: 0, met: [] }
  let step = await readStep(services, turn, undefined)
  while (step && all.moved < most && !turn.signal?.aborted) {
    const { last, isFull }: Step = step
    const running = runStep(services, turn, step)
    const ahead = isFull ? readStep(services, turn, last) : undefined
    const [ends, likely] = await Promise.all([running, ahead])
    const { moved, met } = tallied(ends, turn.left)
    all.moved += moved
    all.met.push(...met)
    // Of the same table and instant there may be rows further on that nobody has in hand.
    const skip = met.length > moved ? turn.pace.page * (1 + Math.floor(Math.random() * 4)) : 0
    // What may hang on this step is read when it is done.
    const isNext = likely && skip === 0 && atOnce(last, likely.first)
    step = isNext ? likely : await readStep(services, turn, last, skip)
    if (step && all.met.length && !atOnce(last, step.first)) break
  }
  return all
}

/**
 * Does all that is due by the turn's instant, and what falls due by doing it, in the order of the
 * instants. A row that fails is logged and left alone; it stops no other. Says how many rows were
 * moved. Any number of processes may do this at once: a row moves for one of them only, and none
 * goes on to what hangs on rows that another has in hand.
 */
export async function runTurn(services: Services, turn: Turn): Promise<number> {
  let [done, vain] = [0, 0]
  let before = new Set<string>()
  const { most = Number.POSITIVE_INFINITY } = turn
  while (done < most && !turn.signal?.aborted) {
    const { moved, met } = await runPass(services, turn, most - done)
    if (moved + met.length === 0) break
    done += moved
    // Met again and again where they stand, they are in nobody's hand: something is wrong.
    const here = met.map((it) => `${it.id} ${it.due_at?.getTime()}`)
    vain = moved === 0 && here.every((it) => before.has(it)) ? vain + 1 : 0
    before = new Set(here)
    if (vain < limits.verb_attempts_max) continue
    services.log.error({ request_id: turn.request_id, ids: here }, 'due work meets itself')
    for (const { id } of met) turn.left.add(id)
  }
  return done
}
