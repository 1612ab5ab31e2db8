import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import { type Page, type PageInput, pageOf } from '../platform/page-of.ts'

/**
 * A bank account to debit, without its IBAN: that is with the vault, under this id. `sepa` on the
 * wire.
 */
export interface BankAccount {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  deleted: boolean
  /** Equal for equal IBANs of one account and mode. Null when the IBAN was never known. */
  fingerprint: string | null
  last4: string
  country: string | null
  bic: string | null
  /** Of the holder. */
  name: string
  /** The reference of the mandate, and the day of its signature. */
  mandate: string | null
  date_mandate: string | null
  date_birth: string | null
  customer: string | null
}

export const bankAccounts = table<BankAccount>(
  'bank_accounts',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    deleted: true,
    fingerprint: true,
    last4: true,
    country: true,
    bic: true,
    name: true,
    mandate: true,
    date_mandate: true,
    date_birth: true,
    customer: true,
  },
  'created',
)

/** The bank account, unless it is deleted, another account's or of the other mode. */
export async function findBankAccount(ctx: Reader, id: string): Promise<BankAccount | undefined> {
  const [row] = await ctx.db.query<BankAccount>(
    'select * from bank_accounts where account = $1 and live = $2 and id = $3 and not deleted',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** The bank accounts with these ids, deleted ones too: what a payment shows stays readable. */
export const findBankAccounts = (ctx: Reader, ids: readonly string[]): Promise<BankAccount[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.db.query<BankAccount>(
        'select * from bank_accounts where account = $1 and live = $2 and id = any($3)',
        [ctx.account, ctx.live, ids],
      )

/** A page of the bank accounts, the newest first unless asked otherwise. */
export const listBankAccounts = (ctx: Reader, input: PageInput): Promise<Page<BankAccount>> =>
  pageOf<BankAccount>(
    ctx,
    { table: 'bank_accounts', by: 'created', always: ['not deleted'], filters: [] },
    input,
  )
