import { operation } from '../operation.ts'
import { closed, id, idParams, listOf, nullable, oneOf, page, seconds, text } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

const address = Type.String({
  format: 'uri',
  minLength: 1,
  maxLength: 2048,
  description: 'Where events are sent, by POST: https, or this machine in test mode',
})
const events = Type.Array(
  text(1, 64, 'A type of events, all of an object (payment.*), or all (*)'),
  { minItems: 1, maxItems: 64, description: 'Which events are sent' },
)
const asymmetric = {
  description: 'Whether deliveries are signed with a key pair too, which public_key checks',
}
const description = text(0, 256, 'For you; nobody else sees it')

export const WebhookEndpointIn = closed('WebhookEndpointIn', {
  url: address,
  enabled: Type.Boolean({ default: true, description: 'Whether it is sent anything' }),
  events: Type.Unsafe<string[]>({ ...events, default: ['*'] }),
  description: Type.Optional(description),
  asymmetric: Type.Boolean({ default: false, ...asymmetric }),
})
export type WebhookEndpointIn = Static<typeof WebhookEndpointIn>

export const WebhookEndpointPatch = closed('WebhookEndpointPatch', {
  url: Type.Optional(address),
  enabled: Type.Optional(
    Type.Boolean({ description: 'true also goes on with what has waited while it was disabled' }),
  ),
  events: Type.Optional(events),
  description: Type.Optional(description),
  asymmetric: Type.Optional(Type.Boolean(asymmetric)),
})
export type WebhookEndpointPatch = Static<typeof WebhookEndpointPatch>

const told = {
  id: id('we'),
  created: seconds(),
  url: Type.String({ description: 'Where events are sent' }),
  enabled: Type.Boolean(),
  events: Type.Array(Type.String()),
  description: nullable(description),
  failing_since: nullable(seconds('Since when no delivery has arrived, in unix seconds')),
  disabled_reason: nullable(
    oneOf(['gone', 'failing'], {
      description:
        'Why we disabled it: it answered 410, or nothing arrived for five days. Null when you did',
    }),
  ),
  deleted: Type.Boolean(),
}

/** An endpoint as events tell of it: nothing that signs. */
export const WebhookEndpointTold = closed('WebhookEndpointTold', told)
export type WebhookEndpointTold = Static<typeof WebhookEndpointTold>

export const WebhookEndpointOut = closed('WebhookEndpointOut', {
  ...told,
  secret: Type.String({ description: 'What deliveries are signed with: 32 bytes in hexadecimal' }),
  signing_secret: Type.String({
    description: 'The same bytes as libraries of Standard Webhooks take them: whsec_…',
  }),
  old_secret_until: nullable(
    seconds('Until when the secret before signs too, in unix seconds; null when none does'),
  ),
  public_key: nullable(
    Type.String({ description: 'Checks the signatures v1a: whpk_…; null unless asymmetric' }),
  ),
})
export type WebhookEndpointOut = Static<typeof WebhookEndpointOut>

export const WebhookEndpointList = listOf(
  'WebhookEndpointList',
  'webhook_endpoints',
  WebhookEndpointOut,
)
export type WebhookEndpointList = Static<typeof WebhookEndpointList>

export const WebhookRotation = nullable(
  closed('WebhookRotation', {
    expire_in: Type.Integer({
      minimum: 0,
      maximum: 7 * 24 * 3600,
      default: 24 * 3600,
      description: 'For how many seconds the old secret signs too',
    }),
  }),
)
export type WebhookRotation = Static<typeof WebhookRotation>

const headers = (of: string) =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: of,
  })

const attempt = {
  at: seconds('When it was sent, in unix seconds of real time'),
  duration_ms: Type.Integer({ description: 'How long it took, in milliseconds' }),
  status_code: nullable(Type.Integer({ description: 'What was answered; null without an answer' })),
  error: nullable(Type.String({ description: 'Why there was no answer' })),
  request_headers: headers('What was sent; signatures are starred'),
  response_headers: nullable(headers('What was answered')),
  response_body: nullable(Type.String({ description: 'The first 4 kB of the answer' })),
}

