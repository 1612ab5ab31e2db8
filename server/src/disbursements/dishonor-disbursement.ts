import { notFound } from '../kernel/problem.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { books, walked } from './progress.ts'
import { type Disbursement, findDisbursement } from './store.ts'

async function plan(ctx: Ctx, input: { id: string }): Promise<Decision<Disbursement>> {
  const before = await findDisbursement(ctx, input.id)
  if (!before) throw notFound('disbursement', input.id)
  const insert = books(ctx, before, 'return_disbursement')
  const { part, disbursement } = walked(ctx, before, 'dishonor', {}, insert)
  return { change: part, result: disbursement }
}

/**
 * The bank could not credit the card: what was set aside is the merchant's again. Refuses with
 * not_found, illegal_transition.
 */
export const dishonorDisbursement = verb(plan)
