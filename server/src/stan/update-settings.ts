import { assert } from '../kernel/assert.ts'
import { Refusal } from '../kernel/problem.ts'
import { joined, move, type Part } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { checkUrl } from '../platform/outbound-url.ts'
import type { Ctx } from '../processors/ctx.ts'
import { planWebhookEndpoint } from '../webhooks/create-webhook-endpoint.ts'
import { planEndpointDeletion } from '../webhooks/delete-webhook-endpoint.ts'
import { findEndpoint } from '../webhooks/store.ts'
import { planEndpointUpdate } from '../webhooks/update-webhook-endpoint.ts'
import { toldTypes } from './notification.ts'
import { findCredentials, type StanCredentials, stanCredentials } from './store.ts'

/** Names of the settings, and the endpoint that each is kept in. */
const endpointsOf = {
  webhook_url: { column: 'webhook_endpoint', dialect: 'stan' },
  payment_webhook_url: { column: 'legacy_endpoint', dialect: 'stan-legacy' },
} as const
type Address = keyof typeof endpointsOf

export interface UpdateSettings extends Partial<Record<Address, string | null>> {
  /** The client id of the credentials that call. */
  id: string
  oauth_redirect_url?: string | null
}

async function credentialsOf(ctx: Ctx, id: string): Promise<StanCredentials> {
  const found = await findCredentials(ctx.db, id)
  assert(found, 'who calls has credentials')
  return found
}

/** The endpoint with this address, made, changed or ended, and its id. */
async function endpointPart(
  ctx: Ctx,
  { client, current, dialect }: { client: string; current: string | null; dialect: string },
  url: string | null,
): Promise<{ id: string | null; part: Part }> {
  const before = current === null ? undefined : await findEndpoint(ctx, current)
  if (url === null) {
    const ending = before && (await planEndpointDeletion(ctx, before))
    return { id: null, part: ending?.change ?? {} }
  }
  if (before?.url === url && before.enabled) return { id: current, part: {} }
  const { change, result } = before
    ? await planEndpointUpdate(ctx, { id: before.id, url, enabled: true })
    : await planWebhookEndpoint(ctx, {
        dialect,
        url,
        enabled: true,
        events: toldTypes,
        asymmetric: false,
        // What its receiver checks the signature with.
        secret: client,
      })
  return { id: result.endpoint.id, part: change ?? {} }
}

const setAddress = verb(
  async (
    ctx: Ctx,
    { id, name, url }: { id: string; name: Address; url: string | null },
  ): Promise<Decision<undefined>> => {
    const before = await credentialsOf(ctx, id)
    const { column, dialect } = endpointsOf[name]
    const current = before[column]
    const told = await endpointPart(ctx, { client: id, current, dialect }, url)
    const after: StanCredentials = { ...before, [column]: told.id }
    const moved = told.id === current ? {} : { move: [move(stanCredentials, before, after)] }
    return { change: joined(told.part, moved), result: undefined }
  },
)

const setRedirect = verb(
  async (
    ctx: Ctx,
    { id, url }: { id: string; url: string | null },
  ): Promise<Decision<undefined>> => {
    const before = await credentialsOf(ctx, id)
    const after: StanCredentials = { ...before, oauth_redirect_url: url }
    return { change: { move: [move(stanCredentials, before, after)] }, result: undefined }
  },
)

/**
 * Says where the merchant wants to hear of payments. What is not named stays as it was; null ends
 * it. Set again, an address that was disabled is tried anew. Refuses with invalid_request (an
 * address that we do not call), before anything is changed; with limit_reached.
 */
export async function updateSettings(ctx: Ctx, { id, ...given }: UpdateSettings): Promise<void> {
  const names = Object.keys(endpointsOf) as Address[]
  for (const name of names) {
    const url = given[name]
    const checked = url ? checkUrl(url, ctx) : undefined
    if (checked && !checked.ok) {
      throw new Refusal('invalid_request', { loc: ['body', name], message: checked.reason })
    }
  }
  // One after the other: each takes a place among the account's endpoints.
  for (const name of names) {
    const url = given[name]
    if (url !== undefined) await setAddress(ctx, { id, name, url })
  }
  const { oauth_redirect_url: url } = given
  if (url !== undefined) await setRedirect(ctx, { id, url })
}
