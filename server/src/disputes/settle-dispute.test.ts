import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Core, keepCard, numbers, openCore } from '../../test/core.ts'
import { createBankAccount } from '../bank-accounts/create-bank-account.ts'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import { Secret } from '../kernel/secret.ts'
import { trialBalance } from '../ledger/balances.ts'
import { createPayment } from '../payments/create-payment.ts'
import type { MethodInput } from '../payments/method.ts'
import { findPayment } from '../payments/store.ts'
import { Committer } from '../platform/commit.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { createRefund } from '../refunds/create-refund.ts'
import { acceptDispute } from './accept-dispute.ts'
import { disputePayment } from './dispute-payment.ts'
import { dueDispute } from './due-dispute.ts'
import type { EvidenceFile } from './evidence.ts'
import { readEvidence } from './read-evidence.ts'
import { type Dispute, findDispute, listDisputes } from './store.ts'
import { submitEvidence } from './submit-evidence.ts'

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

/** A Monday, within a second. */
const opening = new Date('2027-03-01T11:00:00.700Z')
const deadline = new Date('2027-03-15T11:00:00Z')
const fee = 1500n
const vat = 300n

/** An account of its own, at an instant. Each has its own committer, as a process has. */
let accounts = 0
const newAccount = () => {
  const account = `acct_${++accounts}`
  return (at: Date): Ctx => ({
    ...core.ctx({ account }),
    committer: new Committer(core.db),
    now: at,
  })
}
const after_ms = (at: Date, ms: number) => new Date(at.getTime() + ms)

const fallDue = verb(async (ctx: Ctx, { id }: { id: string }) => {
  const dispute = await findDispute(ctx, id)
  const change = dispute && (await dueDispute(ctx, dispute))
  return { ...(change && { change }), result: undefined }
})

async function pay(ctx: Ctx, method: MethodInput, amount = 1000n): Promise<string> {
  const about = { amount, currency: 'eur', capture: true, origin: 1, fields: {} } as const
  const { payment } = await createPayment(ctx, { ...about, method, decide: true })
  return payment.id
}

const payByCard = async (ctx: Ctx, kind: 'captured' | 'disputed', amount?: bigint) =>
  pay(ctx, { method: 'card', id: (await keepCard(ctx, numbers[kind])).id }, amount)

async function payByDebit(ctx: Ctx, iban: string): Promise<string> {
  const account = { name: 'Zoé', mandate: 'M-1', date_mandate: '2027-01-01' }
  const { id } = await createBankAccount(ctx, {
    ...account,
    iban: new Secret(iban),
    loc: ['body', 'iban'],
  })
  return pay(ctx, { method: 'sepa', id })
}

async function disputeOf(ctx: Ctx, payment: string): Promise<Dispute> {
  const { rows } = await listDisputes(ctx, { payment })
  assert.equal(rows.length, 1)
  return rows[0] as Dispute
}

/** An account with one dispute, just opened. */
async function opened() {
  const at = newAccount()
  const payment = await payByCard(at(opening), 'disputed')
  const { id } = await disputeOf(at(opening), payment)
  return { at, payment, id }
}

const read = async (ctx: Ctx, id: string): Promise<Dispute> => {
  const dispute = await findDispute(ctx, id)
  assert.ok(dispute)
  return dispute
}

const evidence = (it: { text?: string; files?: EvidenceFile[]; submit?: boolean }) => ({
  files: [],
  submit: true,
  ...it,
})

const illegal = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'illegal_transition'
const invalid = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'invalid_request'

/** What was written about this dispute: each instruction, its transfers; then its lines. */
async function booked(ctx: Ctx, id: string): Promise<string[]> {
  const values = [ctx.account, id]
  const transfers = await core.db.query<{ line: string }>(
    `select concat_ws(' ', i.kind, t.debit, t.credit, t.amount) as line from instructions i
     left join transfers t on t.account = i.account and t.instruction = i.id
     where i.account = $1 and i.object_id = $2 order by i.id, t.id`,
    values,
  )
  const items = await core.db.query<{ line: string }>(
    `select concat_ws(' ', 'line', amount, fee, vat) as line from settlement_items
     where account = $1 and object_id = $2 order by id`,
    values,
  )
  return [...transfers, ...items].map(({ line }) => line)
}

