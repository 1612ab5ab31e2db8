import type { operations, SepaIn, SepaOut } from '@obole/contract/v1/sepa.js'
import {
  type CreateBankAccount,
  createBankAccount,
} from '../../bank-accounts/create-bank-account.ts'
import { deleteBankAccount } from '../../bank-accounts/delete-bank-account.ts'
import { type BankAccount, findBankAccount } from '../../bank-accounts/store.ts'
import { updateBankAccount } from '../../bank-accounts/update-bank-account.ts'
import { notFound } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { type Handlers, reading } from '../operation-route.ts'

export const sepaView = (it: BankAccount): SepaOut => ({
  bic: it.bic,
  created: unixSeconds(it.created),
  date_birth: it.date_birth,
  date_mandate: it.date_mandate === null ? null : unixSeconds(new Date(it.date_mandate)),
  id: it.id,
  last4: it.last4,
  live_mode: it.live,
  mandate: it.mandate,
  name: it.name,
})

/** A bank account of a request. */
export const sepaInput = ({ iban, ...fields }: SepaIn, ...loc: string[]): CreateBankAccount => ({
  ...fields,
  iban: new Secret(iban),
  loc: [...loc, 'iban'],
})

export const sepaHandlers: Handlers<typeof operations> = {
  'create-sepa': async ({ ctx, body }) =>
    sepaView(await createBankAccount(ctx, sepaInput(body, 'body'))),
  'read-sepa': reading(async ({ ctx, params }) => {
    const account = await findBankAccount(ctx, params.id)
    if (!account) throw notFound('sepa', params.id)
    return sepaView(account)
  }),
  'update-sepa': async ({ ctx, params, body }) =>
    sepaView(await updateBankAccount(ctx, { id: params.id, fields: body })),
  'delete-sepa': async ({ ctx, params }) => {
    await deleteBankAccount(ctx, params)
  },
}
