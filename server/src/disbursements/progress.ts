import { event } from '../events/event.ts'
import { historyOf } from '../events/history.ts'
import { settledInstruction } from '../instructions/instruction.ts'
import { step } from '../kernel/machine.ts'
import { ledgerAccounts } from '../ledger/accounts.ts'
import { transfer } from '../ledger/transfer.ts'
import { type Insertion, move, type Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { settlementItem } from '../settlements/settlement-item.ts'
import { type DisbursementAction, disbursementEvents, disbursementMachine } from './disbursement.ts'
import { type Disbursement, disbursements } from './store.ts'

/** The line of history and the event of one step. */
export const told = (ctx: Ctx, row: Disbursement, action: DisbursementAction): Part => ({
  insert: historyOf(ctx, row, [{ action, status: row.status }]),
  events: [event(ctx, 'disbursement', disbursementEvents[action], row)],
})

/**
 * One step further, told, with the values that it sets. Refuses with illegal_transition. Pure but
 * for ids.
 */
export function walked(
  ctx: Ctx,
  before: Disbursement,
  action: DisbursementAction,
  values: Partial<Disbursement>,
  insert: readonly Insertion[],
): { part: Part; disbursement: Disbursement } {
  const status = step(disbursementMachine, before.status, action)
  const version = before.version + 1
  const disbursement: Disbursement = { ...before, due_at: null, ...values, version, status }
  const said = told(ctx, disbursement, action)
  return {
    disbursement,
    part: {
      ...said,
      insert: [...insert, ...(said.insert ?? [])],
      move: [move(disbursements, before, disbursement)],
    },
  }
}

const { pending, reserve, bank } = ledgerAccounts

/** What the merchant gives is set aside, leaves our bank, or comes back to the merchant. */
const ways = {
  disburse: { debit: pending, credit: reserve, settled: -1n, reason: 'disbursement' },
  book_disbursement: { debit: reserve, credit: bank, settled: 0n, reason: 'disbursement_booked' },
  return_disbursement: {
    debit: reserve,
    credit: pending,
    settled: 1n,
    reason: 'disbursement_returned',
  },
} as const

/** The instruction, its transfer, and the line that is settled with the merchant. */
export function books(
  ctx: Ctx,
  it: Disbursement,
  kind: keyof typeof ways,
  asked: { id?: string; response: string | null } = { response: null },
): Insertion[] {
  const { amount, currency } = it
  const { settled, ...sides } = ways[kind]
  const { row, insert } = settledInstruction(ctx, {
    ...asked,
    object_id: it.id,
    kind,
    processor: processorOf(ctx).name,
    status: 'approved',
    amount,
    currency,
  })
  const about_money = { instruction: row.id, phase: 'posted', amount, currency } as const
  const moved = transfer(ctx, { ...sides, ...about_money })
  const about = { kind: 'disbursement', object_id: it.id, method: 'card', currency } as const
  const item = settlementItem(ctx, { ...about, amount: settled * amount })
  return [insert, ...moved.insert, ...(settled === 0n ? [] : [item])]
}