export const DeliveryAttempt = closed('WebhookDeliveryAttempt', {
  attempt: Type.Integer({ description: 'Counted from 1, at most 15' }),
  ...attempt,
})
export type DeliveryAttempt = Static<typeof DeliveryAttempt>

export const deliveryStatuses = ['pending', 'delivered', 'failed', 'canceled'] as const

export const DeliveryOut = closed('WebhookDeliveryOut', {
  id: id('dlvr'),
  created: seconds('When it was made, in unix seconds of real time'),
  webhook_endpoint: id('we'),
  event: id('evt'),
  type: Type.String({ description: 'The type of the event' }),
  status: oneOf(deliveryStatuses),
  url: nullable(Type.String({ description: "Another address than the endpoint's" })),
  next_attempt_at: nullable(
    seconds('When it is tried next, in unix seconds of real time; null at its end'),
  ),
  attempts: Type.Array(DeliveryAttempt),
})
export type DeliveryOut = Static<typeof DeliveryOut>

export const DeliveryList = listOf('WebhookDeliveryList', 'deliveries', DeliveryOut)
export type DeliveryList = Static<typeof DeliveryList>

export const DeliveryQuery = closed('', {
  status: Type.Optional(oneOf(deliveryStatuses)),
  event: Type.Optional(id('evt')),
  ...page,
})
export type DeliveryQuery = Static<typeof DeliveryQuery>

export const WebhookTestOut = closed('WebhookTestOut', {
  accepted: Type.Boolean({ description: 'Whether a delivery would count as delivered' }),
  url: Type.String(),
  request_body: Type.String({ description: 'The body that was sent' }),
  ...attempt,
})
export type WebhookTestOut = Static<typeof WebhookTestOut>

const tag = 'webhooks'
const one = { path: '/v2/webhooks/{id}', tag, params: idParams('we') } as const

export const operations = [
  operation({
    id: 'list-webhook-endpoints',
    method: 'GET',
    path: '/v2/webhooks/',
    summary: 'List webhook endpoints',
    tag,
    query: closed('', page),
    response: WebhookEndpointList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-webhook-endpoint',
    method: 'POST',
    path: '/v2/webhooks/',
    summary: 'Create a webhook endpoint',
    tag,
    body: WebhookEndpointIn,
    response: WebhookEndpointOut,
    problems: ['unauthorized', 'invalid_request', 'limit_reached', 'conflict'],
  }),
  operation({
    ...one,
    id: 'read-webhook-endpoint',
    method: 'GET',
    summary: 'Read a webhook endpoint',
    response: WebhookEndpointOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-webhook-endpoint',
    method: 'PATCH',
    summary: 'Change a webhook endpoint; members that are not sent stay as they are',
    body: WebhookEndpointPatch,
    response: WebhookEndpointOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    ...one,
    id: 'delete-webhook-endpoint',
    method: 'DELETE',
    summary: 'Delete a webhook endpoint; what it was not told yet is canceled',
    status: 204,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    ...one,
    id: 'rotate-webhook-secret',
    method: 'POST',
    path: '/v2/webhooks/{id}/rotate',
    summary: 'Give a webhook endpoint a new secret; the old one signs too for a while',
    body: WebhookRotation,
    response: WebhookEndpointOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    ...one,
    id: 'test-webhook-endpoint',
    method: 'POST',
    path: '/v2/webhooks/{id}/test',
    summary: 'Send a signed event of type ping now, and show what was answered',
    response: WebhookTestOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...one,
    id: 'list-webhook-deliveries',
    method: 'GET',
    path: '/v2/webhooks/{id}/deliveries',
    summary: 'List what a webhook endpoint was told, and how that went',
    query: DeliveryQuery,
    response: DeliveryList,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'read-webhook-delivery',
    method: 'GET',
    path: '/v2/webhooks/{id}/deliveries/{delivery}',
    summary: 'Read one delivery',
    tag,
    params: closed('', { id: id('we'), delivery: id('dlvr') }),
    response: DeliveryOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
] as const
