import type {
  DeliveryAttempt,
  DeliveryOut,
  operations,
  WebhookEndpointOut,
  WebhookEndpointTold,
} from '@obole/contract/v2/webhooks.js'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { createWebhookEndpoint } from '../../webhooks/create-webhook-endpoint.ts'
import { deleteWebhookEndpoint } from '../../webhooks/delete-webhook-endpoint.ts'
import { type KeyedEndpoint, type Keys, signingKeys } from '../../webhooks/endpoint.ts'
import { rotateWebhookSecret } from '../../webhooks/rotate-webhook-secret.ts'
import { publicKeyText, secretInHex, secretText } from '../../webhooks/sign.ts'
import {
  type Attempt,
  type Delivery,
  type Endpoint,
  findAttempts,
  findDelivery,
  findEndpoint,
  listDeliveries,
  listEndpoints,
} from '../../webhooks/store.ts'
import { testWebhookEndpoint } from '../../webhooks/test-webhook-endpoint.ts'
import { updateWebhookEndpoint } from '../../webhooks/update-webhook-endpoint.ts'
import type { Handlers, Services } from '../operation-route.ts'
import { rangeOf } from './list.ts'
import { v2Postman } from './webhook-postman.ts'

const secondsOf = (at: Date | null): number | null => (at ? unixSeconds(at) : null)

/** An endpoint without anything that signs. */
export const toldEndpointView = (it: Endpoint): WebhookEndpointTold => ({
  id: it.id,
  created: unixSeconds(it.created),
  url: it.url,
  enabled: it.enabled,
  events: [...it.events],
  description: it.description,
  failing_since: secondsOf(it.failing_since),
  disabled_reason: it.disabled_reason,
  deleted: it.deleted,
})

async function endpointViews(
  { db, vault }: Pick<Ctx, 'db' | 'vault'>,
  of: readonly Endpoint[],
  real: Date,
  made?: Keys,
): Promise<WebhookEndpointOut[]> {
  const keys = await signingKeys({ db, vault }, of, real, made)
  return of.map((it) => {
    const { secrets, seed } = keys.get(it.id) ?? {}
    const secret = secrets?.[0].reveal() ?? Buffer.alloc(0)
    return {
      ...toldEndpointView(it),
      secret: secretInHex(secret),
      signing_secret: secretText(secret),
      old_secret_until: secrets?.[1] ? secondsOf(it.old_secret_until) : null,
      public_key: seed ? publicKeyText(seed.reveal()) : null,
    }
  })
}

const shownView = (it: Omit<Attempt, 'account' | 'live' | 'delivery' | 'attempt'>) => ({
  at: unixSeconds(it.at),
  duration_ms: it.duration_ms,
  status_code: it.status_code,
  error: it.error,
  request_headers: it.request_headers,
  response_headers: it.response_headers,
  response_body: it.response_body,
})

const attemptView = (it: Attempt): DeliveryAttempt => ({ attempt: it.attempt, ...shownView(it) })

async function deliveryViews(ctx: Ctx, of: readonly Delivery[]): Promise<DeliveryOut[]> {
  const attempts = await findAttempts(
    ctx,
    of.map(({ id }) => id),
  )
  return of.map((it) => ({
    id: it.id,
    created: unixSeconds(it.created),
    webhook_endpoint: it.endpoint,
    event: it.event,
    type: it.type,
    status: it.status,
    url: it.url,
    next_attempt_at: secondsOf(it.due_at),
    attempts: attempts.filter(({ delivery }) => delivery === it.id).map(attemptView),
  }))
}

/** One of version 2: those of other dialects have keys that are nobody's to see here. */
async function foundEndpoint(ctx: Ctx, id: string): Promise<Endpoint> {
  const endpoint = await findEndpoint(ctx, id)
  if (endpoint?.dialect !== 'v2') throw notFound('webhook_endpoint', id)
  return endpoint
}

export const webhookHandlers = ({ clock }: Services): Handlers<typeof operations> => {
  const viewOf = async (ctx: Ctx, it: KeyedEndpoint): Promise<WebhookEndpointOut> => {
    const [view] = await endpointViews(ctx, [it.endpoint], clock.now(), it.keys)
    return view as WebhookEndpointOut
  }
  return {
    'list-webhook-endpoints': async ({ ctx, query }) => {
      const page = await listEndpoints(ctx, { ...query, dialect: 'v2' })
      const webhook_endpoints = await endpointViews(ctx, page.rows, clock.now())
      return { range: rangeOf(page), webhook_endpoints }
    },
    'create-webhook-endpoint': async ({ ctx, body }) =>
      viewOf(ctx, await createWebhookEndpoint(ctx, { ...body, dialect: 'v2' })),
    'read-webhook-endpoint': async ({ ctx, params }) =>
      viewOf(ctx, { endpoint: await foundEndpoint(ctx, params.id), keys: new Map() }),
    'update-webhook-endpoint': async ({ ctx, params, body }) => {
      const { id } = await foundEndpoint(ctx, params.id)
      return viewOf(ctx, await updateWebhookEndpoint(ctx, { ...body, id }))
    },
    'delete-webhook-endpoint': async ({ ctx, params }) => {
      await foundEndpoint(ctx, params.id)
      await deleteWebhookEndpoint(ctx, params)
      return undefined
    },
    'rotate-webhook-secret': async ({ ctx, params, body }) => {
      const { id } = await foundEndpoint(ctx, params.id)
      const { expire_in = 24 * 3600 } = body ?? {}
      const input = { id, expire_in, real: clock.now() }
      return viewOf(ctx, await rotateWebhookSecret(ctx, input))
    },
    'test-webhook-endpoint': async ({ ctx, params }) => {
      await foundEndpoint(ctx, params.id)
      const now = () => clock.now()
      const shown = await testWebhookEndpoint(ctx, { id: params.id, postman: v2Postman, now })
      const { accepted, url, request_body } = shown
      return { accepted, url, request_body, ...shownView(shown) }
    },
    'list-webhook-deliveries': async ({ ctx, params, query }) => {
      await foundEndpoint(ctx, params.id)
      const page = await listDeliveries(ctx, { ...query, endpoint: params.id })
      return { range: rangeOf(page), deliveries: await deliveryViews(ctx, page.rows) }
    },
    'read-webhook-delivery': async ({ ctx, params }) => {
      const { id } = await foundEndpoint(ctx, params.id)
      const delivery = await findDelivery(ctx, params.delivery)
      if (delivery?.endpoint !== id) throw notFound('delivery', params.delivery)
      const [view] = await deliveryViews(ctx, [delivery])
      return view as DeliveryOut
    },
  }
}
