import { event } from '../events/event.ts'
import { historyOf } from '../events/history.ts'
import { settledInstruction } from '../instructions/instruction.ts'
import { newId } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import { step } from '../kernel/machine.ts'
import { later, wholeSecond } from '../kernel/time.ts'
import { ledgerAccounts } from '../ledger/accounts.ts'
import { transfer } from '../ledger/transfer.ts'
import { feeTransfers } from '../payments/clear-payment.ts'
import { type Insertion, insertion, joined, type Part } from '../platform/change.ts'
import type { Ctx, Hands, MovedPayment } from '../processors/ctx.ts'
import { settlementItem } from '../settlements/settlement-item.ts'
import { disputeMachine } from './dispute.ts'
import { type Progress, told } from './progress.ts'
import { lostBooks } from './settle-dispute.ts'
import { type Dispute, disputes } from './store.ts'

type About = Parameters<Hands['disputeOpened']>[2]

function newDispute(ctx: Ctx, payment: MovedPayment, { amount, response }: About): Dispute {
  const created = wholeSecond(ctx.now)
  const evidence_due_at = later(created, limits.evidence_ms)
  return {
    account: ctx.account,
    live: ctx.live,
    id: newId('dspt'),
    version: 1,
    created,
    payment: payment.id,
    amount,
    currency: payment.currency,
    response,
    status: 'open',
    type: 'dispute',
    order_id: payment.order_id,
    payment_intent: payment.payment_intent,
    fee: BigInt(ctx.pricing.dispute),
    date_bank: ctx.bankDays.dayOf(ctx.now),
    method: payment.method,
    evidence_due_at,
    submitted_at: null,
    due_at: evidence_due_at,
  }
}

/**
 * The merchant's share stands aside, and the fee of a dispute is taken. `vat`: the tax on it where
 * it is not at the rate of now.
 */
export function openBooks(
  ctx: Ctx,
  dispute: Dispute,
  { processor, vat }: { processor: string; vat?: bigint },
): Insertion[] {
  const { id: object_id, amount, currency, response } = dispute
  const fee = dispute.fee ?? 0n
  const { row, insert } = settledInstruction(ctx, {
    object_id,
    kind: 'dispute',
    processor,
    status: 'approved',
    amount,
    currency,
    response,
  })
  const instruction = row.id
  const held = transfer(ctx, {
    instruction,
    phase: 'posted',
    debit: ledgerAccounts.pending,
    credit: ledgerAccounts.disputed,
    amount,
    currency,
    reason: 'dispute',
  })
  const charged = feeTransfers(ctx, { instruction, fee, currency, vat })
  const method = dispute.method ?? 'card'
  const line = { kind: 'dispute', object_id, method, currency, amount: -amount, fee } as const
  return [insert, ...held.insert, ...charged, settlementItem(ctx, line)]
}

/** A dispute that is lost as soon as it is there: nobody can argue with the payer's bank. */
function barred(ctx: Ctx, opened: Dispute, processor: string): Progress {
  const action = 'bar'
  const status = step(disputeMachine, opened.status, action)
  const dispute: Dispute = { ...opened, status, evidence_due_at: null, due_at: null }
  const insert = [...historyOf(ctx, dispute, [{ action, status }])]
  insert.push(...lostBooks(ctx, dispute, processor))
  return { dispute, part: { insert, events: [told(ctx, dispute, status)] } }
}

/**
 * The dispute that a payer's bank opens on a captured payment, of the whole or a part of it, and
 * what it does to the books. A dispute of a direct debit is lost at once. A part of that payment's
 * Change. Pure but for ids.
 */
export function opened(ctx: Ctx, payment: MovedPayment, about: About): Progress {
  const { processor } = about
  const made = newDispute(ctx, payment, about)
  const begun = openBooks(ctx, made, { processor })
  const created = event(ctx, 'dispute', 'created', made)
  const { dispute, part } =
    made.method === 'sepa' ? barred(ctx, made, processor) : { dispute: made, part: {} }
  const insert = [insertion(disputes, dispute), ...begun]
  return { dispute, part: joined({ insert, events: [created] }, part) }
}

/** What payments call: they know no disputes. */
export const openDispute: Hands['disputeOpened'] = (ctx, payment, about): Part =>
  opened(ctx, payment, about).part
