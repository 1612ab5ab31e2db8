import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Merchant, startServer, type TestServer } from '../../test/harness.ts'
import { runDue } from '../app/due.ts'
import { newId } from '../kernel/ids.ts'
import type { Part } from '../platform/change.ts'
import { Committer } from '../platform/commit.ts'
import type { Ctx } from '../processors/ctx.ts'
import { settlementItem } from '../settlements/settlement-item.ts'
import type { SettlementItem } from '../settlements/store.ts'
import { createPayout } from './create-payout.ts'
import { duePayout } from './due-payout.ts'
import { fillPayout } from './fill-payout.ts'
import { findOpenPayout, listPayouts, type Payout } from './store.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

const commit = (ctx: Ctx, part: Part | undefined) => {
  assert.ok(part)
  return ctx.committer.commit({ account: ctx.account, live: ctx.live, ...part })
}

/** Lines that are due on the next payout day: captured payments of 10.00, 20.00 and so on. */
async function settle(ctx: Ctx, number: number, currency = 'eur'): Promise<bigint> {
  const amounts = Array.from({ length: number }, (_, n) => BigInt(n + 1) * 1000n)
  const about = { kind: 'payment', method: 'card', currency, fee: 12n } as const
  const insert = amounts.map((amount) =>
    settlementItem(ctx, { ...about, object_id: newId('paym'), amount }),
  )
  await commit(ctx, { insert })
  // 12 cents each, and 2 of tax.
  return amounts.reduce((sum, it) => sum + it - 14n, 0n)
}

const query = <Row>(ctx: Ctx, sql: string): Promise<Row[]> =>
  ctx.db.query<Row>(sql, [ctx.account, ctx.live])
const itemsOf = (ctx: Ctx) =>
  query<SettlementItem>(
    ctx,
    'select * from settlement_items where account = $1 and live = $2 order by id',
  )
const payoutsOf = async (ctx: Ctx): Promise<Payout[]> =>
  (await listPayouts(ctx, { limit: 100, order: 'asc' })).rows

/** A merchant, and the present as they see it. */
async function newShop(): Promise<{ merchant: Merchant; ctx: () => Ctx }> {
  const merchant = await server.newMerchant()
  return { merchant, ctx: () => server.ctx(merchant) }
}

/** The clock comes to the next payout day; nothing is done yet. */
function payoutDay(): void {
  const now = server.clock.now()
  server.clock.advance(server.services.bankDays.payoutAfter(now).getTime() - now.getTime())
}

/** A payout is its lines, its settlements are their payments, and no line is left over. */
async function assertWhole(ctx: Ctx, payouts: readonly Payout[]): Promise<void> {
  const items = await itemsOf(ctx)
  for (const { id, amount, totals } of payouts) {
    const mine = items.filter((it) => it.payout === id)
    assert.equal(
      mine.reduce((sum, it) => sum + it.amount - it.fee - it.vat, 0n),
      amount,
    )
    assert.equal(totals.payment?.card?.count, mine.length)
    const [row] = await ctx.db.query<{ settled: bigint }>(
      `select sum(amount)::bigint as settled from instructions
       where account = $1 and kind = 'settle' and object_id = $2`,
      [ctx.account, id],
    )
    assert.equal(
      row?.settled,
      mine.reduce((sum, it) => sum + it.amount, 0n),
    )
  }
  assert.equal(items.filter((it) => it.payout === null).length, 0)
}

