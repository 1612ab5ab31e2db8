import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { moveClock } from '../../src/accounts/move-clock.ts'
import { runClock, runDue } from '../../src/app/due.ts'
import { brokenInvariants } from '../../src/app/invariants/check-invariants.ts'
import { contextOf, type Services } from '../../src/dialects/operation-route.ts'
import { limits } from '../../src/kernel/limits.ts'
import { trialBalance } from '../../src/ledger/balances.ts'
import { Committer } from '../../src/platform/commit.ts'
import type { Db } from '../../src/platform/db.ts'
import { openDb } from '../../src/platform/open-db.ts'
import { engines } from '../database.ts'
import { type Json, type Merchant, startServer, type TestServer } from '../harness.ts'
import { quietMonday } from '../moving-shop.ts'
import {
  bearing,
  createHome,
  type Home,
  type RunningServer,
  startObole,
  until,
} from '../obole-process.ts'
import { Shop } from '../scenarios/shop.ts'

const card = { exp_month: 12, exp_year: 2090 }
const accepted = { ...card, number: '4242424242424242' }
const captured = { ...card, number: '4000000000000077' }

/** Times that each step was walked, over all payments of an account. */
const stepsOf = (db: Db, account: string) =>
  db.query<{ action: string; times: number; payments: number }>(
    `select action, count(*)::int as times, count(distinct object_id)::int as payments
     from history h where account = $1
       and exists (select from payments p where p.account = h.account and p.id = h.object_id)
     group by action order by action`,
    [account],
  )

/** The same database by other connections; on the embedded engine there is one for all. */
async function openAgain(db: Db): Promise<Db> {
  const url = process.env.OBOLE_TEST_DATABASE_URL
  if (!url) return { ...db, close: async () => {} }
  const [row] = await db.query<{ name: string }>('select current_database() as name')
  const where = new URL(url)
  where.pathname = `/${row?.name}`
  return openDb({ data_dir: '', database_url: where.href })
}

describe('several workers', () => {
  let server: TestServer
  let workers: Services[]
  before(async () => {
    server = await startServer()
    const opened = await Promise.all([1, 2, 3].map(() => openAgain(server.services.db)))
    workers = opened.map((db) => ({ ...server.services, db, committer: new Committer(db) }))
  })
  after(async () => {
    for (const { committer, db } of workers) {
      await committer.idle()
      await db.close()
    }
    await server.close()
  })

  const pay = (shop: Shop, n: number, from = accepted): Promise<Json> => {
    const body = { amount: 1000 + n, card: from, order_id: `p-${n}` }
    return shop.ask('payment', '/v2/payments/', { body }).then((it) => it.body)
  }

  it('at the cut-off move each payment once', async () => {
    const merchant = await server.newMerchant()
    const shop = new Shop(server, merchant)
    const number = 2 * limits.due_batch + 30
    await Promise.all(Array.from({ length: number }, (_, n) => pay(shop, n)))
    const now = server.clock.now()
    const cutoff = server.services.bankDays.cutoffAfter(now)
    server.clock.advance(cutoff.getTime() - now.getTime())
    const done = await Promise.all(workers.map(runDue))
    assert.equal(
      done.reduce((sum, it) => sum + it, 0),
      number,
    )
    const each = { times: number, payments: number }
    assert.deepEqual(await stepsOf(server.services.db, merchant.id), [
      { action: 'accept', ...each },
      { action: 'send', ...each },
    ])
  })

  /** A month of a shop from the same moment on: what was told of each order, and the books. */
  async function story(by: (merchant: Merchant) => Promise<unknown>) {
    const merchant = await server.newMerchant()
    const shop = new Shop(server, merchant)
    await shop.comesTo(quietMonday().toISOString())
    const payments = await Promise.all(
      Array.from({ length: 60 }, (_, n) => pay(shop, n, n % 3 ? accepted : captured)),
    )
    for (const { id } of payments.filter((_, n) => n % 6 === 0)) {
      await shop.ask('refund', '/v2/refunds/', { body: { payment: id, amount: 500 } })
    }
    for (const { id } of payments.filter((_, n) => n % 9 === 3)) {
      const body = { response: '45', amount: 700 }
      await shop.ask('dispute', `/v2/sandbox/payments/${id}/dispute`, { body })
    }
    await by(merchant)
    const whose = { account: merchant.id, live: false, request_id: 'test' }
    const ctx = await contextOf(server.services, whose)
    const told = await server.services.db.query(
      `select p.order_id, e.type, e.created from events e
       join payments p on p.account = e.account and p.id = e.object_id
       where e.account = $1 order by p.order_id, e.seq`,
      [merchant.id],
    )
    const paidOut = (await shop.list('/v2/payouts/', 'payouts')).map(({ id: _, ...it }) => it)
    return { told, now: ctx.now, books: await trialBalance(ctx, {}), paidOut }
  }

  it('on one clock come to what one alone comes to, in the same order', async () => {
    const advance = 'P1M'
    const start = async ({ id }: Merchant) => {
      const whose = { account: id, live: false, request_id: 'test' }
      const ctx = await contextOf(server.services, whose)
      await moveClock(ctx, { advance, real: server.clock.now() })
    }
    const alone = await story(async (merchant) => {
      await start(merchant)
      await runClock(server.services, merchant.id)
    })
    const together = await story(async (merchant) => {
      await start(merchant)
      await Promise.all(workers.map((it) => runClock(it, merchant.id)))
    })
    assert(alone.told.length > 150)
    assert(alone.paidOut.length > 0)
    const references = ({ reference: _, ...it }: Json) => it
    assert.deepEqual(together.paidOut.map(references), alone.paidOut.map(references))
    assert.deepEqual(together.told, alone.told)
    assert.deepEqual(together.now, alone.now)
    assert.deepEqual(together.books, alone.books)
  })

  it('leave everything whole', async () => {
    assert.deepEqual(await brokenInvariants(server.services.db), [])
  })
})

