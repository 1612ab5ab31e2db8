import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Core, keepCard, openCore } from '../../test/core.ts'
import { Refusal } from '../kernel/problem.ts'
import { trialBalance } from '../ledger/balances.ts'
import { Committer } from '../platform/commit.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { createDisbursement } from './create-disbursement.ts'
import { dishonorDisbursement } from './dishonor-disbursement.ts'
import { dueDisbursement } from './due-disbursement.ts'
import { type Disbursement, findDisbursement } from './store.ts'

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

const [approved, lost] = ['4242424242424242', '4000000000009987']
// A Friday: its cut-off is on the same day, its booking on Monday.
const friday = new Date('2027-03-05T09:00:00Z')

const order = async (ctx: Ctx, number = approved): Promise<Disbursement> => {
  const { id: card } = await keepCard(ctx, number)
  const asked = { card, amount: 1000n, currency: 'eur', cvc: null, date_of_birth: null } as const
  return createDisbursement(ctx, asked)
}

/** What falls due of it at the context's instant. */
const fallDue = verb(async (ctx: Ctx, { id }: { id: string }) => {
  const found = await findDisbursement(ctx, id)
  const change = found && (await dueDisbursement(ctx, found))
  return { ...(change && { change }), result: undefined }
})

async function read(ctx: Ctx, id: string): Promise<Disbursement> {
  const found = await findDisbursement(ctx, id)
  assert.ok(found)
  return found
}

/** The context at the instant when the disbursement falls due. */
async function whenDue(ctx: Ctx, id: string): Promise<Ctx> {
  const { due_at } = await read(ctx, id)
  assert.ok(due_at)
  return { ...ctx, now: due_at }
}

const rowsOf = (ctx: Ctx, sql: string, id: string) =>
  core.db
    .query<Record<string, unknown>>(sql, [ctx.account, id])
    .then((rows) => rows.map(Object.values))

/** What stands in the books about it: instructions with their transfers, and settlement items. */
async function books(ctx: Ctx, id: string): Promise<unknown[][]> {
  const moved = await rowsOf(
    ctx,
    `select i.kind, i.status, i.response, t.debit, t.credit, t.amount from instructions i
     left join transfers t on t.account = i.account and t.live = i.live and t.instruction = i.id
     where i.account = $1 and i.object_id = $2 order by i.id, t.id`,
    id,
  )
  const settled = await rowsOf(
    ctx,
    `select kind, method, amount, fee, vat from settlement_items
     where account = $1 and object_id = $2 order by id`,
    id,
  )
  return [...moved, ...settled]
}

const history = (ctx: Ctx, id: string) =>
  rowsOf(
    ctx,
    `select h.action, h.status, e.type from history h join events e on e.account = h.account
       and e.live = h.live and e.object_id = h.object_id and e.version = h.version
       and e.type <> 'disbursement.created'
     where h.account = $1 and h.object_id = $2 order by h.version`,
    id,
  )

const [pending, reserve, bank] = ['merchant:pending', 'merchant:reserve', 'bank:cash'] as const
const ordered = [
  ['disburse', 'approved', '00', pending, reserve, 1000n],
  ['disbursement', 'card', -1000n, 0n, 0n],
] as const
const returned = [
  ['disburse', 'approved', '00', pending, reserve, 1000n],
  ['return_disbursement', 'approved', null, reserve, pending, 1000n],
  ['disbursement', 'card', -1000n, 0n, 0n],
  ['disbursement', 'card', 1000n, 0n, 0n],
]

