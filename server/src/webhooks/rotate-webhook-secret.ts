import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { later } from '../kernel/time.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { newKey } from './endpoint.ts'
import { type Endpoint, endpoints, findEndpoint } from './store.ts'

export interface RotateWebhookSecret {
  id: string
  /** For how long the old secret signs too, in seconds of real time. */
  expire_in: number
  real: Date
}

/**
 * Gives an endpoint a new secret. The one before signs too for a while; the one before that does
 * not any more. A key pair stays as it is. Refuses with not_found.
 */
export const rotateWebhookSecret = verb(async (ctx: Ctx, input: RotateWebhookSecret) => {
  const { id, expire_in, real } = input
  const before = await findEndpoint(ctx, id)
  if (!before) throw notFound('webhook_endpoint', id)
  const secret = newKey(ctx, 'signing_secret')
  const old = expire_in > 0
  const after: Endpoint = {
    ...before,
    secret: secret.id,
    old_secret: old ? before.secret : null,
    old_secret_until: old ? later(real, expire_in * 1000) : null,
    version: before.version + 1,
  }
  return {
    change: {
      insert: [secret.insert],
      move: [move(endpoints, before, after)],
      events: [event(ctx, 'webhook_endpoint', 'updated', after)],
    },
    result: { endpoint: after, keys: new Map([[secret.id, secret.key]]) },
  }
})
