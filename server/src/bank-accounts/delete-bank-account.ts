import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type BankAccount, bankAccounts, findBankAccount } from './store.ts'

/**
 * Takes a bank account out of sight and of use; its payments go on showing it. Refuses with
 * not_found.
 */
export const deleteBankAccount = verb(async (ctx: Ctx, input: { id: string }) => {
  const before = await findBankAccount(ctx, input.id)
  if (!before) throw notFound('sepa', input.id)
  const after: BankAccount = { ...before, deleted: true, version: before.version + 1 }
  return {
    change: {
      move: [move(bankAccounts, before, after)],
      events: [event(ctx, 'sepa', 'deleted', after)],
    },
    result: after,
  }
})
