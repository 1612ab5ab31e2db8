import { assert } from '../kernel/assert.ts'
import { newId } from '../kernel/ids.ts'
import { type Insertion, insertion } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'
import type { LedgerAccount } from './accounts.ts'
import { type TransferRow, transfers } from './store.ts'

/** What a transfer says; who and when come from the context. */
export interface Transfer {
  instruction: string
  phase: TransferRow['phase']
  /** The pending transfer that is posted or voided by this one, and what was promised by it. */
  ends?: { id: string; amount: bigint } | undefined
  debit: LedgerAccount
  credit: LedgerAccount
  amount: bigint
  currency: string
  reason: string
}

/**
 * A row of the ledger: it takes an amount from one account and gives it to another, so that the sum
 * stays zero. Nothing is written for an amount of zero, which moves nothing.
 */
export function transfer(ctx: Context, it: Transfer): { id: string; insert: Insertion[] } {
  assert(it.amount >= 0n, 'a transfer is not negative')
  assert(it.debit !== it.credit, 'a transfer has two sides')
  const id = newId('trsf')
  if (it.amount === 0n) return { id, insert: [] }
  const row: TransferRow = {
    account: ctx.account,
    live: ctx.live,
    id,
    instruction: it.instruction,
    phase: it.phase,
    pending: it.ends?.id ?? null,
    released: it.ends?.amount ?? null,
    debit: it.debit,
    credit: it.credit,
    amount: it.amount,
    currency: it.currency,
    reason: it.reason,
    created: ctx.now,
  }
  return { id, insert: [insertion(transfers, row)] }
}
