import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Core, keepCard, numbers, openCore } from '../../test/core.ts'
import { createAddress } from '../addresses/create-address.ts'
import { addresses, findAddress } from '../addresses/store.ts'
import { brokenInvariants } from '../app/invariants/check-invariants.ts'
import { limits } from '../kernel/limits.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { planCancel } from '../payments/cancel-payment.ts'
import { capturePayment } from '../payments/capture-payment.ts'
import { createPayment } from '../payments/create-payment.ts'
import { findPayment } from '../payments/store.ts'
import { updatePayment } from '../payments/update-payment.ts'
import { move } from './change.ts'
import { type Context, verb } from './context.ts'

let core: Core
before(async () => {
  core = await openCore()
})
after(() => core.drop())

const cancelPayment = verb(planCancel)
const place = { zip_code: '75001', city: 'Paris', country: 'FRA' }

/** Counts a row up by one, however often it must be read for that. */
const countUp = verb(async (ctx: Context, input: { id: string; meet?: () => Promise<unknown> }) => {
  const before = await findAddress(ctx, input.id)
  if (!before) throw notFound('address', input.id)
  await input.meet?.()
  const after = { ...before, zip_code: String(Number(before.zip_code) + 1) }
  return { change: { move: [move(addresses, before, after)] }, result: after.zip_code }
})

const step = (id: string) =>
  core.db.query('update addresses set version = version + 1 where id = $1', [id])

describe('a verb', () => {
  it('decides again on what is there when somebody was faster', async () => {
    const { id } = await createAddress(core.ctx(), { ...place, zip_code: '0' })
    const counted = await Promise.all(
      Array.from({ length: 100 }, () => countUp(core.ctx(), { id })),
    )
    const numbers = counted.map(Number).sort((a, b) => a - b)
    assert.deepEqual(
      numbers,
      Array.from({ length: 100 }, (_, n) => n + 1),
    )
  })

  it('gives up after a bounded number of conflicts, and asks the caller to try again', async () => {
    const { id } = await createAddress(core.ctx(), { ...place, zip_code: '0' })
    let tries = 0
    const meet = () => {
      tries++
      return step(id)
    }
    await assert.rejects(
      countUp(core.ctx(), { id, meet }),
      (error) => error instanceof Refusal && error.code === 'conflict',
    )
    assert.equal(tries, limits.verb_attempts_max)
    assert.equal(await countUp(core.ctx(), { id }), '1', 'and the row is free')
  })

  it('lets the others have their turn when one fails', async () => {
    const { id } = await createAddress(core.ctx(), { ...place, zip_code: '0' })
    let tries = 0
    const fail = async () => {
      await step(id)
      if (++tries > 1) throw new Error('no more')
    }
    const ended = await Promise.allSettled([
      countUp(core.ctx(), { id, meet: fail }),
      ...Array.from({ length: 20 }, () => countUp(core.ctx(), { id })),
    ])
    assert.deepEqual(
      ended.map((it) => it.status),
      ['rejected', ...Array.from({ length: 20 }, () => 'fulfilled')],
    )
  })

  it('commits nothing when it decides to change nothing', async () => {
    const same = verb(async (_: Context, input: { id: string }) => ({ result: input.id }))
    const [before] = await core.db.query('select last from series where name = $1', ['events'])
    assert.equal(await same(core.ctx(), { id: 'x' }), 'x')
    const [after] = await core.db.query('select last from series where name = $1', ['events'])
    assert.deepEqual(after, before)
  })
})

/**
 * Card → statuses that captures, cancels and changes of price may leave an authorized payment in.
 */
const ends = {
  approved: ['to_capture', 'canceled'],
  captured: ['captured', 'canceled'],
  disputed: ['disputed', 'canceled'],
} as const

describe('200 verbs at once on one payment', () => {
  // A database of its own: what happens to the rows above is told by no event.
  let core: Core
  before(async () => {
    core = await openCore()
  })
  after(() => core.drop())

  for (const [kind, allowed] of Object.entries(ends)) {
    it(`with a card that is ${kind} end in one of the allowed orders`, async () => {
      const ctx = core.ctx()
      const card = await keepCard(ctx, numbers[kind as keyof typeof ends])
      const { payment } = await createPayment(ctx, {
        amount: 1000n,
        currency: 'eur',
        capture: false,
        origin: 1,
        method: { method: 'card', id: card.id },
        decide: true,
        fields: {},
      })
      const { id } = payment
      const change = (n: number) =>
        updatePayment(core.ctx(), { id, fields: { amount: BigInt(900 + n) }, decide: true })
      // What ends it reads less than what changes it: one change goes before, while the rest waits.
      const first = change(0)
      const calls = Array.from({ length: 199 }, async (_, n) => {
        if (n % 20 === 18) return first.then(() => capturePayment(core.ctx(), { id }))
        if (n % 50 === 47) return first.then(() => cancelPayment(core.ctx(), { id }))
        return change(n + 1)
      })
      const ended = await Promise.allSettled([first, ...calls])
      const codes = ended.flatMap((it) =>
        it.status === 'rejected' ? [it.reason instanceof Refusal ? it.reason.code : it.reason] : [],
      )
      const known = ['illegal_transition', 'amount_exceeds_authorized', 'conflict']
      assert.deepEqual(
        codes.filter((it) => !known.includes(it)),
        [],
      )
      const last = await findPayment(core.ctx(), id)
      assert.ok(last && (allowed as readonly string[]).includes(last.status), last?.status)
      assert.ok(last.version > 2, 'some went before the end')
      assert.deepEqual(await brokenInvariants(core.db), [])
    })
  }
})
