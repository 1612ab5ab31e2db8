import { CvcHold } from '@obole/vault/cvc-hold.js'
import type { MasterKeys } from '@obole/vault/master-keys.js'
import { createVault } from '@obole/vault/vault.js'
import { VaultError } from '@obole/vault/vault-error.js'
import { authenticator } from '../accounts/authenticate.ts'
import type { Services } from '../dialects/operation-route.ts'
import { Bell } from '../events/bell.ts'
import { hasKeyring, readKeyring } from '../numbers/keyring.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { Committer, type PressOffice } from '../platform/commit.ts'
import { createLog, type Log } from '../platform/log.ts'
import { type OpenedDb, openDb } from '../platform/open-db.ts'
import { bankDaysOf, standardCutoff } from '../processors/bank-days.ts'
import { sandbox } from '../processors/sandbox/sandbox.ts'
import { RequestLog } from '../requests/request-log.ts'
import type { Config } from './config.ts'
import { runClock } from './due.ts'
import { findMasterKeys, keyFileOf, makeKeyFile } from './master-keys.ts'
import { openStore } from './open-store.ts'
import { pressOffice } from './render.ts'
import { hands } from './settle.ts'

export type StoreConfig = Pick<Config, 'data_dir' | 'database_url' | 'master_key' | 'log_level'>

export interface OpenServicesOptions {
  /** A server must own the folder of the embedded database; a command may be a guest of it. */
  must_own?: boolean
  clock?: Clock
  log?: Log
  /** The database, where its opening has begun. */
  store?: Promise<OpenedDb>
  /** What rings for those who listen elsewhere. */
  bells?: Pick<Services, 'bell' | 'outbox'>
  /** For work of which there is much: see Committer. */
  ahead?: boolean
}

export interface OpenedServices extends Services {
  db: OpenedDb
  master_keys: MasterKeys
  /** Waits for what is being written, then closes the database. Nothing may be asked any more. */
  close(): Promise<void>
}

/**
 * The master keys; at the first start of all, without one in the environment, a new one in the data
 * folder.
 */
async function masterKeysOf(db: OpenedDb, config: StoreConfig): Promise<MasterKeys> {
  const found = findMasterKeys(config)
  if (found) return found
  const file = keyFileOf(config)
  if (await hasKeyring(db)) {
    throw new Error(
      'The master key of this database is missing. ' +
        `Put it into OBOLE_MASTER_KEY, or its file back to ${file}`,
    )
  }
  makeKeyFile(file)
  return masterKeysOf(db, config)
}

/**
 * Connections of their own for due work. The embedded engine has one for all; a command does not
 * wait for itself.
 */
async function openBackground(
  { database_url }: StoreConfig,
  { must_own, log, office }: { must_own: boolean; log: Log; office: PressOffice },
): Promise<{ db: OpenedDb; committer: Committer } | undefined> {
  if (!database_url || !must_own) return undefined
  const db = await openDb({ data_dir: '', database_url: database_url.reveal(), log })
  return { db, committer: new Committer(db, office) }
}

async function openVault(db: OpenedDb, config: StoreConfig) {
  const master_keys = await masterKeysOf(db, config)
  try {
    const keyring = await readKeyring(db, master_keys)
    return { master_keys, vault: createVault({ masterKeys: master_keys, keyring }) }
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'unknown_key') throw error
    const source = config.master_key ? 'OBOLE_MASTER_KEY' : `The master key in ${keyFileOf(config)}`
    throw new Error(
      `${source} does not open this database: it was made with another one. ` +
        'While a key is being rotated, give the new one and the old one, with a comma',
      { cause: error },
    )
  }
}

/** Opens all that serves requests and commands: made once for each process. */
export async function openServices(
  config: StoreConfig &
    Partial<
      Pick<Config, 'api_origin' | 'payment_origin' | 'threeds_origin' | 'cutoff' | 'requests_days'>
    >,
  options: OpenServicesOptions = {},
): Promise<OpenedServices> {
  const { clock = systemClock, log = createLog(config.log_level), must_own = false } = options
  const db = await (options.store ?? openStore(config, { must_own, log }))
  try {
    const { vault, master_keys } = await openVault(db, config)
    const office = pressOffice(() => services)
    const committer = new Committer(db, office, { ahead: options.ahead ?? false })
    const background = await openBackground(config, { must_own, log, office })
    const { api_origin: api, payment_origin: payment, threeds_origin: threeds } = config
    const { requests_days } = config
    const services: OpenedServices = {
      db,
      committer,
      ...(options.bells ?? { bell: new Bell(), outbox: new Bell() }),
      background,
      requests: requests_days === 0 ? undefined : new RequestLog(background?.db ?? db, log),
      vault,
      master_keys,
      cvcs: new CvcHold(),
      // Without a processor no live card or account is taken: none is ever sealed by a key that
      // lies beside the data.
      processors: { test: sandbox, live: null },
      hands,
      runClock,
      bankDays: bankDaysOf(config.cutoff ?? standardCutoff),
      clock,
      log,
      authenticate: authenticator(db, vault),
      origins: { ...(api && { api }), ...(payment && { payment }), ...(threeds && { threeds }) },
      async close() {
        await Promise.all([
          committer.idle(),
          background?.committer.idle(),
          services.requests?.flush(),
        ])
        await Promise.all([db.close(), background?.db.close()])
      },
    }
    return services
  } catch (error) {
    await db.close()
    throw error
  }
}
