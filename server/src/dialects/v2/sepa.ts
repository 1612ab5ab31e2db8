import type { operations, SepaIn, SepaOut } from '@obole/contract/v2/sepa.js'
import {
  type CreateBankAccount,
  createBankAccount,
} from '../../bank-accounts/create-bank-account.ts'
import { deleteBankAccount } from '../../bank-accounts/delete-bank-account.ts'
import { type BankAccount, findBankAccount, listBankAccounts } from '../../bank-accounts/store.ts'
import { updateBankAccount } from '../../bank-accounts/update-bank-account.ts'
import { notFound } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Reader } from '../../platform/context.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const sepaView = (it: BankAccount): SepaOut => ({
  id: it.id,
  bic: it.bic,
  created: unixSeconds(it.created),
  customer: it.customer,
  date_mandate: it.date_mandate,
  deleted: it.deleted,
  last4: it.last4,
  mandate: it.mandate,
  name: it.name,
})

/** A bank account of a request. */
export const sepaInput = ({ iban, ...fields }: SepaIn, ...loc: string[]): CreateBankAccount => ({
  ...fields,
  iban: new Secret(iban),
  loc: [...loc, 'iban'],
})

const create = async ({ ctx, body }: { ctx: Ctx; body: SepaIn }): Promise<SepaOut> =>
  sepaView(await createBankAccount(ctx, sepaInput(body, 'body')))

const read = async ({ ctx, params }: { ctx: Reader; params: { id: string } }): Promise<SepaOut> => {
  const account = await findBankAccount(ctx, params.id)
  if (!account) throw notFound('sepa', params.id)
  return sepaView(account)
}

export const sepaHandlers: Handlers<typeof operations> = {
  'list-sepa': reading(async ({ ctx, query }) => {
    const page = await listBankAccounts(ctx, query)
    return { range: rangeOf(page), sepa: page.rows.map(sepaView) }
  }),
  'create-sepa': create,
  'create-sepa-ibanonly': create,
  'read-sepa': reading(read),
  'read-sepa-ibanonly': reading(read),
  'update-sepa': async ({ ctx, params, body }) =>
    sepaView(await updateBankAccount(ctx, { id: params.id, fields: body })),
  'delete-sepa': async ({ ctx, params }) => sepaView(await deleteBankAccount(ctx, params)),
}
