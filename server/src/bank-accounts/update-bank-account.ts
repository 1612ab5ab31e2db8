import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { refuseWrongBic } from './create-bank-account.ts'
import { type BankAccount, bankAccounts, findBankAccount } from './store.ts'

export interface UpdateBankAccount {
  id: string
  fields: Partial<Pick<BankAccount, 'name' | 'bic' | 'mandate' | 'date_mandate' | 'date_birth'>>
}

/** Changes the members that were sent. Refuses with not_found, invalid_request (bic). */
export const updateBankAccount = verb(async (ctx: Ctx, input: UpdateBankAccount) => {
  refuseWrongBic(input.fields.bic, ['body'])
  const before = await findBankAccount(ctx, input.id)
  if (!before) throw notFound('sepa', input.id)
  const after: BankAccount = { ...before, ...input.fields, version: before.version + 1 }
  return {
    change: {
      move: [move(bankAccounts, before, after)],
      events: [event(ctx, 'sepa', 'updated', after)],
    },
    result: after,
  }
})
