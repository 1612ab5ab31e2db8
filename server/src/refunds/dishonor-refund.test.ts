import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Core, numbers, openCore } from '../../test/core.ts'
import {
  balancesOf,
  books,
  fallDue,
  friday,
  pay,
  paymentOf,
  readRefund,
  stepsOf,
} from '../../test/refund-stage.ts'
import { Refusal } from '../kernel/problem.ts'
import { contested } from '../payments/contest-payment.ts'
import { changeOf, unmoved } from '../payments/progress.ts'
import { Committer } from '../platform/commit.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { createRefund } from './create-refund.ts'
import { dishonorRefund } from './dishonor-refund.ts'

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

const at = (account: string): Ctx => ({ ...core.ctx({ account }), now: friday })

const contest = verb(async (ctx: Ctx, { id }: { id: string }) => {
  const payment = await paymentOf(ctx, id)
  const about = { amount: payment.amount, response: '45', processor: 'sandbox' }
  const it = contested(ctx, unmoved(payment, null), about)
  const { part } = await changeOf(ctx, { payment, authentication: null }, it)
  return { change: part, result: undefined }
})

const [pending, reserve, bank] = ['merchant:pending', 'merchant:reserve', 'bank:cash']
const refused = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code

describe('a refund that is not honored', () => {
  for (const sent of [false, true]) {
    it(`${sent ? 'once' : 'before'} it is sent gives the amount back to the merchant`, async () => {
      const ctx = at(`acct_back_${sent}`)
      const payment = await pay(ctx)
      const before = await balancesOf(ctx)
      const { id } = await createRefund(ctx, { payment: payment.id, amount: 400n })
      if (sent) await fallDue(ctx, id)
      const { status, due_at, date_bank } = await dishonorRefund(ctx, { id })
      assert.deepEqual([status, due_at, date_bank], ['not_honored', null, null])
      assert.deepEqual(await books(ctx, id), [
        ['refund', 'approved', '00', pending, reserve, 400n],
        ['return_refund', 'approved', null, reserve, pending, 400n],
        ['refund', 'card', -400n, 0n, 0n],
        ['refund', 'card', 400n, 0n, 0n],
      ])
      assert.deepEqual(await balancesOf(ctx), before)
      assert.equal((await paymentOf(ctx, payment.id)).refunded, 0n)
      assert.deepEqual((await stepsOf(ctx, payment.id)).slice(-1), [
        ['restore', 'captured', 'payment.refund_returned'],
      ])
      await assert.rejects(dishonorRefund(ctx, { id }), refused('illegal_transition'))
      assert.equal((await createRefund(ctx, { payment: payment.id })).amount, 1000n)
    })
  }

  it('counts back on a payment that was disputed meanwhile, which stays disputed', async () => {
    const ctx = at('acct_disputed')
    const { id: payment } = await pay(ctx)
    const { id } = await createRefund(ctx, { payment, amount: 400n })
    await contest(ctx, { id: payment })
    await dishonorRefund(ctx, { id })
    const { status, refunded } = await paymentOf(ctx, payment)
    assert.deepEqual([status, refunded], ['disputed', 0n])
    await assert.rejects(createRefund(ctx, { payment }), refused('payment_not_refundable'))
  })

  it('is neither one that is booked nor one that moved no money', async () => {
    const ctx = at('acct_never')
    const booked = await createRefund(ctx, { payment: (await pay(ctx)).id })
    for (let times = 0; times < 2; times++) await fallDue(ctx, booked.id)
    const payment = await pay(ctx, { number: numbers.approved })
    const canceled = await createRefund(ctx, { payment: payment.id })
    for (const { id } of [booked, canceled]) {
      const before = [await readRefund(ctx, id), await books(ctx, id)]
      await assert.rejects(dishonorRefund(ctx, { id }), refused('illegal_transition'))
      assert.deepEqual([await readRefund(ctx, id), await books(ctx, id)], before)
    }
  })

  it('is not booked too, however the two meet', async () => {
    const ctx = at('acct_meet')
    const other = { ...ctx, committer: new Committer(core.db) }
    const { id: payment } = await pay(ctx)
    const all = await Promise.all(
      Array.from({ length: 10 }, () => createRefund(ctx, { payment, amount: 100n })),
    )
    for (const { id } of all) await fallDue(ctx, id)
    const kept = await Promise.all(
      all.map(async ({ id }, n) => {
        const [mine, theirs] = n % 2 ? [ctx, other] : [other, ctx]
        const [, dishonored] = await Promise.allSettled([
          fallDue(mine, id),
          dishonorRefund(theirs, { id }),
        ])
        const { status } = await readRefund(ctx, id)
        assert.equal(dishonored.status, status === 'refunded' ? 'rejected' : 'fulfilled')
        return status
      }),
    )
    const given = 100n * BigInt(kept.filter((it) => it === 'refunded').length)
    assert.equal((await paymentOf(ctx, payment)).refunded, given)
    const { [reserve]: aside = 0n, [bank]: left = 0n } = await balancesOf(ctx)
    assert.deepEqual([aside, left], [0n, -given])
  })
})
