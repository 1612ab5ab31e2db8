import { Refusal } from '../kernel/problem.ts'
import { ledgerAccounts } from '../ledger/accounts.ts'
import { transfer } from '../ledger/transfer.ts'
import type { Insertion } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'
import type { Payment } from './store.ts'

const sides = { debit: ledgerAccounts.receivable, credit: ledgerAccounts.pending }

/**
 * What the bank agrees to pay, as the ledger has it until it does. Nothing is promised of nothing.
 */
export function promised(
  ctx: Context,
  { amount, currency }: Payment,
  instruction: string,
): { promise: string | null; insert: Insertion[] } {
  const about = { instruction, phase: 'pending', amount, currency } as const
  const { id, insert } = transfer(ctx, { ...sides, ...about, reason: 'authorization' })
  return { promise: insert.length ? id : null, insert }
}

/**
 * The end of what was promised: so much of it is posted, the rest is free again. Nothing, when
 * nothing was promised.
 */
export function ended(
  ctx: Context,
  { promise, authorized, currency }: Payment,
  it: { instruction: string; amount: bigint; reason: string },
): Insertion[] {
  if (!promise || authorized === null) return []
  const { instruction, reason } = it
  const { debit, credit } = sides
  const [phase, amount] =
    it.amount > 0n ? (['posted', it.amount] as const) : (['voided', authorized] as const)
  const ends = { id: promise, amount: authorized }
  return transfer(ctx, { instruction, phase, ends, debit, credit, amount, currency, reason }).insert
}

/** Refuses with amount_exceeds_authorized what the bank did not agree to. */
export function checkPromised({ authorized }: Payment, amount: bigint): void {
  if (authorized === null || amount <= authorized) return
  throw new Refusal('amount_exceeds_authorized', {
    loc: ['body', 'amount'],
    message: `The bank agreed to ${authorized}, not to ${amount}`,
  })
}
