import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createAddress } from '../../src/addresses/create-address.ts'
import { type Address, addresses, findAddress } from '../../src/addresses/store.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { event } from '../../src/events/event.ts'
import { newId } from '../../src/kernel/ids.ts'
import { Refusal } from '../../src/kernel/problem.ts'
import { planCancel } from '../../src/payments/cancel-payment.ts'
import { capturePayment } from '../../src/payments/capture-payment.ts'
import { createPayment } from '../../src/payments/create-payment.ts'
import { expectation, insertion, move } from '../../src/platform/change.ts'
import { type Answer, Committer } from '../../src/platform/commit.ts'
import { type Context, verb } from '../../src/platform/context.ts'
import { type OpenedDb, openDb } from '../../src/platform/open-db.ts'
import { type Core, keepCard, numbers, openCore } from '../core.ts'
import { engines } from '../database.ts'
import { watched } from '../watched-db.ts'

const place = { zip_code: '0', city: 'Paris', country: 'FRA' }
const cancelPayment = verb(planCancel)

/**
 * Counts one row up, relying on another that it leaves as it is: two of these may wait for each
 * other.
 */
const countUp = verb(async (ctx: Context, input: { id: string; relies_on: string }) => {
  const [row, other] = await Promise.all([
    findAddress(ctx, input.id),
    findAddress(ctx, input.relies_on),
  ])
  assert.ok(row && other)
  const next = { ...row, zip_code: String(Number(row.zip_code) + 1), version: row.version + 1 }
  return {
    change: {
      expect: [expectation(addresses, other)],
      move: [move(addresses, row, next)],
      events: [event(ctx, 'address', 'deleted', next)],
    },
    result: undefined,
  }
})

