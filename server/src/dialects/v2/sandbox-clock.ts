import type {
  operations,
  SandboxClock,
  SandboxClockMoved,
} from '@obole/contract/v2/sandbox-clock.js'
import { type ClockMove, clockTime } from '../../accounts/clock.ts'
import { moveClock } from '../../accounts/move-clock.ts'
import { type ClockRow, findTerms } from '../../accounts/store.ts'
import { type CausedEvent, findCaused, findLastSeq } from '../../events/store.ts'
import { limits } from '../../kernel/limits.ts'
import { Refusal } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Context } from '../../platform/context.ts'
import type { Ctx } from '../../processors/ctx.ts'
import type { Handlers, Services } from '../operation-route.ts'

const clockView = (clock: ClockRow | null, real: Date): SandboxClock => ({
  now: unixSeconds(clockTime(clock, real)),
  frozen: clock?.frozen ?? false,
  advancing: clock !== null && clock.target !== null,
})

const eventView = ({ id, seq, type, object, object_id, created }: CausedEvent) => ({
  id,
  seq: Number(seq),
  type,
  object,
  object_id,
  created: unixSeconds(created),
})

/** How the clock of an account's test mode stands. */
export async function showClock({ clock }: Services, ctx: Context): Promise<SandboxClock> {
  const [terms] = await findTerms(ctx.db, ctx.live, [ctx.account])
  return clockView(terms?.clock ?? null, clock.now())
}

/**
 * Does what falls due until the clock is where it is going, and tells what has happened since this
 * event, by this call or by itself.
 */
async function finishMove(
  services: Services,
  ctx: Ctx,
  after_seq: bigint,
): Promise<SandboxClockMoved> {
  await services.runClock(services, ctx.account, ctx.request_id)
  const { events, count } = await findCaused(ctx, after_seq, limits.clock_events_max)
  const shown = await showClock(services, ctx)
  return { ...shown, events: events.map(eventView), events_count: count }
}

/**
 * Moves the clock of an account's test mode, does what falls due on the way, and tells what has
 * happened. Killed on the way, the rest is done by the next process. Refuses with invalid_request.
 */
export async function runMove(
  services: Services,
  ctx: Ctx,
  move: ClockMove,
): Promise<SandboxClockMoved> {
  const before = await findLastSeq(ctx)
  await moveClock(ctx, { ...move, real: services.clock.now() })
  return finishMove(services, ctx, before)
}

/** There is no such thing in live mode. */
function refuseLive({ live }: Context): void {
  if (live) throw new Refusal('not_found')
}

export const sandboxClockHandlers = (services: Services): Handlers<typeof operations> => ({
  'read-sandbox-clock': async ({ ctx }) => {
    refuseLive(ctx)
    return showClock(services, ctx)
  },
  'move-sandbox-clock': async ({ ctx, body, begun }) => {
    refuseLive(ctx)
    if (!begun) return runMove(services, ctx, body)
    // In the name of the call that sent it on its way, so that all of it is told as one.
    return finishMove(services, { ...ctx, request_id: begun.request_id }, begun.after_seq)
  },
})
