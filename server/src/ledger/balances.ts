import type { Context } from '../platform/context.ts'
import { type LedgerAccount, ledgerKinds } from './accounts.ts'
import { findSums } from './store.ts'

/** What stands on one account of the ledger: debits less credits, settled and waiting. */
export interface Balance {
  ledger_account: LedgerAccount
  currency: string
  debits: bigint
  credits: bigint
  posted: bigint
  pending: bigint
}

const chart = Object.keys(ledgerKinds)
const place = (it: Balance) =>
  `${it.currency} ${String(chart.indexOf(it.ledger_account)).padStart(2, '0')}`

/**
 * The trial balance of one account and mode, now or at the end of a day, currency after currency.
 * Its columns sum to zero in each, or the books are broken. Reads sums of days, however many
 * transfers there are.
 */
export async function trialBalance(
  ctx: Pick<Context, 'db' | 'account' | 'live'>,
  { at }: { at?: string | undefined } = {},
): Promise<Balance[]> {
  const sums = await findSums(ctx, { until: at })
  return sums
    .map((it) => ({ ...it, posted: it.debits - it.credits }))
    .sort((one, other) => (place(one) < place(other) ? -1 : 1))
}
