import { checkBic } from '@obole/sepa/bic.js'
import { checkIban, last4 } from '@obole/sepa/iban.js'
import { findCustomer } from '../customers/store.ts'
import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { Refusal } from '../kernel/problem.ts'
import { Secret } from '../kernel/secret.ts'
import { wholeSecond } from '../kernel/time.ts'
import { sealedNumber } from '../numbers/number.ts'
import { insertion } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { type BankAccount, bankAccounts } from './store.ts'

export interface CreateBankAccount {
  iban: Secret<string>
  name: string
  mandate?: string | null
  date_mandate?: string | null
  date_birth?: string | null
  bic?: string | null
  customer?: string | null
  /** Where the IBAN stood in the request, for its errors. */
  loc: readonly string[]
}

/** Refuses a BIC that cannot be one. */
export function refuseWrongBic(bic: string | null | undefined, loc: readonly string[]): void {
  if (!bic || checkBic(bic).ok) return
  throw new Refusal('invalid_request', { loc: [...loc, 'bic'], message: 'The BIC is not valid' })
}

/** Decides a new bank account. Refuses as `createBankAccount`. */
export async function planBankAccount(
  ctx: Ctx,
  input: CreateBankAccount,
): Promise<Decision<BankAccount>> {
  const { iban: secret, loc, ...fields } = input
  const checked = checkIban(secret.reveal())
  if (!checked.ok) {
    throw new Refusal('invalid_request', {
      loc,
      message: `The IBAN is not valid: ${checked.reason}`,
    })
  }
  refuseWrongBic(fields.bic, loc.slice(0, -1))
  if (fields.customer && !(await findCustomer(ctx, fields.customer))) {
    throw new Refusal('not_found', { kind: 'customer', id: fields.customer })
  }
  const iban = new Secret(checked.iban)
  const row: BankAccount = {
    account: ctx.account,
    live: ctx.live,
    id: newId('sepa'),
    version: 1,
    created: wholeSecond(ctx.now),
    deleted: false,
    fingerprint: ctx.vault.fingerprint(ctx.account, ctx.live, 'iban', checked.iban),
    last4: last4(checked.iban),
    country: checked.country,
    mandate: null,
    date_mandate: null,
    date_birth: null,
    customer: null,
    ...fields,
    bic: fields.bic ?? processorOf(ctx).accountFacts(iban).bic,
  }
  return {
    change: {
      insert: [insertion(bankAccounts, row), sealedNumber(ctx, row.id, 'iban', iban)],
      events: [event(ctx, 'sepa', 'created', row)],
    },
    result: row,
  }
}

/**
 * Keeps a bank account. Its IBAN goes to the vault. The structure and the check digits of the IBAN
 * are verified, never national check digits. Refuses with invalid_request, not_found (customer),
 * processor_not_configured.
 */
export const createBankAccount = verb(planBankAccount)
