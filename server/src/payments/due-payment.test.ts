import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hands } from '../app/settle.ts'
import type { InstructionRow } from '../instructions/store.ts'
import { standardPricing } from '../kernel/pricing.ts'
import type { TransferRow } from '../ledger/store.ts'
import type { Part } from '../platform/change.ts'
import { bankDaysOf, standardCutoff } from '../processors/bank-days.ts'
import type { Ctx } from '../processors/ctx.ts'
import { sandbox } from '../processors/sandbox/sandbox.ts'
import type { SettlementItem } from '../settlements/store.ts'
import { duePayment } from './due-payment.ts'
import type { Payment } from './store.ts'

const ctxAt = (now: string): Ctx =>
  ({
    account: 'acct_one',
    live: false,
    now: new Date(now),
    request_id: 'test',
    hands,
    processors: { test: sandbox, live: null },
    bankDays: bankDaysOf(standardCutoff),
    pricing: standardPricing,
  }) as Ctx

/** Accepted on a Friday for 10.00, of which 4.00 are left to capture. */
const payment = (it: Partial<Payment>): Payment =>
  ({
    account: 'acct_one',
    live: false,
    id: 'paym_1',
    version: 3,
    created: new Date('2027-03-05T09:00:00Z'),
    status: 'to_capture',
    amount: 400n,
    authorized: 1000n,
    promise: 'trsf_1',
    refunded: 0n,
    currency: 'eur',
    method: 'card',
    fee: 14n,
    response: '00',
    payment_intent: null,
    date_bank: null,
    date_settlement: null,
    due_at: new Date('2027-03-05T21:00:00Z'),
    ...it,
  }) as Payment

const due = (now: string, it: Partial<Payment> = {}) => duePayment(ctxAt(now), payment(it))

const after = (part: Part | undefined): Payment => {
  const [moved] = part?.move ?? []
  assert.ok(moved)
  return moved.row as unknown as Payment
}
const rows = <Row>(part: Part | undefined, table: string): Row[] =>
  (part?.insert ?? []).flatMap((put) => (put.table.name === table ? [put.row as Row] : []))
const transfersOf = (part: Part | undefined) =>
  rows<TransferRow>(part, 'transfers').map(
    ({ phase, amount, pending, released }) => `${phase} ${amount} of ${pending} ${released}`,
  )

describe('what falls due of a payment', () => {
  it('is nothing before its time, nor at a status that waits for nothing', async () => {
    assert.equal(await due('2027-03-05T20:59:59.999Z'), undefined)
    const due_at = new Date('2027-03-05T21:00:00Z')
    assert.equal(await due('2027-03-06T00:00:00Z', { status: 'captured', due_at }), undefined)
    assert.equal(await due('2027-03-06T00:00:00Z', { due_at: null }), undefined)
  })

  it('is sent at the cut-off, and moves no money', async () => {
    const part = await due('2027-03-05T21:00:00Z')
    assert.equal(after(part).status, 'capture_sent')
    assert.deepEqual([rows(part, 'instructions'), rows(part, 'transfers')], [[], []])
    assert.deepEqual(
      part?.events?.map((it) => it.type),
      ['payment.sent'],
    )
  })

  it('is booked in the morning of the next business day, whatever closes the banks', async () => {
    const bookings: [sent: string, booked: string][] = [
      // Thursday; Friday, Saturday and Sunday, when Monday is one.
      ['2027-03-04T21:00:00Z', '2027-03-05T05:00:00Z'],
      ['2027-03-05T21:00:00Z', '2027-03-08T05:00:00Z'],
      ['2027-03-06T21:00:00Z', '2027-03-08T05:00:00Z'],
      ['2027-03-07T21:00:00Z', '2027-03-08T05:00:00Z'],
      // Easter, with the change to summer time on the night before Sunday.
      ['2027-03-25T21:00:00Z', '2027-03-30T04:00:00Z'],
      ['2027-12-24T21:00:00Z', '2027-12-27T05:00:00Z'],
      // The work was done late: the bank has it a day later.
      ['2027-03-05T03:00:00Z', '2027-03-08T05:00:00Z'],
    ]
    for (const [sent, booked] of bookings) {
      const part = await due(sent, { due_at: new Date(0) })
      assert.deepEqual(after(part).due_at, new Date(booked), sent)
    }
  })

  it('is booked: posted, charged for, and put down for the payout of that day', async () => {
    const due_at = new Date('2027-03-08T05:00:00Z')
    const part = await due('2027-03-08T05:00:00Z', { status: 'capture_sent', due_at })
    const { status, promise, fee, date_bank, date_settlement, due_at: next } = after(part)
    assert.deepEqual(
      [status, promise, fee, date_bank, date_settlement, next],
      ['captured', null, 14n, '2027-03-08', '2027-03-08', null],
    )
    assert.deepEqual(transfersOf(part), [
      'posted 400 of trsf_1 1000',
      'posted 14 of null null',
      'posted 3 of null null',
    ])
    const [asked] = rows<InstructionRow>(part, 'instructions')
    assert.deepEqual([asked?.kind, asked?.status, asked?.amount], ['capture', 'approved', 400n])
    const [item] = rows<SettlementItem>(part, 'settlement_items')
    assert.deepEqual(
      [item?.kind, item?.object_id, item?.amount, item?.fee, item?.vat, item?.due_at],
      ['payment', 'paym_1', 400n, 14n, 3n, new Date('2027-03-08T09:00:00Z')],
    )
  })

  it('is booked late for the payout that is still to come', async () => {
    const it = { status: 'capture_sent', due_at: new Date(0) } as const
    const part = await due('2027-03-08T09:00:00Z', it)
    assert.deepEqual(
      [after(part).date_bank, after(part).date_settlement],
      ['2027-03-08', '2027-03-09'],
    )
    const [item] = rows<SettlementItem>(part, 'settlement_items')
    assert.deepEqual(item?.due_at, new Date('2027-03-09T09:00:00Z'))
  })

  it('is settled on the day that the merchant has chosen', async () => {
    const it = { status: 'capture_sent', due_at: new Date(0) } as const
    const part = await due('2027-03-08T05:00:00Z', { ...it, date_settlement: '2027-04-01' })
    assert.equal(after(part).date_settlement, '2027-04-01')
  })

  it('costs what it does now when it was accepted before there were fees', async () => {
    const it = { status: 'capture_sent', due_at: new Date(0), fee: null } as const
    assert.equal(after(await due('2027-03-08T05:00:00Z', it)).fee, 14n)
  })

  it('gives back a promise of which nothing is captured, and settles nothing', async () => {
    const it = { status: 'capture_sent', due_at: new Date(0), amount: 0n, fee: 0n } as const
    const part = await due('2027-03-08T05:00:00Z', it)
    assert.equal(after(part).status, 'captured')
    assert.deepEqual(transfersOf(part), ['voided 1000 of trsf_1 1000'])
    assert.deepEqual(rows(part, 'settlement_items'), [])
  })

  it('[B57] is the end of an authorization: all of the promise is given back', async () => {
    const due_at = new Date('2027-03-12T09:00:00Z')
    const part = await due('2027-03-12T09:00:00Z', { status: 'authorized', due_at })
    assert.deepEqual([after(part).status, after(part).promise], ['expired', null])
    assert.deepEqual(transfersOf(part), ['voided 1000 of trsf_1 1000'])
    const [asked] = rows<InstructionRow>(part, 'instructions')
    assert.deepEqual([asked?.kind, asked?.amount], ['void', 1000n])
  })
})
