import { insertion, type Part } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'
import { type EventRow, eventReplays, findLastReplay } from './store.ts'

/**
 * What lets all who listen hear these events once more, in this order. Their numbers follow the
 * last one, whose successor is claimed: of two that begin at one number, one is decided again.
 */
export async function replayed(ctx: Context, events: readonly EventRow[]): Promise<Part> {
  const { account, live, now: created } = ctx
  if (events.length === 0) return {}
  const first = (await findLastReplay(ctx)) + 1n
  return {
    claim: [{ scope: 'event_replay', value: String(first), owner: ctx.request_id }],
    insert: events.map(({ seq: event_seq }, n) =>
      insertion(eventReplays, { account, live, seq: first + BigInt(n), event_seq, created }),
    ),
  }
}
