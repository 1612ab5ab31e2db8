import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import {
  checkEndpointUrl,
  checkEvents,
  type KeyedEndpoint,
  newKey,
  patternsOf,
  unharmed,
} from './endpoint.ts'
import { type Endpoint, endpoints, findEndpoint } from './store.ts'

export interface UpdateWebhookEndpoint {
  id: string
  url?: string | undefined
  enabled?: boolean | undefined
  events?: readonly string[] | undefined
  description?: string | undefined
  asymmetric?: boolean | undefined
}

/** Decides a change of an endpoint. Refuses as `updateWebhookEndpoint`. */
export async function planEndpointUpdate(
  ctx: Ctx,
  input: UpdateWebhookEndpoint,
): Promise<Decision<KeyedEndpoint>> {
  const { id, asymmetric, ...fields } = input
  const before = await findEndpoint(ctx, id)
  if (!before) throw notFound('webhook_endpoint', id)
  if (fields.url !== undefined) checkEndpointUrl(ctx, fields.url)
  if (fields.events) checkEvents(fields.events)
  const seed = asymmetric && !before.seed ? newKey(ctx, 'signing_seed') : undefined
  const isNew = fields.enabled !== undefined || (fields.url ?? before.url) !== before.url
  const after: Endpoint = {
    ...before,
    url: fields.url ?? before.url,
    enabled: fields.enabled ?? before.enabled,
    events: fields.events ?? before.events,
    patterns: fields.events ? patternsOf(fields.events) : before.patterns,
    description: fields.description ?? before.description,
    seed: asymmetric === false ? null : (seed?.id ?? before.seed),
    ...(isNew && { ...unharmed, disabled_reason: null }),
    version: before.version + 1,
  }
  return {
    change: {
      insert: seed ? [seed.insert] : [],
      move: [move(endpoints, before, after)],
      events: [event(ctx, 'webhook_endpoint', 'updated', after)],
    },
    result: { endpoint: after, keys: new Map(seed ? [[seed.id, seed.key]] : []) },
  }
}

/**
 * Changes the members that were sent. Enabled, or at another address, it begins anew: nothing is
 * held against it, and what has waited goes on. Refuses with not_found, invalid_request.
 */
export const updateWebhookEndpoint = verb(planEndpointUpdate)
