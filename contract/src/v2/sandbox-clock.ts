import { operation } from '../operation.ts'
import { closed, id, instant, seconds, text } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

const clock = {
  now: seconds('What the clock says, in unix seconds'),
  frozen: Type.Boolean({ description: 'Whether it stands until it is moved' }),
  advancing: Type.Boolean({ description: 'Whether what falls due on its way is still being done' }),
}

export const SandboxClock = closed('SandboxClock', clock)
export type SandboxClock = Static<typeof SandboxClock>

export const SandboxClockMove = closed('SandboxClockMove', {
  advance: Type.Optional(
    text(
      2,
      64,
      'Forward by a duration of ISO 8601, like P3D: months and days are those of the calendar, ' +
        "in the bank's time zone. At most ten years",
    ),
  ),
  to: Type.Optional(
    instant({ minimum: 0, description: 'Forward to this moment; either this or advance' }),
  ),
  frozen: Type.Optional(
    Type.Boolean({ description: 'true: it stands when it is there; false: it runs on from there' }),
  ),
})
export type SandboxClockMove = Static<typeof SandboxClockMove>

const CausedEvent = closed('SandboxClockEvent', {
  id: id('evt'),
  seq: Type.Integer({ description: 'Its number in the series of the account and mode' }),
  type: Type.String({ description: 'What happened, like payment.captured' }),
  object: Type.String({ description: 'The kind of object that it happened to' }),
  object_id: Type.String(),
  created: seconds('When it happened by the moved clock, in unix seconds'),
})

export const SandboxClockMoved = closed('SandboxClockMoved', {
  ...clock,
  events: Type.Array(CausedEvent, {
    description: 'What happened on the way, in its order: the first 1000 events',
  }),
  events_count: Type.Integer({ description: 'All of them' }),
})
export type SandboxClockMoved = Static<typeof SandboxClockMoved>

export const operations = [
  operation({
    id: 'read-sandbox-clock',
    method: 'GET',
    path: '/v2/sandbox/clock',
    summary: 'Read the clock of test mode',
    tag: 'sandbox',
    response: SandboxClock,
    problems: ['unauthorized', 'not_found'],
  }),
  operation({
    id: 'move-sandbox-clock',
    method: 'POST',
    path: '/v2/sandbox/clock',
    summary: 'Move the clock of test mode forward, and do all that falls due on the way',
    tag: 'sandbox',
    body: SandboxClockMove,
    response: SandboxClockMoved,
    problems: ['unauthorized', 'not_found', 'invalid_request', 'conflict'],
  }),
] as const