const atOpening = [
  'dispute merchant:pending merchant:disputed 1000',
  'dispute merchant:pending platform:fees 1500',
  'dispute merchant:pending platform:vat 300',
]
const lost = [...atOpening, 'lose_dispute merchant:disputed bank:cash 1000', 'line -1000 1500 300']
const won = [
  ...atOpening,
  'win_dispute merchant:disputed merchant:pending 1000',
  'line -1000 1500 300',
  'line 1000 0 0',
]

const stepsOf = async (ctx: Ctx, id: string): Promise<string[]> => {
  const rows = await core.db.query<{ step: string }>(
    `select h.version || ' ' || h.action || ' ' || h.status as step from history h
     where h.account = $1 and h.object_id = $2 order by version, step`,
    [ctx.account, id],
  )
  return rows.map(({ step }) => step)
}

const balance = async (ctx: Ctx, name: string): Promise<bigint> => {
  const balances = await trialBalance(ctx)
  assert.equal(
    balances.reduce((sum, { posted }) => sum + posted, 0n),
    0n,
  )
  // Credits of what we owe are shown as the merchant sees them.
  return -(balances.find(({ ledger_account }) => ledger_account === name)?.posted ?? 0n)
}

describe('a dispute of a card', () => {
  it('sets its amount aside at once, and costs its fee', async () => {
    const { at, payment, id } = await opened()
    const dispute = await read(at(opening), id)
    assert.deepEqual(dispute.created, new Date('2027-03-01T11:00:00Z'))
    assert.equal(dispute.date_bank, '2027-03-01')
    assert.deepEqual(
      [dispute.status, dispute.fee, dispute.method, dispute.payment],
      ['open', fee, 'card', payment],
    )
    assert.deepEqual([dispute.evidence_due_at, dispute.due_at], [deadline, deadline])
    assert.deepEqual(await booked(at(opening), id), [...atOpening, 'line -1000 1500 300'])
    assert.equal(await balance(at(opening), 'merchant:disputed'), 1000n)
  })

  it('is out of time from the second of its deadline on, and lost in the books', async () => {
    const { at, payment, id } = await opened()
    await fallDue(at(after_ms(deadline, -1)), { id })
    assert.equal((await read(at(deadline), id)).status, 'open')
    await fallDue(at(deadline), { id })
    const { status, due_at } = await read(at(deadline), id)
    assert.deepEqual([status, due_at], ['out_of_time', null])
    assert.deepEqual(await booked(at(deadline), id), lost)
    assert.equal((await findPayment(at(deadline), payment))?.status, 'disputed')
    assert.deepEqual(await stepsOf(at(deadline), id), ['2 lapse out_of_time'])
  })

  it('cannot be answered from that second on, whether or not the job has come by', async () => {
    const { at, id } = await opened()
    const given = { id, ...evidence({ text: 'late' }) }
    for (const late of [deadline, after_ms(deadline, 1)]) {
      await assert.rejects(submitEvidence(at(late), given), illegal)
      await assert.rejects(submitEvidence(at(late), { ...given, submit: false }), illegal)
      await assert.rejects(acceptDispute(at(late), { id }), illegal)
    }
    await submitEvidence(at(after_ms(deadline, -1)), given)
    assert.equal((await read(at(deadline), id)).status, 'evidence_sent')
  })

  it('that has only a draft against it is out of time all the same', async () => {
    const { at, id } = await opened()
    await submitEvidence(at(opening), { id, ...evidence({ text: 'draft', submit: false }) })
    const { status, due_at } = await read(at(opening), id)
    assert.deepEqual([status, due_at], ['evidence_pending', deadline])
    await fallDue(at(deadline), { id })
    assert.equal((await read(at(deadline), id)).status, 'out_of_time')
    assert.deepEqual(await booked(at(deadline), id), lost)
  })

  it('that is accepted is lost, once however often that is said', async () => {
    const { at, id } = await opened()
    await acceptDispute(at(opening), { id })
    assert.equal((await acceptDispute(at(opening), { id })).status, 'accepted')
    assert.deepEqual(await booked(at(opening), id), lost)
    await fallDue(at(deadline), { id })
    assert.deepEqual(await stepsOf(at(deadline), id), ['2 accept accepted'])
  })
})

