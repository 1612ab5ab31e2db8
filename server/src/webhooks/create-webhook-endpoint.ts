import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import { wholeSecond } from '../kernel/time.ts'
import { insertion } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import {
  checkEndpointUrl,
  checkEvents,
  type KeyedEndpoint,
  newKey,
  patternsOf,
  slotOf,
  unharmed,
} from './endpoint.ts'
import { type Endpoint, endpoints, findEndpoints } from './store.ts'

export interface CreateWebhookEndpoint {
  dialect: string
  url: string
  enabled: boolean
  events: readonly string[]
  description?: string | undefined
  /** Whether it gets a key pair beside its secret. */
  asymmetric: boolean
  /** A sealed key to sign with, by the id of its record; absent: a new one. */
  secret?: string | undefined
}

/** Two who make the last one meet on its place, and one of them reads again. */
function freeSlot(taken: readonly Endpoint[]): number {
  const slots = new Set(taken.map(({ slot }) => slot))
  for (let slot = 1; slot <= limits.webhook_endpoints_max; slot++) if (!slots.has(slot)) return slot
  throw new Refusal('limit_reached', {
    message: `An account has at most ${limits.webhook_endpoints_max} webhook endpoints`,
  })
}

/** Decides a new endpoint. Refuses as `createWebhookEndpoint`. */
export async function planWebhookEndpoint(
  ctx: Ctx,
  input: CreateWebhookEndpoint,
): Promise<Decision<KeyedEndpoint>> {
  const { asymmetric, secret: known, ...fields } = input
  checkEndpointUrl(ctx, input.url)
  checkEvents(input.events)
  const slot = freeSlot(await findEndpoints(ctx))
  const secret = known ? { id: known } : newKey(ctx, 'signing_secret')
  const seed = asymmetric ? newKey(ctx, 'signing_seed') : undefined
  const made = [...('key' in secret ? [secret] : []), ...(seed ? [seed] : [])]
  const row: Endpoint = {
    account: ctx.account,
    live: ctx.live,
    id: newId('we'),
    version: 1,
    created: wholeSecond(ctx.now),
    deleted: false,
    slot,
    description: null,
    ...fields,
    patterns: patternsOf(input.events),
    secret: secret.id,
    old_secret: null,
    old_secret_until: null,
    seed: seed?.id ?? null,
    ...unharmed,
  }
  return {
    change: {
      claim: [slotOf(row)],
      insert: [insertion(endpoints, row), ...made.map(({ insert }) => insert)],
      events: [event(ctx, 'webhook_endpoint', 'created', row)],
    },
    result: { endpoint: row, keys: new Map(made.map(({ id, key }) => [id, key])) },
  }
}

/**
 * Makes an endpoint with keys of its own; every event after it that it asks for is sent there.
 * Refuses with invalid_request (an address that we do not call, no event), limit_reached.
 */
export const createWebhookEndpoint = verb(planWebhookEndpoint)
