/**
 * A process that moves money until it is killed: it takes payments, captures and cancels, and runs
 * shops whose clocks are moved while they do all else. It tells each write that was acknowledged.
 */
import { moveClock } from '../../src/accounts/move-clock.ts'
import { runClock } from '../../src/app/due.ts'
import { openServices } from '../../src/app/open-services.ts'
import { contextOf } from '../../src/dialects/operation-route.ts'
import { Refusal } from '../../src/kernel/problem.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { planCancel } from '../../src/payments/cancel-payment.ts'
import { capturePayment } from '../../src/payments/capture-payment.ts'
import { createPayment } from '../../src/payments/create-payment.ts'
import { verb } from '../../src/platform/context.ts'
import { keepCard, numbers } from '../core.ts'
import { drawing } from '../draw.ts'
import { operation_names, perform, worldOf } from '../operations.ts'
import type { Told } from './told.ts'

const [run = '', seed = '', data_dir = '', database_url] = process.argv.slice(2)
const cancelPayment = verb(planCancel)
const HOUR_MS = 3600 * 1000

const services = await openServices({
  data_dir,
  database_url: database_url ? new Secret(database_url) : undefined,
  master_key: undefined,
  log_level: 'error',
})

const tell = (it: Told) => process.send?.(it)

/** Tells a row that was written; a verb may answer it with others beside it. */
function tellRow(result: unknown): void {
  const answer = result as Record<string, unknown> | undefined
  const row = (answer?.payment ?? answer?.dispute ?? answer) as Record<string, unknown> | undefined
  if (typeof row?.id !== 'string' || typeof row.version !== 'number') return
  tell({ id: row.id, version: row.version, status: (row.status as string | undefined) ?? null })
}

async function take(writer: number): Promise<never> {
  const ctx = () => contextOf(services, { account: 'acct_crash', live: false, request_id: run })
  const cards = await Promise.all(
    (['approved', 'captured', 'disputed', 'refused'] as const).map(async (it) =>
      keepCard(await ctx(), numbers[it]),
    ),
  )
  for (let n = 0; ; n++) {
    const { payment } = await createPayment(await ctx(), {
      amount: 1000n,
      currency: 'eur',
      capture: n % 3 !== 0,
      origin: 1,
      unique_id: `${run} ${writer} ${n}`,
      method: { method: 'card', id: cards[n % cards.length]?.id ?? '' },
      decide: true,
      fields: { order_id: `${run} ${writer} ${n}` },
    })
    tellRow(payment)
    if (payment.status !== 'authorized') continue
    tellRow(await (n % 2 ? capturePayment : cancelPayment)(await ctx(), { id: payment.id }))
  }
}

/** Does anything, on an account whose clock is moved between and under the calls. */
async function trade(account: string, lots: number): Promise<never> {
  const draw = drawing(lots)
  const whose = { account, live: false, request_id: run }
  const move = async () => {
    const { now, ...ctx } = await contextOf(services, whose)
    const to = new Date(now.getTime() + draw.one([9, 24, 24, 800]) * HOUR_MS)
    await moveClock({ ...ctx, now }, { to, frozen: true, real: services.clock.now() })
    tell({ account, leaves_for: to.getTime() })
    await runClock(services, account)
    tell({ account, arrived: to.getTime() })
  }
  const ask = async (name: string) => {
    const ctx = await contextOf(services, whose)
    const world = await worldOf(services.db, whose)
    await perform(name, { ctx, world, draw }).then(
      ({ result }) => tellRow(result),
      (error) => {
        if (!(error instanceof Refusal)) throw error
      },
    )
  }
  for (;;) {
    const names = Array.from({ length: 1 + draw.below(12) }, () => draw.pick(operation_names))
    await Promise.all(names.map((it) => ask(it ?? '')))
    await Promise.all([move(), ask('charge_card')])
  }
}

const shops = ['acct_shop1', 'acct_shop2', 'acct_shop3', 'acct_shop4']
await services.db.query(
  `insert into accounts (id, name, version, created)
   select id, 'A shop', 1, now() from unnest($1::text[]) id on conflict do nothing`,
  [shops],
)
await Promise.all([
  ...Array.from({ length: 8 }, (_, writer) => take(writer)),
  ...shops.map((account, n) => trade(account, Number(seed) + n)),
])
