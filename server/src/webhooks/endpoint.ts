import { randomBytes } from 'node:crypto'
import { eventTypesOf } from '@obole/contract/events.js'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/problem.ts'
import { Secret } from '../kernel/secret.ts'
import { openKeys, sealedNumber } from '../numbers/number.ts'
import type { Claim, Insertion } from '../platform/change.ts'
import type { Db } from '../platform/db.ts'
import { checkUrl } from '../platform/outbound-url.ts'
import type { Ctx } from '../processors/ctx.ts'
import type { Endpoint } from './store.ts'

const key_bytes = 32

/** A key by the id of its record. */
export type Keys = ReadonlyMap<string, Secret<Buffer>>

/** An endpoint, and the keys that were made with it: not yet in the vault, perhaps. */
export interface KeyedEndpoint {
  endpoint: Endpoint
  keys: Keys
}

/** A new key for an endpoint, and its record. */
export function newKey(
  ctx: Ctx,
  kind: 'signing_secret' | 'signing_seed',
): { id: string; key: Secret<Buffer>; insert: Insertion } {
  const [id, key] = [newId('wsec'), new Secret(randomBytes(key_bytes))]
  return { id, key, insert: sealedNumber(ctx, id, kind, key) }
}

/** What signs the deliveries of an endpoint, in clear. */
export interface SigningKeys {
  /** Its own secret, and the one before while that signs too. */
  secrets: readonly [Secret<Buffer>, ...Secret<Buffer>[]]
  seed: Secret<Buffer> | undefined
}

/**
 * The keys of each endpoint at an instant of real time, by the endpoint's id. `made`: keys that are
 * known already.
 */
export async function signingKeys(
  at: { db: Db; vault: Ctx['vault'] },
  of: readonly Endpoint[],
  real: Date,
  made: Keys = new Map(),
): Promise<Map<string, SigningKeys>> {
  const isOld = ({ old_secret_until: until }: Endpoint) => until !== null && until > real
  const keys = await openKeys(
    at,
    of.flatMap(({ account, live, ...it }) =>
      [it.secret, it.old_secret, it.seed].flatMap((id) =>
        id && !made.has(id) ? [{ account, live, id }] : [],
      ),
    ),
  )
  const key = (id: string): Secret<Buffer> => {
    const found = made.get(id) ?? keys.get(id)
    if (!found) throw new Error(`the key ${id} is not in the vault`)
    return found
  }
  return new Map(
    of.map((it) => [
      it.id,
      {
        secrets: [key(it.secret), ...(it.old_secret && isOld(it) ? [key(it.old_secret)] : [])],
        seed: it.seed ? key(it.seed) : undefined,
      },
    ]),
  )
}

/** Types of events as `like` takes them: `payment_intent.*` is `payment\_intent.%`. Pure. */
export const patternsOf = (events: readonly string[]): string[] =>
  events.map((it) => it.replaceAll('_', '\\_').replaceAll('*', '%'))

/** Refuses with invalid_request an address that may not be called. */
export function checkEndpointUrl({ live }: Pick<Ctx, 'live'>, url: string): void {
  const checked = checkUrl(url, { live })
  if (checked.ok) return
  throw new Refusal('invalid_request', { loc: ['body', 'url'], message: checked.reason })
}

/** Refuses with invalid_request what names no event of the catalogue. */
export function checkEvents(events: readonly string[]): void {
  const wrong = events.findIndex((it) => it !== '*' && !eventTypesOf(it).length)
  if (wrong === -1) return
  throw new Refusal('invalid_request', {
    loc: ['body', 'events', wrong],
    message: 'this names no event: a type, all of an object (payment.*), or all (*)',
  })
}

/** The place of an endpoint among those that an account may have is nobody else's. */
export const slotOf = ({ id, slot }: Pick<Endpoint, 'id' | 'slot'>): Claim => ({
  scope: 'webhook_endpoint.slot',
  value: String(slot),
  owner: id,
})

/** What an endpoint is when nothing is known against it. */
export const unharmed = { failing_since: null, warnings: 0, disabled_reason: null } as const