describe('a disbursement', () => {
  const at = (account: string, now = friday) => ({ ...core.ctx({ account }), now })

  it('sets the amount aside, is sent at the cut-off, leaves our bank when booked', async () => {
    const ctx = at('acct_life')
    const { id, due_at } = await order(ctx)
    assert.equal(due_at?.toISOString(), '2027-03-05T21:00:00.000Z')
    assert.deepEqual(await books(ctx, id), ordered)

    await fallDue(await whenDue(ctx, id), { id })
    const sent = await read(ctx, id)
    assert.deepEqual(
      [sent.status, sent.date_disbursement, sent.date_bank, sent.due_at?.toISOString()],
      ['disburse_sent', '2027-03-05', null, '2027-03-08T05:00:00.000Z'],
    )
    assert.deepEqual(await books(ctx, id), ordered)

    await fallDue(await whenDue(ctx, id), { id })
    const booked = await read(ctx, id)
    assert.deepEqual(
      [booked.status, booked.date_disbursement, booked.date_bank, booked.due_at],
      ['disbursed', '2027-03-05', '2027-03-08', null],
    )
    const [first, item] = ordered
    const paid = ['book_disbursement', 'approved', null, reserve, bank, 1000n]
    assert.deepEqual(await books(ctx, id), [first, paid, item])
    assert.deepEqual(await history(ctx, id), [
      ['accept', 'to_disburse', 'disbursement.accepted'],
      ['send', 'disburse_sent', 'disbursement.sent'],
      ['book', 'disbursed', 'disbursement.disbursed'],
    ])
  })

  it('does nothing before its time', async () => {
    const ctx = at('acct_early')
    const { id } = await order(ctx)
    const due = await whenDue(ctx, id)
    await fallDue({ ...due, now: new Date(due.now.getTime() - 1) }, { id })
    assert.equal((await read(ctx, id)).version, 1)
  })

  it('that the bank refuses leaves nothing in the books', async () => {
    const ctx = at('acct_refused')
    const { id, status, response, due_at } = await order(ctx, lost)
    assert.deepEqual([status, response, due_at], ['refused', '41', null])
    assert.deepEqual(await books(ctx, id), [['disburse', 'declined', '41', null, null, null]])
    assert.deepEqual(await history(ctx, id), [['refuse', 'refused', 'disbursement.refused']])
  })

  for (const sent of [false, true]) {
    const when = sent ? 'after' : 'before'
    it(`gives the amount back when it is not honored, ${when} it is sent`, async () => {
      const ctx = at(`acct_back_${sent}`)
      const { id } = await order(ctx)
      if (sent) await fallDue(await whenDue(ctx, id), { id })
      const { status, due_at } = await dishonorDisbursement(ctx, { id })
      assert.deepEqual([status, due_at], ['not_honored', null])
      assert.deepEqual(await books(ctx, id), returned)
      assert.deepEqual(
        (await trialBalance(ctx)).filter((it) => it.posted !== 0n),
        [],
      )
      await assert.rejects(dishonorDisbursement(ctx, { id }), Refusal)
      assert.deepEqual(await books(ctx, id), returned)
    })
  }

  it('is booked or given back, never both, however they meet', async () => {
    const ctx = at('acct_race')
    const other = { ...ctx, committer: new Committer(core.db) }
    const orders = await Promise.all(Array.from({ length: 20 }, () => order(ctx)))
    const [cutoff] = orders.map((it) => it.due_at)
    assert.ok(cutoff)
    const later = { ...ctx, now: cutoff }
    await Promise.all(orders.map(({ id }) => fallDue(later, { id })))
    const now = ctx.bankDays.bookingAfter(cutoff)
    const outcomes = await Promise.all(
      orders.map(async ({ id }, n) => {
        const [mine, theirs] = n % 2 ? [ctx, other] : [other, ctx]
        const [, refused] = await Promise.allSettled([
          fallDue({ ...mine, now }, { id }),
          dishonorDisbursement({ ...theirs, now }, { id }),
        ])
        const { status } = await read(ctx, id)
        assert.equal(refused.status, status === 'disbursed' ? 'rejected' : 'fulfilled')
        assert.equal((await history(ctx, id)).length, 3)
        return status
      }),
    )
    const given = BigInt(outcomes.filter((it) => it === 'disbursed').length) * 1000n
    const rows = await trialBalance(ctx)
    const balances = new Map<string, bigint>(rows.map((it) => [it.ledger_account, it.posted]))
    assert.deepEqual(
      [reserve, pending, bank].map((it) => balances.get(it) ?? 0n),
      [0n, given, -given],
    )
  })
})
