import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { slotOf } from './endpoint.ts'
import { type Endpoint, endpoints, findEndpoint } from './store.ts'

/** Decides the end of an endpoint. Refuses as `deleteWebhookEndpoint`. */
export async function planEndpointDeletion(
  ctx: Pick<Ctx, 'db' | 'account' | 'live' | 'now' | 'request_id'>,
  input: { id: string },
): Promise<Decision<Endpoint>> {
  const before = await findEndpoint(ctx, input.id)
  if (!before) throw notFound('webhook_endpoint', input.id)
  const after: Endpoint = { ...before, deleted: true, version: before.version + 1 }
  return {
    change: {
      release: [slotOf(before)],
      move: [move(endpoints, before, after)],
      events: [event(ctx, 'webhook_endpoint', 'deleted', after)],
    },
    result: after,
  }
}

/**
 * Takes an endpoint out of sight. Nothing more is sent there; what is pending is canceled a moment
 * later, in batches. Refuses with not_found.
 */
export const deleteWebhookEndpoint = verb(planEndpointDeletion)