describe('lines that are due', () => {
  it('enter one payout, a thousand of them in batches, with two workers at it', async () => {
    const shops = await Promise.all([newShop(), newShop(), newShop()])
    const nets = new Map<string, bigint>()
    for (const { ctx, merchant } of shops) nets.set(merchant.id, await settle(ctx(), 1000))
    const [first] = shops
    assert.ok(first)
    const dollars = await settle(first.ctx(), 250, 'usd')
    payoutDay()
    let errors = 0
    const log = { ...server.services.log, error: () => void errors++ } as typeof server.services.log
    const worker = () =>
      runDue({ ...server.services, log, committer: new Committer(server.services.db) })
    await Promise.all([worker(), worker()])
    await worker()
    assert.equal(errors, 0)
    for (const { ctx, merchant } of shops) {
      const payouts = await payoutsOf(ctx())
      const [euros, other, ...none] = payouts.sort((a, b) => (a.currency < b.currency ? -1 : 1))
      assert.deepEqual([euros?.status, euros?.amount], ['to_pay', nets.get(merchant.id)])
      if (ctx === first.ctx) assert.deepEqual([other?.status, other?.amount], ['to_pay', dollars])
      assert.equal((other ? 1 : 0) + none.length, ctx === first.ctx ? 1 : 0)
      await assertWhole(ctx(), payouts)
      const claims = await query(
        ctx(),
        `select * from claims where account = $1 and live = $2 and scope = 'payout.open'`,
      )
      assert.deepEqual(claims, [])
    }
  })

  it('enter the same payout when a process dies between two batches', async () => {
    const { ctx } = await newShop()
    const net = await settle(ctx(), 500)
    payoutDay()
    const [first, ...rest] = await itemsOf(ctx())
    assert.ok(first)
    await commit(ctx(), await fillPayout(ctx(), [first, ...rest.slice(0, 199)]))
    const open = await findOpenPayout(ctx(), 'eur')
    assert.ok(open)
    assert.deepEqual([open.status, open.totals.payment?.card?.count], ['pending', 200])
    // It is not closed over the heads of those that are still due.
    assert.equal(await duePayout(ctx(), open), undefined)
    await runDue(server.services)
    const payouts = await payoutsOf(ctx())
    assert.deepEqual(
      payouts.map((it) => [it.id, it.status, it.amount]),
      [[open.id, 'to_pay', net]],
    )
    await assertWhole(ctx(), payouts)
  })

  it('enter one payout when another takes the rest while the last batch is decided', async () => {
    const { ctx } = await newShop()
    const net = await settle(ctx(), 250)
    payoutDay()
    const items = await itemsOf(ctx())
    const first = await fillPayout(ctx(), items.slice(0, 200))
    // It is written just after this one has seen that there is no open payout.
    const { db } = ctx()
    const meanwhile: Ctx['db'] = {
      ...db,
      query: async (text, values) => {
        const rows = await db.query(text, values)
        if (/from payouts/.test(text)) await commit(ctx(), first)
        return rows as never
      },
    }
    const last = await fillPayout({ ...ctx(), db: meanwhile }, items.slice(200))
    assert.equal(await commit(ctx(), last), 'conflict')
    await runDue(server.services)
    const payouts = await payoutsOf(ctx())
    assert.deepEqual(
      payouts.map((it) => [it.status, it.amount]),
      [['to_pay', net]],
    )
    await assertWhole(ctx(), payouts)
  })

  it('enter the payout that another made at the same moment: there is only one', async () => {
    const { ctx } = await newShop()
    const net = await settle(ctx(), 2)
    const [one, two] = await itemsOf(ctx())
    assert.ok(one && two)
    const then = { ...ctx(), now: ctx().bankDays.payoutAfter(ctx().now) }
    const parts = [await fillPayout(then, [one]), await fillPayout(then, [two])]
    const answers = await Promise.all(parts.map((it) => commit(then, it)))
    assert.deepEqual(answers, ['done', 'conflict'])
    await commit(then, await fillPayout(then, [two]))
    const payouts = await payoutsOf(ctx())
    assert.deepEqual(
      payouts.map((it) => [it.status, it.amount]),
      [['to_pay', net]],
    )
    await assertWhole(ctx(), payouts)
  })

  it('enter the next payout when theirs is closed at the same moment, and never both', async () => {
    for (const faster of ['fill', 'close'] as const) {
      const { ctx } = await newShop()
      const { bankDays } = ctx()
      const first_day = { ...ctx(), now: bankDays.payoutAfter(ctx().now) }
      const next_day = { ...ctx(), now: bankDays.payoutAfter(first_day.now) }
      await settle(ctx(), 2)
      await settle(first_day, 1)
      const [one, two, three] = await itemsOf(ctx())
      assert.ok(one && two && three)
      await commit(first_day, await fillPayout(first_day, [one]))
      // Both are decided before either is written.
      const close = await fillPayout(first_day, [two])
      const fill = await fillPayout(next_day, [three])
      const [winner, loser] = faster === 'fill' ? [fill, close] : [close, fill]
      assert.equal(await commit(ctx(), winner), 'done')
      assert.equal(await commit(ctx(), loser), 'conflict')
      await commit(ctx(), await fillPayout(next_day, faster === 'fill' ? [two] : [three]))
      const payouts = await payoutsOf(ctx())
      assert.equal(payouts.length, faster === 'fill' ? 1 : 2)
      assert.ok(payouts.every((it) => it.status === 'to_pay'))
      await assertWhole(ctx(), payouts)
    }
  })

  it('leave a payout behind that is completed when the last of them went elsewhere', async () => {
    const { ctx } = await newShop()
    await settle(ctx(), 2)
    const [one, two] = await itemsOf(ctx())
    assert.ok(one && two)
    payoutDay()
    await commit(ctx(), await fillPayout(ctx(), [one]))
    await createPayout(ctx(), {
      payments: [two.object_id],
      disputes: [],
      refunds: [],
      status: 'to_pay',
      date: null,
      description: null,
    })
    await runDue(server.services)
    const payouts = await payoutsOf(ctx())
    assert.deepEqual(
      payouts.map((it) => [it.status, it.totals.payment?.card?.count]),
      [
        ['to_pay', 1],
        ['to_pay', 1],
      ],
    )
    await assertWhole(ctx(), payouts)
  })

  it('enter nothing before their time, nor twice', async () => {
    const { ctx } = await newShop()
    await settle(ctx(), 2)
    const items = await itemsOf(ctx())
    assert.equal(await fillPayout(ctx(), items), undefined)
    const then = { ...ctx(), now: ctx().bankDays.payoutAfter(ctx().now) }
    const part = await fillPayout(then, items)
    assert.equal(await commit(then, part), 'done')
    assert.equal(await commit(then, await fillPayout(then, items)), 'conflict')
    const again = commit(then, { move: [...(part?.move ?? [])] })
    assert.equal(await again, 'conflict')
  })
})

describe('a line that is in a payout', () => {
  it('stays in it as it is, whatever is asked of the database', async () => {
    const { ctx } = await newShop()
    await settle(ctx(), 1)
    const then = { ...ctx(), now: ctx().bankDays.payoutAfter(ctx().now) }
    const [item] = await itemsOf(ctx())
    assert.ok(item)
    await commit(then, await fillPayout(then, [item]))
    for (const change of [
      "update settlement_items set payout = 'pout_another' where id = $1",
      'update settlement_items set payout = null, due_at = now() where id = $1',
      'update settlement_items set amount = amount + 1 where id = $1',
      'delete from settlement_items where id = $1',
    ]) {
      await assert.rejects(ctx().db.query(change, [item.id]), /append-only/)
    }
  })
})
