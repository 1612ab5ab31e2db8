import type { EventOut, StreamedEvent } from '@obole/contract/v2/events.js'
import type { EventRow, HeardEvent } from '../../events/store.ts'
import { unixSeconds } from '../../kernel/time.ts'

/** An event as it is shown wherever events are shown. */
export const eventView = (it: EventRow): EventOut => ({
  id: it.id,
  type: it.type,
  created: unixSeconds(it.created),
  sequence: Number(it.seq),
  object: it.object,
  object_id: it.object_id,
  request_id: it.cause,
  data: it.data === null ? null : JSON.parse(it.data),
})

/** The same where it is told as it happens, or once more. */
export const streamedView = (it: HeardEvent): StreamedEvent => ({
  ...eventView(it),
  ...(it.replay !== null && { replayed: true }),
})