/** The program as a merchant sees it, killed and started again in the same place. */
class Installation {
  readonly #home: Home
  #server: RunningServer | undefined
  #key = ''

  constructor(home: Home) {
    this.#home = home
  }

  async start(): Promise<void> {
    this.#server = await startObole(this.#home.env, ['--json'])
    const { account } = JSON.parse(this.#server.output.stdout)
    this.#key ||= account.keys.stest
  }

  async call(method: string, path: string, body?: object): Promise<Json> {
    const headers = bearing(this.#key)
    const text = body && JSON.stringify(body)
    const url = `${this.#server?.url}${path}`
    const answer = await fetch(url, { method, headers, ...(text && { body: text }) })
    assert.equal(answer.status, 200, path)
    return answer.json()
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    await this.#server?.stop(signal)
  }

  openDb(): Promise<Db> {
    const { data_dir, env } = this.#home
    return openDb({ data_dir, ...(env.DATABASE_URL && { database_url: env.DATABASE_URL }) })
  }
}

for (const engine of engines) {
  describe(`a server that is killed while it moves a clock (${engine})`, () => {
    const path = '/v2/sandbox/clock'
    const hours = 240
    const number = 200
    let home: Home
    let installation: Installation
    before(async () => {
      home = await createHome(engine)
      installation = new Installation(home)
      await installation.start()
    })
    after(async () => {
      await installation.stop('SIGKILL')
      await home.drop()
    })

    /** Kills it while it moves the clock over a batch. Says whether that was before it answered. */
    const cutMove = async (): Promise<boolean> => {
      const payments: Json[] = await Promise.all(
        Array.from({ length: number }, () =>
          installation.call('POST', '/v2/payments/', { amount: 100, card: accepted }),
        ),
      )
      const some = payments.filter((_, n) => n % 20 === 0)
      const hasBegun = async (): Promise<boolean> => {
        const read = some.map(({ id }) => installation.call('GET', `/v2/payments/${id}`))
        return (await Promise.all(read)).some(({ status }) => status !== 'to_capture')
      }
      const cut = installation.call('POST', path, { advance: `PT${hours}H` }).then(
        () => false,
        () => true,
      )
      await until('something has moved', hasBegun)
      await installation.stop('SIGKILL')
      return cut
    }

    it('loses nothing and repeats nothing, and the next one arrives', async () => {
      const { now } = await installation.call('POST', path, { frozen: true })
      const arrived = async () => !(await installation.call('GET', path)).advancing
      let batches = 0
      // On a busy machine it may have answered before this process comes to kill it.
      for (let cut = false; !cut; ) {
        assert(++batches <= 6, 'it was killed before it could answer')
        cut = await cutMove()
        await installation.start()
        await until('the clock has arrived', arrived)
        const then = now + batches * hours * 3600
        assert.equal((await installation.call('GET', path)).now, then)
      }
      await installation.stop('SIGTERM')
      const db = await installation.openDb()
      try {
        const [{ account } = assert.fail()] = await db.query<{ account: string }>(
          'select account from payments limit 1',
        )
        const all = batches * number
        const each = { times: all, payments: all }
        assert.deepEqual(
          await stepsOf(db, account),
          ['accept', 'clear', 'send'].map((action) => ({ action, ...each })),
        )
        assert.deepEqual(await brokenInvariants(db), [])
      } finally {
        await db.close()
      }
    })
  })
}
