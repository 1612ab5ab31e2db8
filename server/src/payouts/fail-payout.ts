import { notFound } from '../kernel/problem.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { changeOf, unmoved } from './progress.ts'
import { failed } from './steps.ts'
import { findPayout } from './store.ts'

/**
 * The bank could not pay a payout out: it goes again on the next payout day. Refuses with
 * not_found, illegal_transition.
 */
export const failPayout = verb(async (ctx: Ctx, { id }: { id: string }) => {
  const payout = await findPayout(ctx, id)
  if (!payout) throw notFound('payout', id)
  return changeOf(ctx, payout, failed(ctx, unmoved(payout)))
})
