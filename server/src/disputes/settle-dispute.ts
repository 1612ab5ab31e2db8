import { settledInstruction } from '../instructions/instruction.ts'
import type { InstructionKind } from '../instructions/store.ts'
import { type LedgerAccount, ledgerAccounts } from '../ledger/accounts.ts'
import { transfer } from '../ledger/transfer.ts'
import { changeOf, unmoved, walk as walkPayment } from '../payments/progress.ts'
import { findPayment } from '../payments/store.ts'
import { type Insertion, joined, type Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { settlementItem } from '../settlements/settlement-item.ts'
import { type Progress, walk } from './progress.ts'
import type { Dispute } from './store.ts'

const { disputed, pending, bank } = ledgerAccounts

/** What stood aside while the dispute was open goes where it belongs. */
function released(
  ctx: Ctx,
  { id: object_id, amount, currency, response }: Dispute,
  to: { kind: InstructionKind; credit: LedgerAccount; reason: string; processor: string },
): Insertion[] {
  const { kind, credit, reason, processor } = to
  const { row, insert } = settledInstruction(ctx, {
    object_id,
    kind,
    processor,
    status: 'approved',
    amount,
    currency,
    response,
  })
  const instruction = row.id
  const about = { instruction, phase: 'posted', amount, currency, reason } as const
  return [insert, ...transfer(ctx, { ...about, debit: disputed, credit }).insert]
}

/** The payer has the money back, and their bank has taken it from ours. */
export const lostBooks = (ctx: Ctx, dispute: Dispute, processor: string): Insertion[] =>
  released(ctx, dispute, { kind: 'lose_dispute', credit: bank, reason: 'dispute_lost', processor })

/** The merchant has it again; the fee of the dispute is kept. */
export const wonBooks = (ctx: Ctx, dispute: Dispute, processor: string): Insertion[] =>
  released(ctx, dispute, { kind: 'win_dispute', credit: pending, reason: 'dispute_won', processor })

/** By what was won the next payout is higher. */
const wonLine = (ctx: Ctx, { id: object_id, currency, amount, method }: Dispute): Insertion =>
  settlementItem(ctx, { kind: 'dispute', object_id, method: method ?? 'card', currency, amount })

/** The payment of a dispute that was won is captured again. One that was imported may be so yet. */
async function paymentWon(ctx: Ctx, { payment: id }: Dispute): Promise<Part> {
  const payment = await findPayment(ctx, id)
  if (payment?.status !== 'disputed') return {}
  const won = walkPayment(unmoved(payment, null), 'win', {}, {})
  return (await changeOf(ctx, { payment, authentication: null }, won)).part
}

/**
 * The one door by which a dispute ends, whoever brings the answer: its row, the books, and the
 * payment where it is won. Refuses with illegal_transition.
 */
export async function settleDispute(
  ctx: Ctx,
  dispute: Dispute,
  action: 'accept' | 'lapse' | 'lose' | 'win',
): Promise<Progress> {
  const { name } = processorOf(ctx)
  if (action !== 'win') {
    return walk(ctx, dispute, action, {}, { insert: lostBooks(ctx, dispute, name) })
  }
  const insert = [...wonBooks(ctx, dispute, name), wonLine(ctx, dispute)]
  const won = walk(ctx, dispute, action, {}, { insert })
  return { ...won, part: joined(won.part, await paymentWon(ctx, dispute)) }
}
