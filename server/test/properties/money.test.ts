import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { moveClock } from '../../src/accounts/move-clock.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { contextOf } from '../../src/dialects/operation-route.ts'
import { newId } from '../../src/kernel/ids.ts'
import { Refusal } from '../../src/kernel/problem.ts'
import type { Ctx } from '../../src/processors/ctx.ts'
import { sandbox } from '../../src/processors/sandbox/sandbox.ts'
import { type Draw, drawing, seed_of_run } from '../draw.ts'
import { startServer, type TestServer } from '../harness.ts'
import { operation_names, perform, type World, worldOf } from '../operations.ts'

interface Call {
  name: string
  /** What chooses the rest of the call. */
  seed: number
  /** Of 16 one names what is another account's. */
  whose: number
}

/** Calls on one account, so many times each, all at once or one after the other. */
interface Step {
  calls: Call[]
  times: number
  at_once: boolean
}

const HOUR_MS = 3600 * 1000
const rounds = Math.ceil(1000 * Number(process.env.OBOLE_PROPERTY_ROUNDS ?? 1))
/** Runs that share a database, each on an account of its own. */
const together = 250

/** To the bank's next hour, over a weekend, until all disputes are over. */
const ways_of_time = [9, 9, 24, 24, 72, 800] as const
const move_clock = 'move_clock'
/** Every fifth call. */
const fifth = Math.ceil(operation_names.length / 4)

const call = fc.record<Call>({
  name: fc.constantFrom(...operation_names, ...Array<string>(fifth).fill(move_clock)),
  seed: fc.nat(),
  whose: fc.nat(15),
})
const one = fc.array(call, { minLength: 1, maxLength: 1 })
const some = fc.array(call, { minLength: 2, maxLength: 4 })
const once = fc.constant(1)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ calls: one, times: once, at_once: fc.constant(false) }),
    },
    // The caller has heard no answer, and asks again.
    {
      weight: 1,
      arbitrary: fc.record({ calls: one, times: fc.constantFrom(2, 3), at_once: fc.boolean() }),
    },
    // Several who do not know of each other.
    { weight: 1, arbitrary: fc.record({ calls: some, times: once, at_once: fc.constant(true) }) },
  ),
  { minLength: 4, maxLength: 16, size: 'max' },
)

interface Whose {
  account: string
  live: boolean
}

/** A thousand runs come by these too. */
const seen_often = [
  ...['not_found', 'illegal_transition', 'amount_exceeds_refundable', 'duplicate'],
  ...['authenticating', 'authorized', 'capture_sent', 'captured', 'canceled', 'expired', 'refused'],
  ...['refund_sent', 'refunded', 'not_honored', 'payment_canceled', 'disburse_sent', 'disbursed'],
  ...['disputed', 'evidence_sent', 'won', 'lost', 'accepted', 'out_of_time', 'not_contestable'],
  ...['to_pay', 'sent', 'paid', 'failed'],
]

const isForeign = ({ whose }: Call): boolean => whose === 15

/** What has happened, how often: verbs, refusals by their code, statuses that were walked to. */
type Tally = Map<string, number>

const count = (tally: Tally, what: string) => tally.set(what, (tally.get(what) ?? 0) + 1)

/** Time passes for the test account; a live one has no clock of its own. */
async function moveTime({ services }: TestServer, ctx: Ctx, draw: Draw): Promise<void> {
  if (ctx.live) return
  const to = new Date(ctx.now.getTime() + draw.one(ways_of_time) * HOUR_MS)
  await moveClock(ctx, { to, frozen: draw.one([true, false]), real: services.clock.now() })
  await services.runClock(services, ctx.account, ctx.request_id)
}

async function doCall(
  server: TestServer,
  whose: Whose,
  world: World,
  it: Call,
  tally: Tally,
): Promise<void> {
  const ctx = await contextOf(server.services, { ...whose, request_id: 'test' })
  const draw = drawing(it.seed)
  try {
    if (it.name === move_clock) await moveTime(server, ctx, draw)
    else count(tally, (await perform(it.name, { ctx, world, draw })).name)
  } catch (error) {
    if (!(error instanceof Refusal)) throw Object.assign(error as Error, { operation: it.name })
    count(tally, error.code)
  }
}

