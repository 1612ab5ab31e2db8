import { eventFilters, eventObjects } from '../events.ts'
import { operation } from '../operation.ts'
import {
  closed,
  createdSince,
  id,
  idParams,
  instant,
  nullable,
  oneOf,
  page,
  seconds,
  text,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

const event = {
  id: id('evt'),
  type: Type.String({ description: 'What happened, like payment.captured' }),
  created: seconds("When it happened by the account's clock, in unix seconds"),
  sequence: Type.Integer({
    description: 'Its number in the series of the account and mode, which has no gaps',
  }),
  object: Type.String({ description: 'The kind of object that it happened to' }),
  object_id: Type.String({ description: 'The object' }),
  request_id: Type.String({
    description: 'What caused it: a request by its request-id, a job of ours, the command line',
  }),
  data: Type.Unknown({
    description:
      'The object as this API showed it at that moment; null when it was imported, or is told by ' +
      'its id alone',
  }),
}

export const EventOut = closed('EventOut', event)
export type EventOut = Static<typeof EventOut>

export const StreamedEvent = closed('StreamedEvent', {
  ...event,
  replayed: Type.Optional(Type.Boolean({ description: 'true when it is told once more' })),
})
export type StreamedEvent = Static<typeof StreamedEvent>

export const EventList = closed('EventList', {
  range: closed('EventRange', {
    start: Type.Integer({ description: 'Index of the first element' }),
    end: Type.Integer({ description: 'Index after the last element' }),
    limit: Type.Integer({ description: 'Elements asked for' }),
    count: nullable(
      Type.Integer({
        description:
          'Elements that match in all; with a filter counted up to 10000. Null with `after`',
      }),
    ),
    has_more: Type.Boolean({ description: 'Whether elements follow' }),
  }),
  events: Type.Array(EventOut),
})
export type EventList = Static<typeof EventList>

const typeFilter = oneOf(eventFilters, {
  description: 'Events of this type, or of all types of a kind: payment.*',
})
const sequence = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })

export const EventQuery = closed('', {
  type: Type.Optional(typeFilter),
  object: Type.Optional(
    oneOf(eventObjects, {
      description: 'Events of objects of this kind',
    }),
  ),
  object_id: Type.Optional(text(1, 64, 'Events of this object')),
  created: createdSince,
  after: Type.Optional(
    sequence(
      'The events that follow this sequence, the oldest first, instead of the newest first: ' +
        'take the last one that you saw, and nothing is missed. Not together with `start`',
    ),
  ),
  ...page,
})
export type EventQuery = Static<typeof EventQuery>

const target = {
  endpoint: Type.Optional(id('we', 'Only to this webhook endpoint, and to nobody who listens')),
  url: Type.Optional(
    text(1, 2048, 'To this address instead of that of the endpoint, signed with its secret'),
  ),
}

export const EventReplayIn = nullable(closed('EventReplayIn', target))
export type EventReplayIn = Static<typeof EventReplayIn>

export const EventsReplayIn = closed(
  'EventsReplayIn',
  {
    after: Type.Optional(sequence('Events that follow this sequence')),
    until: Type.Optional(sequence('Events up to this sequence')),
    created_from: Type.Optional(
      instant({ minimum: 0, description: 'Events told at or after this moment' }),
    ),
    created_until: Type.Optional(
      instant({ minimum: 0, description: 'Events told before this moment' }),
    ),
    types: Type.Optional(
      Type.Array(typeFilter, { minItems: 1, maxItems: 100, description: 'Events of these types' }),
    ),
    failed: Type.Boolean({
      default: false,
      description: 'Only what a webhook endpoint did not take, and to it alone',
    }),
    ...target,
  },
  { at_least_one_of: ['after', 'until', 'created_from', 'created_until', 'types'] },
)
export type EventsReplayIn = Static<typeof EventsReplayIn>

export const EventReplayOut = closed('EventReplayOut', {
  events: Type.Integer({ description: 'Events that were taken up' }),
  deliveries: Type.Integer({ description: 'Deliveries to webhook endpoints that were made of it' }),
  last_sequence: nullable(
    Type.Integer({ description: 'The last of these events; null when there is none' }),
  ),
  has_more: Type.Boolean({
    description: 'Whether more events match: ask again with `after` at the last one',
  }),
})
export type EventReplayOut = Static<typeof EventReplayOut>

const EventStreamQuery = closed('', {
  type: Type.Optional(typeFilter),
  after: Type.Optional(
    sequence('Begins with the event that follows this sequence; absent: from now on'),
  ),
})

export const operations = [
  operation({
    id: 'list-events',
    method: 'GET',
    path: '/v2/events/',
    summary: 'List events, the newest first; or those that follow a sequence, the oldest first',
    tag: 'events',
    query: EventQuery,
    response: EventList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'stream-events',
    method: 'GET',
    path: '/v2/events/stream',
    summary:
      'Follow events as server-sent events, without a gap and in their order: `id` is the ' +
      'sequence, `event` the type, `data` the event as JSON. A connection that was lost goes on ' +
      'where Last-Event-ID says. Replayed events come too, marked `replayed`; their `id` has a ' +
      'second number, of the replay. A comment comes every 15 seconds when nothing else does',
    tag: 'events',
    query: EventStreamQuery,
    headers: closed('', {
      'Last-Event-ID': Type.Optional(
        Type.String({ description: 'The last `id` that you saw; it counts before `after`' }),
      ),
    }),
    response: StreamedEvent,
    media: 'text/event-stream',
    problems: ['unauthorized', 'invalid_request', 'too_many_streams'],
  }),
  operation({
    id: 'read-event',
    method: 'GET',
    path: '/v2/events/{id}',
    summary: 'Read an event',
    tag: 'events',
    params: idParams('evt'),
    response: EventOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'replay-event',
    method: 'POST',
    path: '/v2/events/{id}/replay',
    summary: 'Tell an event once more: to webhook endpoints, and to all who listen',
    tag: 'events',
    params: idParams('evt'),
    body: EventReplayIn,
    response: EventReplayOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    id: 'replay-events',
    method: 'POST',
    path: '/v2/events/replay',
    summary:
      'Tell events once more, in their order, at most 500 at once: to webhook endpoints, and to ' +
      'all who listen',
    tag: 'events',
    body: EventsReplayIn,
    response: EventReplayOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
] as const
