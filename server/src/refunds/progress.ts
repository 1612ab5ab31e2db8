import { event } from '../events/event.ts'
import { historyOf } from '../events/history.ts'
import { settledInstruction } from '../instructions/instruction.ts'
import { step } from '../kernel/machine.ts'
import { ledgerAccounts } from '../ledger/accounts.ts'
import { transfer } from '../ledger/transfer.ts'
import { type Insertion, move, type Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { settlementItem } from '../settlements/settlement-item.ts'
import { type RefundAction, refundEvents, refundMachine } from './refund.ts'
import { type Refund, refunds } from './store.ts'

/** The line of history and the event of one step. */
export const told = (ctx: Ctx, row: Refund, action: RefundAction): Part => ({
  insert: historyOf(ctx, row, [{ action, status: row.status }]),
  events: [event(ctx, 'refund', refundEvents[action], row)],
})

/**
 * One step further, told, with the values that it sets. What was due before is due no more. Refuses
 * with illegal_transition. Pure but for ids.
 */
export function walked(
  ctx: Ctx,
  before: Refund,
  action: RefundAction,
  values: Partial<Refund>,
): { part: Part; refund: Refund } {
  const status = step(refundMachine, before.status, action)
  const refund = { ...before, due_at: null, ...values, status, version: before.version + 1 }
  const part = { move: [move(refunds, before, refund)], ...told(ctx, refund, action) }
  return { part, refund }
}

const { pending, reserve, bank } = ledgerAccounts

/** What the payer gets is set aside, leaves our bank, or comes back to the merchant. */
const ways = {
  refund: { debit: pending, credit: reserve, settled: -1n, reason: 'refund' },
  book_refund: { debit: reserve, credit: bank, settled: 0n, reason: 'refund_booked' },
  return_refund: { debit: reserve, credit: pending, settled: 1n, reason: 'refund_returned' },
} as const

/** The instruction, its transfer, and the line that is settled with the merchant. */
export function books(
  ctx: Ctx,
  { id: object_id, amount, currency, method }: Refund,
  kind: keyof typeof ways,
  asked: { id?: string; response: string | null } = { response: null },
): Insertion[] {
  const { settled, ...sides } = ways[kind]
  const { row, insert } = settledInstruction(ctx, {
    ...asked,
    object_id,
    kind,
    processor: processorOf(ctx).name,
    status: 'approved',
    amount,
    currency,
  })
  const moved = transfer(ctx, {
    ...sides,
    instruction: row.id,
    phase: 'posted',
    amount,
    currency,
  })
  const item = settlementItem(ctx, {
    kind: 'refund',
    object_id,
    method: method ?? 'card',
    currency,
    amount: settled * amount,
  })
  return [insert, ...moved.insert, ...(settled === 0n ? [] : [item])]
}
