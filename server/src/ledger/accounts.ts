/** The chart of accounts of one merchant in one mode; each exists once per currency. */
export const ledgerAccounts = {
  /** What the processor captured and has not paid to our bank yet. */
  receivable: 'processor:receivable',
  /** Our account at the bank. */
  bank: 'bank:cash',
  /** The merchant's, and in no payout yet. */
  pending: 'merchant:pending',
  /** The merchant's, and to be paid out. */
  available: 'merchant:available',
  /** Set aside for refunds and disbursements that are under way. */
  reserve: 'merchant:reserve',
  /** Set aside while a dispute is open. */
  disputed: 'merchant:disputed',
  /** Left our bank for the merchant's, and not confirmed yet. */
  in_transit: 'payouts:in_transit',
  fees: 'platform:fees',
  vat: 'platform:vat',
} as const

export type LedgerAccount = (typeof ledgerAccounts)[keyof typeof ledgerAccounts]

/** What we have, what we owe, what we have earned. */
export type LedgerKind = 'asset' | 'liability' | 'income'

/** Each account of the chart with its kind, in the order of a trial balance. */
export const ledgerKinds: Readonly<Record<LedgerAccount, LedgerKind>> = {
  'processor:receivable': 'asset',
  'bank:cash': 'asset',
  'merchant:pending': 'liability',
  'merchant:available': 'liability',
  'merchant:reserve': 'liability',
  'merchant:disputed': 'liability',
  'payouts:in_transit': 'liability',
  'platform:fees': 'income',
  'platform:vat': 'liability',
}

/**
 * Debits less credits as the account grows: an asset by its debits, the others by their credits.
 * Pure.
 */
export const inItsDirection = (account: LedgerAccount, amount: bigint): bigint =>
  ledgerKinds[account] === 'asset' ? amount : -amount
