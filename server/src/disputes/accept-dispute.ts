import { notFound } from '../kernel/problem.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { assertInTime } from './deadline.ts'
import { settleDispute } from './settle-dispute.ts'
import { findDispute } from './store.ts'

/**
 * The merchant accepts a dispute before evidence was submitted: the payer keeps the money. Accepted
 * again, nothing happens. Refuses with not_found, illegal_transition.
 */
export const acceptDispute = verb(async (ctx: Ctx, input: { id: string }) => {
  const dispute = await findDispute(ctx, input.id)
  if (!dispute) throw notFound('dispute', input.id)
  // Asked twice, it is accepted once: the caller may not have heard the first answer.
  if (dispute.status === 'accepted') return { result: dispute }
  const { dispute: result, part: change } = await settleDispute(ctx, dispute, 'accept')
  assertInTime(ctx, dispute)
  return { change, result }
})
