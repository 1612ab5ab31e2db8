import { CvcHold } from '@obole/vault/cvc-hold.js'
import { newKeyring, openKeyring } from '@obole/vault/keyring.js'
import { generateMasterKey, parseMasterKeys } from '@obole/vault/master-keys.js'
import { createVault, type Vault } from '@obole/vault/vault.js'
import { hands } from '../src/app/settle.ts'
import { createCard } from '../src/cards/create-card.ts'
import type { Card } from '../src/cards/store.ts'
import { standardPricing } from '../src/kernel/pricing.ts'
import { Secret } from '../src/kernel/secret.ts'
import { duePayment } from '../src/payments/due-payment.ts'
import { findPayment } from '../src/payments/store.ts'
import { MovableClock } from '../src/platform/clock.ts'
import { Committer } from '../src/platform/commit.ts'
import { verb } from '../src/platform/context.ts'
import type { Db } from '../src/platform/db.ts'
import type { Ctx } from '../src/processors/ctx.ts'
import { sandbox } from '../src/processors/sandbox/sandbox.ts'
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './database.ts'
import { testBankDays } from './harness.ts'

/** The verbs on a database, without a dialect: what stands behind every address. */
export interface Core {
  db: TestDatabase['db']
  database: TestDatabase
  committer: Committer
  clock: MovableClock
  /** In live mode too the test bank answers. */
  ctx(whose?: { account?: string; live?: boolean }): Ctx
  drop(): Promise<void>
}

export const newVault = (): Vault => {
  const masterKeys = parseMasterKeys(generateMasterKey())
  return createVault({ masterKeys, keyring: openKeyring(newKeyring(masterKeys), masterKeys) })
}

const here = 'http://127.0.0.1:8080'

/** `through`: what the committer writes through, around the database. */
export async function openCore(
  options: TestDatabaseOptions & { through?: (db: Db) => Db } = {},
): Promise<Core> {
  const database = await createTestDatabase(options)
  const { db } = database
  const committer = new Committer(options.through?.(db) ?? db)
  const clock = new MovableClock()
  const shared = { db, committer, vault: newVault(), cvcs: new CvcHold(), hands }
  return {
    db,
    database,
    committer,
    clock,
    ctx: ({ account = 'acct_one', live = false } = {}) => ({
      ...shared,
      processors: { test: sandbox, live: sandbox },
      bankDays: testBankDays,
      pricing: standardPricing,
      now: clock.now(),
      account,
      live,
      request_id: 'test',
      origins: { api: here, payment: here, threeds: here },
    }),
    async drop() {
      await committer.idle()
      await database.drop()
    },
  }
}

/**
 * Published test cards by what becomes of a payment with them. None needs 3-D Secure unless it is
 * asked for.
 */
export const numbers = {
  approved: '4242424242424242',
  challenged: '4000000400000008',
  not_enrolled: '4000000000003055',
  captured: '4000000000000077',
  disputed: '4000000000000259',
  refused: '4000000000000002',
} as const

export const keepCard = (ctx: Ctx, number: string): Promise<Card> =>
  createCard(ctx, {
    number: new Secret(number),
    exp_month: 12,
    exp_year: new Date().getUTCFullYear() + 3,
    same_card: 'reuse',
    loc: ['body', 'number'],
  })

/** Does what falls due of a payment by the context's clock. */
export const fallDue = verb(async (ctx: Ctx, { id }: { id: string }) => {
  const payment = await findPayment(ctx, id)
  const change = payment && (await duePayment(ctx, payment))
  return { ...(change && { change }), result: undefined }
})
