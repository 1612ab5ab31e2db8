import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hands } from '../app/settle.ts'
import type { InstructionRow } from '../instructions/store.ts'
import { standardPricing } from '../kernel/pricing.ts'
import { Refusal } from '../kernel/problem.ts'
import type { TransferRow } from '../ledger/store.ts'
import { bankDaysOf, standardCutoff } from '../processors/bank-days.ts'
import type { Ctx } from '../processors/ctx.ts'
import type { Outcome } from '../processors/processor.ts'
import type { SettlementItem } from '../settlements/store.ts'
import { type Progress, unmoved } from './progress.ts'
import { type Asked, settleAuthorization } from './settle-authorization.ts'
import type { Payment } from './store.ts'

/** A Monday. */
const now = new Date('2026-03-02T12:00:00Z')
// All that a decision on an answer may look at.
const ctx = {
  account: 'acct_one',
  live: false,
  now,
  request_id: 'test',
  hands,
  bankDays: bankDaysOf(standardCutoff),
  pricing: standardPricing,
} as Ctx

const payment = (it: Partial<Payment>): Payment =>
  ({
    account: ctx.account,
    live: false,
    id: 'paym_1',
    version: 3,
    status: 'created',
    amount: 1000n,
    authorized: null,
    promise: null,
    refunded: 0n,
    currency: 'eur',
    method: 'card',
    fee: null,
    date_bank: null,
    date_settlement: null,
    tries: 2,
    due_at: null,
    response: null,
    order_id: null,
    payment_intent: null,
    ...it,
  }) as Payment

const approved: Outcome = { result: 'approved', response: '00', next: 'clear' }
const credited: Outcome = { result: 'approved', response: '00', next: 'captured' }
const contested: Outcome = {
  result: 'approved',
  response: '00',
  next: 'disputed',
  dispute: { response: '45' },
}
const declined: Outcome = { result: 'declined', response: '51' }
const failed: Outcome = { result: 'failed', response: '96' }

const settle = (outcome: Outcome, aim: Asked['aim'], of: Partial<Payment> = {}): Progress =>
  settleAuthorization(ctx, unmoved(payment(of), null), outcome, {
    instruction: 'inst_1',
    processor: 'sandbox',
    aim,
  })

const rowsOf = <Row>(it: Progress, table: string): Row[] =>
  (it.part.insert ?? []).flatMap((put) => (put.table.name === table ? [put.row as Row] : []))

/** What was decided, in words: the steps, the instructions, the transfers, the lines to settle. */
const said = (it: Progress): string[] => [
  it.steps.map((line) => line.status).join(' '),
  rowsOf<InstructionRow>(it, 'instructions')
    .map((row) => `${row.kind} ${row.status} ${row.amount}`)
    .join(', '),
  rowsOf<TransferRow>(it, 'transfers')
    .map((row) => `${row.phase}${row.pending ? ' promise' : ''} ${row.amount}`)
    .join(', '),
  rowsOf<SettlementItem>(it, 'settlement_items')
    .map((row) => `${row.kind} ${row.amount} - ${row.fee} - ${row.vat}`)
    .join(', '),
]

type Case = [string, Outcome, Asked['aim'], bigint, string, string, string, string]

const cases: Case[] = [
  [
    'approved, to be captured later',
    approved,
    'authorize',
    1000n,
    'authorized',
    'authorize approved 1000',
    'pending 1000',
    '',
  ],
  [
    'approved, to be captured',
    approved,
    'capture',
    1000n,
    'to_capture',
    'authorize approved 1000',
    'pending 1000',
    '',
  ],
  [
    'credited at once, but to be captured later',
    credited,
    'authorize',
    1000n,
    'authorized',
    'authorize approved 1000',
    'pending 1000',
    '',
  ],
  [
    'credited at once',
    credited,
    'capture',
    1000n,
    'to_capture captured',
    'authorize approved 1000, capture approved 1000',
    'pending 1000, posted promise 1000, posted 19, posted 4',
    'payment 1000 - 19 - 4',
  ],
  [
    'contested',
    contested,
    'capture',
    1000n,
    'to_capture captured disputed',
    'authorize approved 1000, capture approved 1000, dispute approved 1000',
    'pending 1000, posted promise 1000, posted 19, posted 4, posted 1000, posted 1500, posted 300',
    'payment 1000 - 19 - 4, dispute -1000 - 1500 - 300',
  ],
  [
    'contested, but to be captured later',
    contested,
    'authorize',
    1000n,
    'authorized',
    'authorize approved 1000',
    'pending 1000',
    '',
  ],
  ['declined', declined, 'capture', 1000n, 'refused', 'authorize declined 1000', '', ''],
  ['failed', failed, 'authorize', 1000n, 'failed', 'authorize failed 1000', '', ''],
  [
    'approved for nothing: a check of the card',
    approved,
    'authorize',
    0n,
    'authorized',
    'authorize approved 0',
    '',
    '',
  ],
  [
    'credited for nothing',
    credited,
    'capture',
    0n,
    'to_capture captured',
    'authorize approved 0, capture approved 0',
    '',
    '',
  ],
  [
    'contested for nothing, which nobody does',
    contested,
    'capture',
    0n,
    'to_capture captured',
    'authorize approved 0, capture approved 0',
    '',
    '',
  ],
]

