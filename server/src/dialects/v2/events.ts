import { eventTypesOf } from '@obole/contract/events.js'
import type {
  EventList,
  EventQuery,
  EventReplayOut,
  EventsReplayIn,
  operations,
} from '@obole/contract/v2/events.js'
import { lastPosition, positionOf } from '../../events/position.ts'
import {
  type EventFilters,
  type EventRow,
  findEvent,
  findEvents,
  listEvents,
} from '../../events/store.ts'
import { limits } from '../../kernel/limits.ts'
import { notFound, Refusal } from '../../kernel/problem.ts'
import type { Context, Reader } from '../../platform/context.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { replayEvents } from '../../webhooks/replay-events.ts'
import { type Handlers, reading, type Services } from '../operation-route.ts'
import type { EventStreams } from './event-stream.ts'
import { eventView } from './event-view.ts'
import { rangeOf } from './list.ts'

/** The types that a list lets through; undefined: all of them. */
function typesOfQuery({ type, object }: Pick<EventQuery, 'type' | 'object'>) {
  const types = type && eventTypesOf(type)
  if (object === undefined) return types
  const ofObject = eventTypesOf(`${object}.*`)
  return types ? ofObject.filter((it) => types.includes(it)) : ofObject
}

const optional = (value: number | undefined) => (value === undefined ? undefined : BigInt(value))

/** A list of events as it is asked for. Refuses with invalid_request. */
export async function showEvents(ctx: Reader, query: EventQuery): Promise<EventList> {
  const { object_id, created: created_from, after, start, limit } = query
  const filters: EventFilters = { types: typesOfQuery(query), object_id, created_from }
  if (after === undefined) {
    const found = await listEvents(ctx, filters, { start, limit })
    return { range: rangeOf(found), events: found.rows.map(eventView) }
  }
  if (start > 0) {
    const message = 'a list begins at an index or after a sequence'
    throw new Refusal('invalid_request', { loc: ['query', 'start'], message })
  }
  const { rows, has_more } = await findEvents(ctx, { ...filters, after: BigInt(after) }, limit)
  const range = { start: 0, end: rows.length, limit, count: null, has_more }
  return { range, events: rows.map(eventView) }
}

/** Which webhook endpoints a replay is for, where it is for them alone. */
interface ReplayTarget {
  endpoint?: string | undefined
  url?: string | undefined
  failed?: boolean | undefined
}

type Office = Pick<Services, 'bell' | 'outbox' | 'clock'>

async function replay(
  { bell, outbox, clock }: Office,
  ctx: Ctx,
  events: readonly EventRow[],
  target: ReplayTarget,
): Promise<Omit<EventReplayOut, 'has_more'>> {
  const done = () => {
    bell.ring([ctx.account])
    outbox.ring([ctx.account])
  }
  const deliveries = await replayEvents(ctx, { ...target, events, real: clock.now(), done })
  const last = events.at(-1)
  return { events: events.length, deliveries, last_sequence: last ? Number(last.seq) : null }
}

/** Replays one event. Refuses with not_found, invalid_request. */
export async function runReplay(
  office: Office,
  ctx: Ctx,
  id: string,
  target: ReplayTarget,
): Promise<EventReplayOut> {
  const found = await findEvent(ctx, id)
  if (!found) throw notFound('event', id)
  return { ...(await replay(office, ctx, [found], target)), has_more: false }
}

type ReplayInput = Partial<EventsReplayIn>

/** Replays the first of the events that match. Refuses with not_found, invalid_request. */
export async function runReplays(
  office: Office,
  ctx: Ctx,
  { after, until, created_from, created_until, types, ...target }: ReplayInput,
): Promise<EventReplayOut> {
  const named = types?.flatMap(eventTypesOf)
  const filters: EventFilters = {
    ...{ after: optional(after), until: optional(until), created_from, created_until },
    types: named && [...new Set(named)],
  }
  const { rows, has_more } = await findEvents(ctx, filters, limits.replayed_events_max)
  return { ...(await replay(office, ctx, rows, target)), has_more }
}

/** Where a stream begins: after what its client has seen, or now. */
async function positionFor(ctx: Context, last: string | undefined, after: number | undefined) {
  const text = last || (after === undefined ? undefined : String(after))
  if (text === undefined) return lastPosition(ctx)
  const position = await positionOf(ctx, text)
  if (position) return position
  const message = 'this is not the id of an event of a stream'
  throw new Refusal('invalid_request', { loc: ['header', 'last-event-id'], message })
}

export const eventHandlers = (
  services: Services,
  streams: EventStreams,
): Handlers<typeof operations> => ({
  'list-events': reading(({ ctx, query }) => showEvents(ctx, query)),
  'read-event': reading(async ({ ctx, params }) => {
    const found = await findEvent(ctx, params.id)
    if (!found) throw notFound('event', params.id)
    return eventView(found)
  }),
  'replay-event': ({ ctx, params, body }) => runReplay(services, ctx, params.id, body ?? {}),
  'replay-events': ({ ctx, body }) => runReplays(services, ctx, body),
  'stream-events': async ({ ctx, bearer, query, headers }) => {
    const { db, account, live } = ctx
    return streams.open({
      reader: { db, account, live },
      key: bearer.key,
      position: await positionFor(ctx, headers['Last-Event-ID'], query.after),
      types: query.type && eventTypesOf(query.type),
    })
  },
})
