import type { EventRow } from '../events/store.ts'
import { newId } from '../kernel/ids.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { wholeSecond } from '../kernel/time.ts'
import { type Insertion, insertion } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { checkEndpointUrl } from './endpoint.ts'
import {
  type Delivery,
  deliveries,
  type Endpoint,
  findEndpoint,
  findEndpoints,
  findLastDeliveries,
} from './store.ts'

export interface Redeliver {
  /** At most some hundreds: they become one Change. */
  events: readonly EventRow[]
  /** To this endpoint alone, whatever it asks for. */
  endpoint?: string | undefined
  /** To this address, signed with the secret of the named endpoint. */
  url?: string | undefined
  /** Only those whose last delivery to the endpoint has failed. */
  failed?: boolean | undefined
  /** Real time, which deliveries follow. */
  real: Date
}

/** Whether an endpoint asks for a type: what the patterns say to the database. */
const asksFor = ({ events }: Endpoint, type: string): boolean =>
  events.some((it) => it === type || (it.endsWith('*') && type.startsWith(it.slice(0, -1))))

async function targetsOf(ctx: Ctx, { endpoint: id, url }: Redeliver): Promise<Endpoint[]> {
  if (id === undefined) {
    if (url !== undefined) {
      throw new Refusal('invalid_request', {
        loc: ['body', 'endpoint'],
        message: 'another address needs an endpoint, whose secret signs',
      })
    }
    return (await findEndpoints(ctx)).filter(({ enabled }) => enabled)
  }
  if (url !== undefined) checkEndpointUrl(ctx, url)
  const endpoint = await findEndpoint(ctx, id)
  if (!endpoint) throw notFound('webhook_endpoint', id)
  if (endpoint.enabled) return [endpoint]
  throw new Refusal('invalid_request', {
    loc: ['body', 'endpoint'],
    message: 'the webhook endpoint is disabled',
  })
}

async function wanted(ctx: Ctx, it: Redeliver, endpoint: Endpoint): Promise<EventRow[]> {
  const asked = it.events.filter(({ type }) => it.endpoint !== undefined || asksFor(endpoint, type))
  if (!it.failed) return asked
  const last = await findLastDeliveries(
    ctx,
    endpoint.id,
    asked.map(({ seq }) => seq),
  )
  const failed = new Set(last.filter(({ status }) => status === 'failed').map(({ seq }) => seq))
  return asked.filter(({ seq }) => failed.has(seq))
}

/** A delivery of an event that is due at once. */
const newDelivery = (
  ctx: Ctx,
  { real, url }: Redeliver,
  endpoint: Endpoint,
  event: EventRow,
): Delivery => ({
  account: ctx.account,
  live: ctx.live,
  id: newId('dlvr'),
  version: 1,
  created: wholeSecond(real),
  endpoint: endpoint.id,
  event: event.id,
  seq: event.seq,
  type: event.type,
  object_id: event.object_id,
  status: 'pending',
  attempts: 0,
  due_at: real,
  taken: false,
  url: url ?? null,
})

/**
 * What delivers events once more, with the same ids and bodies: to the enabled endpoints that ask
 * for them, or to the one that is named. Refuses with not_found, invalid_request (an address that
 * we do not call, or without an endpoint; a disabled endpoint).
 */
export async function redelivered(ctx: Ctx, input: Redeliver): Promise<Insertion[]> {
  const rows: Delivery[] = []
  for (const endpoint of await targetsOf(ctx, input)) {
    for (const event of await wanted(ctx, input, endpoint)) {
      rows.push(newDelivery(ctx, input, endpoint, event))
    }
  }
  return rows.map((it) => insertion(deliveries, it))
}

/** The same by itself. Says how many deliveries that makes. */
export const redeliver = verb(async (ctx: Ctx, input: Redeliver) => {
  const insert = await redelivered(ctx, input)
  return { ...(insert.length && { change: { insert } }), result: insert.length }
})