describe('the answer of a bank to an authorization', () => {
  for (const [name, outcome, aim, amount, ...expected] of cases) {
    it(name, () => assert.deepEqual(said(settle(outcome, aim, { amount })), expected))
  }

  it('that says yes tells how much, when, what it costs and for how long', () => {
    const it = settle(approved, 'authorize')
    const [promise] = rowsOf<TransferRow>(it, 'transfers')
    const { authorized, date_paym, due_at, fee, tries, response } = it.payment
    assert.deepEqual(
      { authorized, date_paym, due_at, fee, tries, response, promise: it.payment.promise },
      {
        authorized: 1000n,
        date_paym: now,
        due_at: new Date('2026-03-09T12:00:00Z'),
        fee: 19n,
        tries: 3,
        response: '00',
        promise: promise?.id,
      },
    )
  })

  it('to a capture waits for the cut-off of that day, or of the next from that instant on', () => {
    const cutoff = new Date('2026-03-02T21:00:00Z')
    const sent = (at: Date) =>
      settleAuthorization({ ...ctx, now: at }, unmoved(payment({}), null), approved, {
        instruction: 'inst_1',
        processor: 'sandbox',
        aim: 'capture',
      }).payment.due_at
    assert.deepEqual(sent(now), cutoff)
    assert.deepEqual(sent(new Date(cutoff.getTime() - 1)), cutoff)
    assert.deepEqual(sent(cutoff), new Date('2026-03-03T21:00:00Z'))
  })

  it('that credits at once says when it is booked and settled, and promises nothing more', () => {
    const dates = (it: Progress) => [it.payment.date_bank, it.payment.date_settlement]
    const it = settle(credited, 'capture')
    assert.deepEqual(dates(it), ['2026-03-02', '2026-03-03'])
    assert.deepEqual([it.payment.promise, it.payment.due_at], [null, null])
    const chosen = settle(credited, 'capture', { date_settlement: '2026-04-01' })
    assert.deepEqual(dates(chosen), ['2026-03-02', '2026-04-01'])
  })

  it('that says no leaves no trace of money, and counts the try', () => {
    for (const outcome of [declined, failed]) {
      const { payment: after } = settle(outcome, 'capture')
      const { authorized, promise, fee, due_at, tries } = after
      assert.deepEqual([authorized, promise, fee, due_at, tries], [null, null, null, null, 3])
    }
  })

  it('is the instruction that was asked, and no other', () => {
    for (const outcome of [approved, credited, contested, declined, failed]) {
      const it = settle(outcome, 'capture')
      const [asked, ...more] = rowsOf<InstructionRow>(it, 'instructions')
      assert.equal(asked?.id, 'inst_1')
      assert.ok(more.every((row) => row.id !== 'inst_1'))
    }
  })

  it('reaches only a payment that can still be paid', () => {
    for (const status of ['authorized', 'to_capture', 'captured', 'canceled', 'expired'] as const) {
      assert.throws(
        () => settle(approved, 'capture', { status }),
        (error) => error instanceof Refusal && error.code === 'illegal_transition',
      )
    }
  })

  it('is not one while it is unknown', () => {
    assert.throws(() => settle({ result: 'unknown' }, 'capture'), /assertion failed/)
  })
})
