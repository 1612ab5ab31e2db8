import { settledInstruction } from '../instructions/instruction.ts'
import { feeOf, vatOf } from '../kernel/pricing.ts'
import { type LedgerAccount, ledgerAccounts } from '../ledger/accounts.ts'
import { transfer } from '../ledger/transfer.ts'
import type { Insertion } from '../platform/change.ts'
import type { Ctx } from '../processors/ctx.ts'
import { settlementItem } from '../settlements/settlement-item.ts'
import { type Progress, walk } from './progress.ts'
import { ended } from './promise.ts'
import type { Payment } from './store.ts'

const { pending, fees, vat } = ledgerAccounts

/** The fee of a payment with its method, at its price of now; null until it has one. */
export const feeOfPayment = (ctx: Ctx, { method, amount }: Payment): bigint | null =>
  method && feeOf(ctx.pricing, method, amount)

/** The payment at another price; once the bank has agreed to it, its fee follows. */
export function priced(ctx: Ctx, payment: Payment, amount: bigint): Payment {
  if (amount === payment.amount) return payment
  const it = { ...payment, amount }
  return payment.authorized === null ? it : { ...it, fee: feeOfPayment(ctx, it) }
}

/**
 * What the service costs, and its tax: taken from what the merchant has. `vat`: the tax where it is
 * not at the rate of now.
 */
export function feeTransfers(
  ctx: Ctx,
  it: { instruction: string; fee: bigint; currency: string; vat?: bigint | undefined },
): Insertion[] {
  const { instruction, fee, currency, vat: tax = vatOf(ctx.pricing, fee) } = it
  const taken = (credit: LedgerAccount, amount: bigint, reason: string): Insertion[] =>
    transfer(ctx, {
      instruction,
      phase: 'posted',
      debit: pending,
      credit,
      amount,
      currency,
      reason,
    }).insert
  return [...taken(fees, fee, 'fee'), ...taken(vat, tax, 'vat')]
}

/**
 * The payment is booked: what was promised is posted (what exceeds the amount is given back), the
 * fee and its tax are taken, and the rest waits for the next payout. Refuses with
 * illegal_transition. Pure but for ids.
 */
export function cleared(ctx: Ctx, it: Progress, processor: string): Progress {
  const { payment } = it
  const { id: object_id, amount, currency, response } = payment
  const method = payment.method ?? 'card'
  // One that was accepted before there were fees has none yet.
  const fee = payment.fee ?? feeOfPayment(ctx, payment) ?? 0n
  const { row, insert } = settledInstruction(ctx, {
    object_id,
    kind: 'capture',
    processor,
    status: 'approved',
    amount,
    currency,
    response,
  })
  const instruction = row.id
  const posted = ended(ctx, payment, { instruction, amount, reason: 'capture' })
  const charged = feeTransfers(ctx, { instruction, fee, currency })
  const item = settlementItem(ctx, { kind: 'payment', object_id, method, currency, amount, fee })
  const values = {
    fee,
    promise: null,
    date_bank: ctx.bankDays.dayOf(ctx.now),
    date_settlement:
      payment.date_settlement ?? ctx.bankDays.dayOf(ctx.bankDays.payoutAfter(ctx.now)),
  }
  return walk(it, 'clear', values, {
    insert: [insert, ...posted, ...charged, ...(amount > 0n ? [item] : [])],
  })
}
