import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Core, fallDue as fallDueOf, numbers, openCore } from '../../test/core.ts'
import {
  balancesOf,
  books,
  fallDue,
  friday,
  pay,
  paymentOf,
  rowsOf,
  stepsOf,
} from '../../test/refund-stage.ts'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import { trialBalance } from '../ledger/balances.ts'
import { Committer } from '../platform/commit.ts'
import type { Ctx } from '../processors/ctx.ts'
import type { Outcome, RefundOrder } from '../processors/processor.ts'
import { sandbox } from '../processors/sandbox/sandbox.ts'
import { createRefund } from './create-refund.ts'
import { findRefundsOf } from './store.ts'

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

const at = (account: string): Ctx => ({ ...core.ctx({ account }), now: friday })

/** The test bank, with another answer to refunds. */
const answering = (ctx: Ctx, refund: (asked: RefundOrder) => Outcome): Ctx => ({
  ...ctx,
  processors: { test: { ...sandbox, refund }, live: null },
})

const [pending, reserve, bank] = ['merchant:pending', 'merchant:reserve', 'bank:cash']
const refused = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code

describe('a refund', () => {
  it('is set aside, sent at the cut-off, and leaves our bank at the booking', async () => {
    const ctx = at('acct_life')
    const { id: payment } = await pay(ctx)
    const before = await balancesOf(ctx)
    const { id, due_at } = await createRefund(ctx, { payment, amount: 400n })
    assert.equal(due_at?.toISOString(), '2027-03-05T21:00:00.000Z')
    const made = ['refund', 'approved', '00', pending, reserve, 400n]
    const item = ['refund', 'card', -400n, 0n, 0n]
    assert.deepEqual(await books(ctx, id), [made, item])

    const sent = await fallDue(ctx, id)
    assert.deepEqual(
      [sent.status, sent.date_refund, sent.date_bank, sent.due_at?.toISOString()],
      ['refund_sent', '2027-03-05', null, '2027-03-08T05:00:00.000Z'],
    )
    assert.deepEqual(await books(ctx, id), [made, item])

    const booked = await fallDue(ctx, id)
    assert.deepEqual(
      [booked.status, booked.date_refund, booked.date_bank, booked.due_at],
      ['refunded', '2027-03-05', '2027-03-08', null],
    )
    const paid = ['book_refund', 'approved', null, reserve, bank, 400n]
    assert.deepEqual(await books(ctx, id), [made, paid, item])
    assert.deepEqual(await stepsOf(ctx, id), [
      ['accept', 'to_refund', 'refund.accepted'],
      ['send', 'refund_sent', 'refund.sent'],
      ['book', 'refunded', 'refund.refunded'],
    ])
    const { [pending]: left = 0n, ...others } = await balancesOf(ctx)
    const { [pending]: had = 0n, ...rest } = before
    assert.deepEqual([left, others], [had + 400n, { ...rest, [bank]: -400n }])
  })

  it('does nothing before its time', async () => {
    const ctx = at('acct_early')
    const { id } = await createRefund(ctx, { payment: (await pay(ctx)).id })
    assert.equal((await fallDue(ctx, id, -1)).version, 1)
  })

  it('counts on its payment, which tells it', async () => {
    const ctx = at('acct_count')
    const payment = await pay(ctx)
    await createRefund(ctx, { payment: payment.id, amount: 400n })
    await createRefund(ctx, { payment: payment.id })
    const after = await paymentOf(ctx, payment.id)
    const { version, refunded, status } = after
    assert.deepEqual([version, refunded, status], [payment.version + 2, 1000n, 'captured'])
    assert.deepEqual(after, { ...payment, version, refunded })
    assert.deepEqual((await stepsOf(ctx, payment.id)).slice(-2), [
      ['refund', 'captured', 'payment.refunded'],
      ['refund', 'captured', 'payment.refunded'],
    ])
    const amounts = (await findRefundsOf(ctx, [payment.id])).map((it) => it.amount)
    assert.deepEqual(amounts, [400n, 600n])
  })

  it('before the capture frees what the bank promised, and asks it nothing', async () => {
    const ctx = answering(at('acct_cancel'), () => assert.fail('the bank was asked'))
    const payment = await pay(ctx, { number: numbers.approved })
    const { id, status, due_at } = await createRefund(ctx, { payment: payment.id })
    assert.deepEqual([status, due_at], ['payment_canceled', null])
    assert.deepEqual(await books(ctx, id), [])
    assert.deepEqual(await stepsOf(ctx, id), [
      ['cancel', 'payment_canceled', 'refund.payment_canceled'],
    ])
    const after = await paymentOf(ctx, payment.id)
    assert.deepEqual([after.status, after.refunded, after.promise], ['canceled', 0n, null])
    assert.deepEqual(await trialBalance(ctx).then((rows) => rows.map((it) => it.pending)), [0n, 0n])
  })

  it('of a check of nothing cancels it', async () => {
    const ctx = at('acct_check')
    const payment = await pay(ctx, { number: numbers.approved, amount: 0n })
    const { status, amount } = await createRefund(ctx, { payment: payment.id })
    assert.deepEqual([status, amount], ['payment_canceled', 0n])
    assert.deepEqual((await paymentOf(ctx, payment.id)).status, 'canceled')
  })

  it('names to the bank what it gives back', async () => {
    const ctx = at('acct_named')
    const payment = await pay(ctx)
    const asked: RefundOrder[] = []
    const listening = answering(ctx, (order) => {
      asked.push(order)
      return sandbox.refund(order)
    })
    const { id } = await createRefund(listening, { payment: payment.id, amount: 1n })
    const [[of] = []] = await rowsOf(
      ctx,
      `select id from instructions where account = $1 and object_id = $2 and kind = 'authorize'`,
      payment.id,
    )
    const [[instruction] = []] = await rowsOf(
      ctx,
      'select id from instructions where account = $1 and object_id = $2',
      id,
    )
    const { account, now } = ctx
    assert.deepEqual(asked, [{ id: instruction, account, amount: 1n, currency: 'eur', now, of }])
  })

  for (const result of ['declined', 'failed'] as const) {
    it(`that the bank answers with ${result} leaves nothing in the books`, async () => {
      const ctx = at(`acct_${result}`)
      const payment = await pay(ctx)
      const unwilling = answering(ctx, () => ({ result, response: '57' }))
      const { id, status, due_at } = await createRefund(unwilling, { payment: payment.id })
      assert.deepEqual([status, due_at], ['failed', null])
      assert.deepEqual(await books(ctx, id), [['refund', result, '57', null, null, null]])
      assert.deepEqual(await stepsOf(ctx, id), [['fail', 'failed', 'refund.failed']])
      assert.deepEqual(await paymentOf(ctx, payment.id), payment)
      const again = await createRefund(ctx, { payment: payment.id })
      assert.deepEqual([again.status, again.amount], ['to_refund', 1000n])
    })
  }

  it('is one of so many of a payment, and no more', async () => {
    const ctx = at('acct_many')
    const { id: payment } = await pay(ctx)
    const unwilling = answering(ctx, () => ({ result: 'declined', response: '57' }))
    const all = Array.from({ length: limits.refunds_max }, () =>
      createRefund(unwilling, { payment, amount: 1n }),
    )
    await Promise.all(all)
    await assert.rejects(createRefund(ctx, { payment }), refused('payment_not_refundable'))
    assert.equal((await findRefundsOf(ctx, [payment])).length, limits.refunds_max)
  })

  it('never gives back more than came, however many are asked for at once', async () => {
    const ctx = at('acct_race')
    const other = { ...ctx, committer: new Committer(core.db) }
    const { id: payment } = await pay(ctx)
    const asked = Array.from({ length: 20 }, (_, n) =>
      createRefund(n % 2 ? ctx : other, { payment, amount: 150n }),
    )
    const outcomes = await Promise.allSettled(asked)
    const done = outcomes.filter((it) => it.status === 'fulfilled')
    assert.equal(done.length, 6)
    for (const it of outcomes) {
      if (it.status === 'rejected') assert.equal(it.reason.code, 'amount_exceeds_refundable')
    }
    assert.equal((await paymentOf(ctx, payment)).refunded, 900n)
    assert.equal((await findRefundsOf(ctx, [payment])).length, 6)
    assert.equal((await balancesOf(ctx))[reserve], -900n)
    assert.equal((await createRefund(ctx, { payment })).amount, 100n)
  })

  it('cancels a payment or comes too late, when it meets the cut-off', async () => {
    const ctx = at('acct_cutoff')
    const other = { ...ctx, committer: new Committer(core.db) }
    const now = ctx.bankDays.cutoffAfter(ctx.now)
    const payments = await Promise.all(
      Array.from({ length: 10 }, () => pay(ctx, { number: numbers.approved })),
    )
    await Promise.all(
      payments.map(async ({ id }, n) => {
        const [mine, theirs] = n % 2 ? [ctx, other] : [other, ctx]
        const [made] = await Promise.allSettled([
          createRefund({ ...mine, now }, { payment: id }),
          fallDueOf({ ...theirs, now }, { id }),
        ])
        const { status } = await paymentOf(ctx, id)
        if (made.status === 'fulfilled') {
          assert.deepEqual([status, made.value.status], ['canceled', 'payment_canceled'])
        } else {
          assert.equal(made.reason.code, 'payment_not_captured')
          assert.equal(status, 'capture_sent')
          assert.deepEqual(await findRefundsOf(ctx, [id]), [])
        }
      }),
    )
  })
})
