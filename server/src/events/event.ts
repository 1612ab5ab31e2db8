import type { EventAction, EventObject } from '@obole/contract/events.js'
import { newId } from '../kernel/ids.ts'
import type { EventDraft } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'

/**
 * An event of this change: `payment.captured`, one of the catalogue. Its number is given at the
 * commit, with the object as the row says that it then is.
 */
export const event = <O extends EventObject>(
  ctx: Pick<Context, 'now' | 'request_id'> & { origins?: Context['origins'] },
  object: O,
  action: EventAction<O>,
  row: { id: string; version: number },
): EventDraft => ({
  id: newId('evt'),
  type: `${object}.${action}`,
  object,
  object_id: row.id,
  version: row.version,
  cause: ctx.request_id,
  created: ctx.now,
  row,
  origins: ctx.origins ?? null,
})