async function walk(
  server: TestServer,
  steps: readonly Step[],
  { whose, another, tally }: { whose: Whose; another: Whose; tally: Tally },
): Promise<void> {
  const { db } = server.services
  for (const it of steps) {
    const mine = await worldOf(db, whose)
    const other = it.calls.some(isForeign) ? await worldOf(db, another) : mine
    const ask = (one: Call) => doCall(server, whose, isForeign(one) ? other : mine, one, tally)
    const calls = Array.from({ length: it.times }, () => it.calls).flat()
    if (it.at_once) await Promise.all(calls.map(ask))
    else for (const one of calls) await ask(one)
  }
}

/** Walks all of these on a new database at the same time; then nothing may be wrong in it. */
async function walkAll(runs: readonly (readonly Step[])[], tally: Tally): Promise<void> {
  const server = await startServer({ live: sandbox })
  try {
    // Of five accounts one does the same in live mode.
    const accounts = runs.map(() => newId('acct'))
    const whose = runs.map((_, n) => ({
      account: accounts[n % 5 === 4 ? n - 1 : n] ?? '',
      live: n % 5 === 4,
    }))
    await server.services.db.query(
      `insert into accounts (id, name, version, created)
       select id, 'A shop', 1, now() from unnest($1::text[]) id`,
      [accounts],
    )
    const ended = await Promise.allSettled(
      runs.map((steps, n) =>
        walk(server, steps, {
          whose: whose[n] as Whose,
          another: whose[n ? n - 1 : whose.length - 1] as Whose,
          tally,
        }),
      ),
    )
    const thrown = ended.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []))
    assert.deepEqual(thrown, [])
    assert.deepEqual(await brokenInvariants(server.services.db), [])
    // What is still under way ends, also where real time goes by.
    await server.advance(60 * 24 * HOUR_MS)
    assert.deepEqual(await brokenInvariants(server.services.db), [])
    const walked = await server.services.db.query<{ status: string }>(
      'select distinct status from history',
    )
    for (const { status } of walked) count(tally, status)
  } finally {
    await server.close()
  }
}

/** A shorter list with which it still fails: pieces are left out, ever smaller ones. */
async function shortest<T>(
  list: readonly T[],
  fails: (list: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let left = [...list]
  for (let size = Math.ceil(left.length / 2); size > 0; size = Math.floor(size / 2)) {
    for (let from = 0; from < left.length && left.length > 1; ) {
      const rest = left.filter((_, n) => n < from || n >= from + size)
      if (await fails(rest)) left = rest
      else from += size
    }
  }
  return left
}

/** What is wrong, and the fewest runs and steps that were found to lead there. */
async function explained(runs: readonly Step[][], error: unknown): Promise<Error> {
  let last = error
  const fails = (some: readonly (readonly Step[])[]) =>
    walkAll(some, new Map()).then(
      () => false,
      (why) => {
        last = why
        return true
      },
    )
  const some = await shortest(runs, fails)
  const [run = []] = some
  const shown = some.length > 1 ? some : [await shortest(run, (steps) => fails([steps]))]
  const lines = shown.map((steps) => steps.map((it) => JSON.stringify(it)).join('\n'))
  const { message } = last as Error
  return new Error(`OBOLE_SEED=${seed_of_run}: ${message}\nafter\n${lines.join('\nbeside\n')}`)
}

describe(`random operations on money (OBOLE_SEED=${seed_of_run})`, () => {
  it(`${rounds} times leave every invariant whole, with duplicates and moved clocks`, async () => {
    const runs = fc.sample(steps, { seed: seed_of_run, numRuns: rounds })
    const tally: Tally = new Map()
    for (let first = 0; first < runs.length; first += together) {
      const batch = runs.slice(first, first + together)
      await walkAll(batch, tally).catch(async (error) => {
        throw await explained(batch, error)
      })
    }
    if (rounds < 1000) return
    for (const it of [...operation_names, ...seen_often]) {
      assert.ok(tally.has(it), `${it} was never done, said or reached`)
    }
  })
})
