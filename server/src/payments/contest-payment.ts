import { joined } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type Progress, walk } from './progress.ts'

/**
 * The payer's bank contests a captured payment, all or a part of it. What it does to the books, and
 * the dispute itself, come from the hand that knows disputes. Refuses with illegal_transition.
 */
export const contested = (
  ctx: Ctx,
  it: Progress,
  about: { amount: bigint; response: string; processor: string },
): Progress => {
  const next = walk(it, 'dispute', {}, {})
  return { ...next, part: joined(next.part, ctx.hands.disputeOpened(ctx, next.payment, about)) }
}
