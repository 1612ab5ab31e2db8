import { event } from '../events/event.ts'
import { historyOf } from '../events/history.ts'
import { step } from '../kernel/machine.ts'
import { type EventDraft, joined, move, type Part } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'
import { type DisputeAction, type DisputeStatus, disputeMachine } from './dispute.ts'
import { type Dispute, disputes } from './store.ts'

/** A dispute after one decision, and what must be true with it. */
export interface Progress {
  dispute: Dispute
  part: Part
}

/** The event that has the name of a status that a dispute came to: none comes back to open. */
export const told = (ctx: Context, dispute: Dispute, status: DisputeStatus): EventDraft =>
  event(ctx, 'dispute', status as Exclude<DisputeStatus, 'open'>, dispute)

/**
 * One edge further: the next version of the dispute, its line of history and its event, which has
 * the name of the status. What was due on the old status is due no more. Refuses with
 * illegal_transition. Pure but for ids.
 */
export function walk(
  ctx: Context,
  before: Dispute,
  action: DisputeAction,
  values: Partial<Dispute>,
  part: Part,
): Progress {
  const status = step(disputeMachine, before.status, action)
  const version = before.version + 1
  const dispute: Dispute = { ...before, due_at: null, ...values, status, version }
  return {
    dispute,
    part: joined(part, {
      move: [move(disputes, before, dispute)],
      insert: historyOf(ctx, dispute, [{ action, status }]),
      events: [told(ctx, dispute, status)],
    }),
  }
}