describe('an answered dispute', () => {
  /** Submitted on the Friday before the deadline, in the evening. */
  const friday = new Date('2027-03-12T19:00:00Z')
  const monday = new Date('2027-03-15T05:00:00Z')
  const verdict = new Date(monday.getTime() + limits.verdict_ms)

  async function answered(text: string) {
    const it = await opened()
    await submitEvidence(it.at(friday), { id: it.id, ...evidence({ text }) })
    return it
  }

  it('is taken up on the next morning of business, and judged seven days later', async () => {
    const { at, id } = await answered('delivered')
    const statusAt = async (instant: Date) => {
      await fallDue(at(instant), { id })
      return (await read(at(instant), id)).status
    }
    assert.equal(await statusAt(after_ms(monday, -1)), 'evidence_sent')
    assert.equal(await statusAt(monday), 'evidence_verification')
    assert.equal(await statusAt(after_ms(verdict, -1)), 'evidence_verification')
    assert.equal(await statusAt(verdict), 'won')
    assert.deepEqual(await stepsOf(at(verdict), id), [
      '2 submit evidence_sent',
      '3 verify evidence_verification',
      '4 win won',
    ])
  })

  async function judged(text: string) {
    const it = await answered(text)
    await fallDue(it.at(monday), { id: it.id })
    await fallDue(it.at(verdict), { id: it.id })
    return it
  }

  it('that is won gives the amount back, and its payment is captured again', async () => {
    const { at, payment, id } = await judged('delivered')
    assert.deepEqual(await booked(at(verdict), id), won)
    assert.equal((await findPayment(at(verdict), payment))?.status, 'captured')
    assert.equal(await balance(at(verdict), 'merchant:disputed'), 0n)
    const told = await core.db.query<{ type: string }>(
      'select type from events where account = $1 order by seq desc limit 2',
      [at(verdict).account],
    )
    assert.deepEqual(
      told.map(({ type }) => type),
      ['payment.dispute_won', 'dispute.won'],
    )
  })

  it('that is lost sends the amount to the bank, and its payment stays disputed', async () => {
    const { at, payment, id } = await judged('you lose')
    assert.equal((await read(at(verdict), id)).status, 'lost')
    assert.deepEqual(await booked(at(verdict), id), lost)
    assert.equal((await findPayment(at(verdict), payment))?.status, 'disputed')
  })

  it('is judged by the latest text that was given', async () => {
    const { at, id } = await opened()
    await submitEvidence(at(opening), { id, ...evidence({ text: 'we lose', submit: false }) })
    await submitEvidence(at(opening), { id, ...evidence({ text: 'we do not', submit: false }) })
    await submitEvidence(at(friday), { id, ...evidence({}) })
    await fallDue(at(monday), { id })
    await fallDue(at(verdict), { id })
    assert.equal((await read(at(verdict), id)).status, 'won')
  })

  it('that was won can be refunded and contested once more', async () => {
    const { at, payment } = await judged('delivered')
    await createRefund(at(verdict), { payment, amount: 400n })
    const again = await disputePayment(at(verdict), { id: payment, response: '42' })
    assert.deepEqual([again.status, again.amount], ['open', 1000n])
    await acceptDispute(at(verdict), { id: again.id })
    // Captured once, refunded in part, lost once; the fee of one payment, of two disputes.
    const left = 1000n - 400n - 1000n - (19n + 4n) - 2n * (fee + vat)
    assert.equal(await balance(at(verdict), 'merchant:pending'), left)
  })

  it('has so many drafts at most, and can be submitted all the same', async () => {
    const { at, id } = await opened()
    const given = { id, ...evidence({ text: 'draft', submit: false }) }
    for (let n = 0; n < limits.evidence_drafts_max; n++) await submitEvidence(at(opening), given)
    await assert.rejects(submitEvidence(at(opening), given), illegal)
    const { text } = await submitEvidence(at(opening), { id, ...evidence({ text: 'final' }) })
    assert.equal(text, 'final')
  })

  it('cannot be answered again or accepted', async () => {
    const { at, id } = await answered('delivered')
    await assert.rejects(submitEvidence(at(friday), { id, ...evidence({ text: 'x' }) }), illegal)
    await assert.rejects(acceptDispute(at(friday), { id }), illegal)
  })
})

