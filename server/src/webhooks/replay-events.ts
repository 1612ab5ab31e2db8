import { replayed } from '../events/replayed.ts'
import { joined } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type Redeliver, redelivered } from './redeliver.ts'

interface Replay extends Redeliver {
  /** Called when there is something to hear and to deliver. */
  done: () => void
}

/**
 * Tells events once more, in one Change: to webhook endpoints, and to all who listen. One that
 * names an endpoint, or only what failed, is for webhooks alone. Says how many deliveries that
 * makes. Refuses with not_found, invalid_request.
 */
export const replayEvents = verb(async (ctx: Ctx, { done, ...input }: Replay) => {
  const insert = await redelivered(ctx, input)
  const toAll = input.endpoint === undefined && !input.failed
  const change = joined({ insert }, toAll ? await replayed(ctx, input.events) : {})
  const result = insert.length
  return change.insert?.length ? { change, result, done } : { result }
})
