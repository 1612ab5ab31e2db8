import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import type { Change, Part } from './change.ts'
import type { Writer } from './commit.ts'
import type { Db } from './db.ts'
import type { Origins } from './origins.ts'

/**
 * On whose behalf, when and with what a verb runs. Made once for each request or piece of due work.
 */
export interface Context {
  db: Db
  committer: Writer
  /** The account's clock, read once: a decision sees one instant. */
  now: Date
  account: string
  live: boolean
  /** Stands in logs, events and answers: which call caused what. */
  request_id: string
  /** What addresses begin with that are told of. */
  origins: Origins
  /** Called with each change of this piece of work that became true. */
  committed?(change: Change): void
}

/** What a read needs. */
export type Reader = Pick<Context, 'db' | 'account' | 'live'>

/** What a decision came to: what shall be true, and what the caller is told when it is. */
export interface Decision<Result> {
  change?: Part
  result: Result
  /** What this process does once the change is true; never when it is not. */
  done?: (() => void) | undefined
}

/**
 * Verbs that met on a row wait for each other here before they read again, so that each gets its
 * turn.
 */
const turns = new Map<string, Promise<void>>()

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key) ?? Promise.resolve()
  let done = (): void => {}
  const mine = new Promise<void>((resolve) => {
    done = resolve
  })
  const queue = before.then(() => mine)
  turns.set(key, queue)
  await before
  try {
    return await work()
  } finally {
    done()
    if (turns.get(key) === queue) turns.delete(key)
  }
}

/** What others wait for who met on the same row or claim. */
const meetingPlace = ({ move, claim, account }: Change): string =>
  move?.[0]?.id ?? claim?.[0]?.value ?? account

/**
 * Attempts until one is done; after the first, those who met on the same take turns. Refuses with
 * conflict when a bound is reached.
 */
export async function untilDone<T>(
  attempt: () => Promise<{ result: T } | { met: Change }>,
): Promise<T> {
  let it = await attempt()
  for (let tries = 2; 'met' in it && tries <= limits.verb_attempts_max; tries++) {
    it = await inTurn(meetingPlace(it.met), attempt)
  }
  if ('met' in it) throw new Refusal('conflict')
  return it.result
}

/**
 * Makes a verb of a decision: reads, decides, commits; when somebody was faster, again from the
 * read, a bounded number of times. Refuses with conflict when the bound is reached.
 */
export const verb =
  <Ctx extends Context, Input, Result>(
    decide: (ctx: Ctx, input: Input) => Promise<Decision<Result>>,
  ) =>
  (ctx: Ctx, input: Input): Promise<Result> =>
    untilDone<Result>(async () => {
      const { change, result, done } = await decide(ctx, input)
      if (!change) return { result }
      const whole: Change = { account: ctx.account, live: ctx.live, ...change }
      const told = () => {
        ctx.committed?.(whole)
        done?.()
      }
      return (await ctx.committer.commit(whole, told)) === 'done' ? { result } : { met: whole }
    })

/**
 * For a verb that comes before the last of its request: its Change is written at once. It must do
 * no harm when the request goes no further, and nothing more when it is made again.
 */
export const ahead = <Ctx extends Context>(ctx: Ctx): Ctx => ({
  ...ctx,
  committer: ctx.committer.direct,
})
