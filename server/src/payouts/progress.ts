import { event } from '../events/event.ts'
import { historyOf, type Step } from '../events/history.ts'
import { settledInstruction } from '../instructions/instruction.ts'
import { step } from '../kernel/machine.ts'
import { ledgerAccounts } from '../ledger/accounts.ts'
import { transfer } from '../ledger/transfer.ts'
import { type Claim, type Insertion, insertion, move, type Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { type PayoutAction, payoutEvents, payoutMachine } from './payout.ts'
import { type Payout, payouts } from './store.ts'

/** A payout on its way through one decision: the edges walked, what must be true with it. */
export interface Progress {
  payout: Payout
  steps: readonly (Step & { action: PayoutAction })[]
  part: Part
}

export const unmoved = (payout: Payout): Progress => ({ payout, steps: [], part: {} })

const { receivable, bank, pending, available, in_transit } = ledgerAccounts

/** What a bank is asked, or tells us → what moves by it, in this order. */
const ways = {
  settle: [{ debit: bank, credit: receivable, reason: 'settlement' }],
  payout: [
    { debit: pending, credit: available, reason: 'payout' },
    { debit: available, credit: in_transit, reason: 'payout_ordered' },
  ],
  repeat: [{ debit: available, credit: in_transit, reason: 'payout_ordered' }],
  book_payout: [{ debit: in_transit, credit: bank, reason: 'payout_booked' }],
  return_payout: [{ debit: in_transit, credit: available, reason: 'payout_returned' }],
} as const

type Way = keyof typeof ways

/** An instruction of this amount, and its transfers. */
export function books(
  ctx: Ctx,
  { id: object_id, currency }: Payout,
  way: Way,
  amount: bigint,
): Insertion[] {
  const { row, insert } = settledInstruction(ctx, {
    object_id,
    kind: way === 'repeat' ? 'payout' : way,
    processor: processorOf(ctx).name,
    status: 'approved',
    amount,
    currency,
    response: null,
  })
  const about = { instruction: row.id, phase: 'posted', amount, currency } as const
  return [insert, ...ways[way].flatMap((sides) => transfer(ctx, { ...about, ...sides }).insert)]
}

/** What moves with an edge; nothing with the others. */
const moves: Partial<Record<PayoutAction, Way>> = {
  close: 'payout',
  book: 'book_payout',
  fail: 'return_payout',
  retry: 'repeat',
}

/**
 * One edge further, with what moves by it. What was due on the old status is due no more. Refuses
 * with illegal_transition. Pure but for ids.
 */
export function walk(
  ctx: Ctx,
  { payout, steps, part }: Progress,
  action: PayoutAction,
  values: Partial<Payout>,
): Progress {
  const status = step(payoutMachine, payout.status, action)
  const way = moves[action]
  const insert = way ? books(ctx, payout, way, payout.amount) : []
  return {
    payout: { ...payout, due_at: null, ...values, status },
    steps: [...steps, { action, status }],
    part: { ...part, insert: [...(part.insert ?? []), ...insert] },
  }
}

/** An open payout is the only one of its currency, until it is closed. */
const openness = ({ id, status, currency }: Payout): Claim[] =>
  status === 'pending' ? [{ scope: 'payout.open', value: currency, owner: id }] : []

/**
 * The Change of a decision about a payout: its row, a line of history and an event for each edge
 * (or one event that it was created or updated), and whether it is open.
 */
export function changeOf(
  ctx: Ctx,
  before: Payout | null,
  it: Progress,
): { change: Part; result: Payout } {
  const payout = { ...it.payout, version: before ? before.version + 1 : 1 }
  const events = it.steps.map(({ action }) => event(ctx, 'payout', payoutEvents[action], payout))
  if (!before) events.unshift(event(ctx, 'payout', 'created', payout))
  else if (!events.length) events.push(event(ctx, 'payout', 'updated', payout))
  const { insert = [], move: moved = [] } = it.part
  return {
    result: payout,
    change: {
      claim: before ? [] : openness(payout),
      release: before && payout.status !== 'pending' ? openness(before) : [],
      insert: [
        ...(before ? [] : [insertion(payouts, payout)]),
        ...insert,
        ...historyOf(ctx, payout, it.steps),
      ],
      move: [...(before ? [move(payouts, before, payout)] : []), ...moved],
      events,
    },
  }
}
