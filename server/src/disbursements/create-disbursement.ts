import type { Card } from '../cards/store.ts'
import { event } from '../events/event.ts'
import { settledInstruction } from '../instructions/instruction.ts'
import { assert } from '../kernel/assert.ts'
import { newId } from '../kernel/ids.ts'
import { step } from '../kernel/machine.ts'
import type { Secret } from '../kernel/secret.ts'
import { wholeSecond } from '../kernel/time.ts'
import { checkCvc, checkMethod, tenderOf } from '../payments/method.ts'
import { insertion, joined, type Part } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import type { CardCredit, Outcome } from '../processors/processor.ts'
import { type DisbursementAction, disbursementMachine } from './disbursement.ts'
import { books, told } from './progress.ts'
import { type Disbursement, disbursements } from './store.ts'

export interface CreateDisbursement {
  /** The id of a card that is kept. */
  card: string
  amount: bigint
  currency: Disbursement['currency']
  /** Both are for the bank, and kept nowhere. */
  cvc: Secret<string> | null
  date_of_birth: string | null
}

type Answer = Exclude<Outcome, { result: 'unknown' }>

const actions: Record<Answer['result'], DisbursementAction> = {
  approved: 'accept',
  declined: 'refuse',
  failed: 'fail',
}

function draft(ctx: Ctx, input: CreateDisbursement): Disbursement {
  return {
    account: ctx.account,
    live: ctx.live,
    id: newId('dsbm'),
    version: 1,
    created: wholeSecond(ctx.now),
    status: 'awaiting_approval',
    amount: input.amount,
    currency: input.currency,
    card: input.card,
    response: null,
    date_disbursement: null,
    date_bank: null,
    due_at: null,
  }
}

/** What was asked and answered; when the bank said yes, the amount is set aside too. */
function asked(ctx: Ctx, it: Disbursement, outcome: Answer, id: string): Part {
  if (outcome.result === 'approved') {
    return { insert: books(ctx, it, 'disburse', { id, response: outcome.response }) }
  }
  const { insert } = settledInstruction(ctx, {
    id,
    object_id: it.id,
    kind: 'disburse',
    processor: processorOf(ctx).name,
    status: outcome.result,
    amount: it.amount,
    currency: it.currency,
    response: outcome.response,
  })
  return { insert: [insert] }
}

/**
 * The one door by which a bank's answer reaches a new disbursement. A refused one leaves nothing in
 * the books. An unknown answer is not a decision. Pure but for new ids.
 */
function settled(ctx: Ctx, it: Disbursement, outcome: Outcome, instruction: string) {
  assert(outcome.result !== 'unknown', 'a processor in this process always answers')
  const action = actions[outcome.result]
  const row: Disbursement = {
    ...it,
    status: step(disbursementMachine, it.status, action),
    response: outcome.response,
    due_at: action === 'accept' ? ctx.bankDays.cutoffAfter(ctx.now) : null,
  }
  const part = joined(
    asked(ctx, row, outcome, instruction),
    { insert: [insertion(disbursements, row)] },
    { events: [event(ctx, 'disbursement', 'created', row)] },
    told(ctx, row, action),
  )
  return { part, row }
}

const creditOf = (
  ctx: Ctx,
  input: CreateDisbursement,
  card: Card,
  number: Secret<string>,
): CardCredit => ({
  id: newId('inst'),
  account: ctx.account,
  amount: input.amount,
  currency: input.currency,
  now: ctx.now,
  number,
  cvc: input.cvc,
  exp_month: card.exp_month,
  exp_year: card.exp_year,
  date_of_birth: input.date_of_birth,
})

async function plan(ctx: Ctx, input: CreateDisbursement): Promise<Decision<Disbursement>> {
  const processor = processorOf(ctx)
  checkCvc(input.cvc, ['body', 'card'])
  const tender = await tenderOf(ctx, { method: 'card', id: input.card })
  assert(tender.method === 'card', 'a card was asked for')
  checkMethod(ctx, { currency: input.currency, methods_allowed: null }, 'card')
  const credit = creditOf(ctx, input, tender.card, tender.number)
  const outcome = processor.creditCard(credit)
  const { part, row } = settled(ctx, draft(ctx, input), outcome, credit.id)
  return { change: part, result: row }
}

/**
 * Pays a card out of what the merchant has; a decline is an outcome, not a refusal. The balance is
 * not looked at: what is missing is carried over, and made up for by what comes in. Refuses with
 * not_found (card), invalid_request, method_not_allowed_for_currency, processor_not_configured.
 */
export const createDisbursement = verb(plan)