describe('several servers on one database', { skip: !engines.includes('postgres') }, () => {
  let core: Core
  let others: { db: OpenedDb; committer: Committer }[]
  before(async () => {
    core = await openCore({ engine: 'postgres' })
    const [row] = await core.db.query<{ name: string }>('select current_database() as name')
    await core.db.query(`alter database ${row?.name} set deadlock_timeout = '100ms'`)
    others = await Promise.all(
      [1, 2].map(async () => {
        const db = await openDb(core.database.options)
        return { db, committer: new Committer(db) }
      }),
    )
  })
  after(async () => {
    for (const { db, committer } of others) {
      await committer.idle()
      await db.close()
    }
    await core.drop()
  })

  const server = (n: number) => ({ ...core.ctx(), ...others[n % others.length] })

  it('lose no update of one row, and number the events of one account without gaps', async () => {
    const rows = await Promise.all([1, 2, 3].map(() => createAddress(core.ctx(), place)))
    const draw = () => rows[Math.floor(Math.random() * rows.length)]?.id ?? ''
    const asked = Array.from({ length: 240 }, () => ({ id: draw(), relies_on: draw() }))
    const ended = await Promise.allSettled(asked.map((it, n) => countUp(server(n), it)))
    const refused = ended.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []))
    for (const error of refused) assert.equal(error instanceof Refusal && error.code, 'conflict')
    for (const { id } of rows) {
      const row = await findAddress(core.ctx(), id)
      const counted = asked.filter((it, n) => it.id === id && ended[n]?.status === 'fulfilled')
      assert.equal(Number(row?.zip_code), counted.length)
    }
    assert.deepEqual(await brokenInvariants(core.db), [])
  })

  it('take each payment along one way, whoever is asked', async () => {
    const card = await keepCard(core.ctx(), numbers.captured)
    const pay = (n: number) =>
      createPayment(server(n), {
        amount: 1000n,
        currency: 'eur',
        capture: false,
        origin: 1,
        unique_id: `twice ${n >> 1}`,
        method: { method: 'card', id: card.id },
        decide: true,
        fields: {},
      })
    // Each unique id is asked of both: one makes the payment, the other hears of it.
    const made = await Promise.allSettled(Array.from({ length: 80 }, (_, n) => pay(n)))
    const payments = made.flatMap((it) => (it.status === 'fulfilled' ? [it.value.payment] : []))
    assert.equal(payments.length, 40)
    for (const it of made) if (it.status === 'rejected') assert.equal(it.reason.code, 'duplicate')
    const moves = payments.flatMap(({ id }) =>
      [0, 1, 2, 3].map((n) => (n < 2 ? capturePayment : cancelPayment)(server(n), { id })),
    )
    for (const it of await Promise.allSettled(moves)) {
      if (it.status === 'rejected') assert.equal(it.reason.code, 'illegal_transition')
    }
    assert.deepEqual(await brokenInvariants(core.db), [])
  })

  it('that wait for each other are told apart, and the loser begins again', async () => {
    const ctx = core.ctx()
    const rows = await Promise.all([1, 2].map(() => createAddress(ctx, place)))
    const [first, second] = rows.sort((a, b) => (a.id < b.id ? -1 : 1)) as [Address, Address]
    const lock = 'select from addresses where id = $1 for update'
    // PostgreSQL looks for a deadlock once, so long after a wait has begun: this one when the other
    // surely waits too, and the other long after.
    const url = new URL(core.database.options.database_url ?? '')
    url.searchParams.set('options', '-c deadlock_timeout=3s')
    const own = await openDb({ ...core.database.options, database_url: url.href })
    const db = watched(own)
    const committer = new Committer(db)
    let committed: Promise<Answer> | undefined
    await others[0]?.db.transaction(async (tx) => {
      await tx.query(`set local deadlock_timeout = '60s'`)
      await tx.query(lock, [second.id])
      const both = [first, second].map((it) => ({ ...it, city: 'Lyon', version: 2 }))
      committed = committer.commit({
        account: ctx.account,
        live: false,
        move: [
          move(addresses, first, both[0] as Address),
          move(addresses, second, both[1] as Address),
        ],
        events: both.map((it) => event(ctx, 'address', 'deleted', it)),
      })
      for (let waits = 0n; waits === 0n; ) {
        const [row] = await core.db.query<{ waits: bigint }>(
          `select count(*) as waits from pg_locks l join pg_stat_activity a using (pid)
           where not l.granted and a.datname = current_database()`,
        )
        waits = row?.waits ?? 0n
      }
      await tx.query(lock, [first.id])
    })
    assert.equal(await committed, 'done')
    await committer.idle()
    await own.close()
    assert.equal((await findAddress(ctx, first.id))?.city, 'Lyon')
    assert.equal((await findAddress(ctx, second.id))?.city, 'Lyon')
    assert.ok(db.asked.length > 1, 'once for the loser, and again')
  })

  it('tell the truth of every Change while their connections are cut', async () => {
    const ctx = core.ctx({ account: 'acct_cut' })
    const server = others[0] as { db: OpenedDb; committer: Committer }
    const who = { account: ctx.account, live: ctx.live }
    const answers = new Map<string, Answer>()
    let [over, cuts, enough] = [false, 0, 0]
    const write = async () => {
      while (!over) {
        const id = newId('addr')
        const row: Address = {
          ...who,
          id,
          version: 1,
          created: new Date(ctx.now.setMilliseconds(0)),
          deleted: false,
          line1: null,
          line2: null,
          line3: null,
          state: null,
          metadata: null,
          ...place,
        }
        const claim = [{ scope: 'cut', value: String(answers.size % 50), owner: id }]
        const events = [event(ctx, 'address', 'created', row)]
        const insert = [insertion(addresses, row)]
        answers.set(id, await server.committer.commit({ ...who, insert, events, claim }))
        if (answers.get(id) === 'done') await server.committer.commit({ ...who, release: claim })
      }
    }
    const cut = async () => {
      const knife = await openDb({ ...core.database.options, pool_size: 1 })
      // Only a connection that is at work is worth cutting, and not every look finds one. The next
      // cut waits until enough was asked since the last, so that a slow machine writes between two.
      for (let looks = 0; (cuts < 12 || answers.size < 150) && looks < 4000; looks++) {
        await pause(20 + Math.random() * 40)
        if (cuts >= 12 || answers.size < enough) continue
        const ended = await knife.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
             and application_name = 'obole' and pid <> pg_backend_pid() and state = 'active'`,
        )
        cuts += ended.length
        if (ended.length) enough = answers.size + 10
      }
      await knife.close()
    }
    const cutting = cut().finally(() => {
      over = true
    })
    await Promise.all([cutting, ...Array.from({ length: 24 }, write)])
    const kept = await core.db.query<{ id: string; told: bigint }>(
      `select id, (select count(*) from events where account = $1 and object_id = a.id) as told
       from addresses a where account = $1`,
      [ctx.account],
    )
    assert.ok(cuts >= 12 && answers.size >= 150, `${cuts} cuts, ${answers.size} Changes`)
    assert.deepEqual(
      kept.map((it) => it.id).sort(),
      [...answers].flatMap(([id, it]) => (it === 'done' ? [id] : [])).sort(),
    )
    assert.deepEqual(
      kept.filter((it) => it.told !== 1n),
      [],
    )
    assert.deepEqual(await brokenInvariants(core.db), [])
  })
})
