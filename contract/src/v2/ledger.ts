import { operation } from '../operation.ts'
import { closed, day, id, listOf, oneOf, page, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

export const ledgerAccountNames = [
  'processor:receivable',
  'bank:cash',
  'merchant:pending',
  'merchant:available',
  'merchant:reserve',
  'merchant:disputed',
  'payouts:in_transit',
  'platform:fees',
  'platform:vat',
] as const

/** A sum in minor units: beyond 32 bits, and below zero where a balance is overdrawn. */
const total = (description: string) =>
  Type.Unsafe<bigint>({
    type: 'integer',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    bigint: true,
    description,
  })

/** The ledger knows every currency that any of our APIs charges. */
const currency = (description = 'Currency code (ISO 4217)') =>
  Type.String({ pattern: '^[a-z]{3}$', description })

const LedgerAccountName = oneOf(ledgerAccountNames, { description: 'An account of the chart' })

export const LedgerAccountOut = closed('LedgerAccountOut', {
  name: LedgerAccountName,
  currency: currency(),
  kind: oneOf(['asset', 'liability', 'income'], {
    description: 'What we have, what we owe, what we have earned',
  }),
  posted_debits: total('Sum of the posted debits'),
  posted_credits: total('Sum of the posted credits'),
  balance: total('Debits less credits of an asset, credits less debits of the others'),
  pending: total('What is promised and neither posted nor voided, in the same direction'),
})
export type LedgerAccountOut = Static<typeof LedgerAccountOut>

export const LedgerAccounts = closed('LedgerAccounts', {
  accounts: Type.Array(LedgerAccountOut, {
    description: 'Accounts that something was ever written to; currency after currency',
  }),
})
export type LedgerAccounts = Static<typeof LedgerAccounts>

const LedgerAccountQuery = closed('', {
  at: Type.Optional(day('As it was at the end of this day, in UTC')),
})

export const TransferOut = closed('TransferOut', {
  id: id('trsf'),
  created: seconds(),
  debit: LedgerAccountName,
  credit: LedgerAccountName,
  amount: total('Minor units, above zero'),
  currency: currency(),
  phase: oneOf(['pending', 'posted', 'voided'], {
    description: 'A promise, a movement, or the end of a promise that moves nothing',
  }),
  reason: Type.String({ description: 'Why, in a word' }),
  instruction: id('inst', 'What was asked of the bank, or told by it'),
  kind: Type.String({ description: 'Of the instruction' }),
  object: Type.String({ description: 'The id of the object that it is about' }),
})
export type TransferOut = Static<typeof TransferOut>

export const TransferList = listOf('TransferList', 'transfers', TransferOut)
export type TransferList = Static<typeof TransferList>

const TransferQuery = closed('', {
  account: Type.Optional(LedgerAccountName),
  currency: Type.Optional(currency('Only those of this currency')),
  from: Type.Optional(day('Only those of this day and later, in UTC')),
  until: Type.Optional(day('Only those of this day and earlier, in UTC')),
  instruction: Type.Optional(id('inst', 'Only those of this instruction')),
  object: Type.Optional(
    Type.String({
      pattern: '^[a-z]{1,8}_[a-zA-Z0-9]{24}$',
      description: 'Only those about this object',
    }),
  ),
  order: oneOf(['asc', 'desc'], { default: 'desc' }),
  ...page,
})

export const operations = [
  operation({
    id: 'list-ledger-accounts',
    method: 'GET',
    path: '/v2/ledger/accounts',
    summary: 'The trial balance: what stands on each account of the ledger',
    tag: 'ledger',
    query: LedgerAccountQuery,
    response: LedgerAccounts,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'list-ledger-transfers',
    method: 'GET',
    path: '/v2/ledger/transfers',
    summary: 'List the transfers of the ledger',
    tag: 'ledger',
    query: TransferQuery,
    response: TransferList,
    problems: ['unauthorized', 'invalid_request'],
  }),
] as const