describe('a dispute of a direct debit', () => {
  it('is not contestable, and lost as it is opened', async () => {
    const at = newAccount()
    const payment = await payByDebit(at(opening), 'BE08510007547063')
    const { id, status, due_at, evidence_due_at, response } = await disputeOf(at(opening), payment)
    assert.deepEqual(
      [status, due_at, evidence_due_at, response],
      ['not_contestable', null, null, 'AM04'],
    )
    assert.deepEqual(await booked(at(opening), id), lost)
    assert.deepEqual(await stepsOf(at(opening), id), ['1 bar not_contestable'])
    await assert.rejects(acceptDispute(at(opening), { id }), illegal)
    await assert.rejects(submitEvidence(at(opening), { id, ...evidence({ text: 'x' }) }), illegal)
  })
})

describe('a dispute of a payment that was refunded', () => {
  it('costs the merchant the payment twice, and the fees', async () => {
    const at = newAccount()
    const payment = await payByCard(at(opening), 'captured')
    await createRefund(at(opening), { payment })
    const { id } = await disputePayment(at(opening), { id: payment, response: '45' })
    const fees = 19n + 4n + fee + vat
    assert.equal(await balance(at(opening), 'merchant:pending'), 1000n - 2n * 1000n - fees)
    await fallDue(at(deadline), { id })
    assert.equal(await balance(at(deadline), 'merchant:pending'), -1000n - fees)
    assert.equal(await balance(at(deadline), 'merchant:disputed'), 0n)
    const items = await core.db.query<{ sum: bigint }>(
      'select sum(amount - fee - vat)::bigint as sum from settlement_items where account = $1',
      [at(deadline).account],
    )
    assert.deepEqual(items, [{ sum: -1000n - fees }])
  })
})

describe('those who meet on a dispute', () => {
  it('find one end: accepted, submitted or out of time, and books that say so', async () => {
    for (let round = 0; round < 12; round++) {
      const { at, id } = await opened()
      const before = after_ms(deadline, -1)
      const deeds = [
        () => acceptDispute(at(before), { id }),
        () => submitEvidence(at(before), { id, ...evidence({ text: 'delivered' }) }),
        () => fallDue(at(deadline), { id }),
        () => submitEvidence(at(before), { id, ...evidence({ text: 'draft', submit: false }) }),
      ]
      const order = deeds.map((_, n) => deeds[(n + round) % deeds.length] as () => Promise<unknown>)
      const answers = await Promise.allSettled(order.map((deed) => deed()))
      for (const it of answers) if (it.status === 'rejected') assert.ok(illegal(it.reason))
      const { status } = await read(at(deadline), id)
      assert.ok(['accepted', 'evidence_sent', 'out_of_time'].includes(status), status)
      const lines = await booked(at(deadline), id)
      const open = [...atOpening, 'line -1000 1500 300']
      assert.deepEqual(lines, status === 'evidence_sent' ? open : lost)
      const steps = await stepsOf(at(deadline), id)
      assert.equal(steps.filter((step) => !step.includes('draft')).length, 1)
      const { text } = await readEvidence(at(deadline), id)
      assert.equal(text === 'delivered', status === 'evidence_sent')
    }
  })

  it('never give more files than may be, however many give some at once', async () => {
    const { at, id } = await opened()
    const file = { name: 'a.txt', type: 'text/plain', content: Buffer.from('a') }
    const files = Array.from({ length: 4 }, () => file)
    const given = { id, ...evidence({ files, submit: false }) }
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => submitEvidence(at(opening), given)),
    )
    const refused = answers.filter((it) => it.status === 'rejected')
    assert.equal(refused.length, 3)
    for (const { reason } of refused) assert.ok(invalid(reason))
    assert.equal((await readEvidence(at(opening), id)).files.length, 8)
  })
})
