import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { claimDataFolder, type Guest, type Owner } from './data-folder.ts'
import type { Db } from './db.ts'
import { Engine, type EngineOptions } from './embedded/engine.ts'
import { Session } from './embedded/session.ts'
import type { EngineStats } from './embedded/worker.ts'
import { openPostgres, type PostgresOptions } from './postgres.ts'

export interface OpenOptions
  extends EngineOptions,
    Partial<Pick<PostgresOptions, 'database_url' | 'pool_size' | 'statement_prefix'>> {
  /** Refuse to be a guest: a server must own the embedded engine's folder. */
  must_own?: boolean
}

/** A store that is open. With a PostgreSQL server every process is an `owner`. */
export interface OpenedDb extends Db {
  /** `guest`: another process owns the embedded engine, and this one works through it. */
  readonly role: 'owner' | 'guest'
  /** Figures of the embedded engine; undefined where this process does not run it. */
  stats(): Promise<EngineStats | undefined>
}

/** The folder belongs to a running process, and the caller wanted it alone. */
export class FolderTaken extends Error {
  constructor(data_dir: string) {
    super(`Another Obole is running on this data folder (${data_dir})`)
  }
}

/** How long a newcomer tries to get in while owners come and go. */
const GET_IN_MS = 30_000

const withRole = (db: Db, role: 'owner' | 'guest', more?: Partial<OpenedDb>): OpenedDb => ({
  engine: db.engine,
  role,
  query: (text, values) => db.query(text, values),
  transaction: (work) => db.transaction(work),
  stats: async () => undefined,
  close: () => db.close(),
  ...more,
})

const openAsOwner = async (owner: Owner, options: OpenOptions): Promise<OpenedDb> => {
  const engine = new Engine(owner, options)
  try {
    await engine.open()
  } catch (error) {
    await engine.close()
    throw error
  }
  const session = new Session(() => engine.connect(), options.statement_prefix ?? '')
  const close = async () => {
    await session.close()
    await engine.close()
  }
  return withRole(session, 'owner', { stats: () => engine.stats(), close })
}

const openAsGuest = async (guest: Guest, options: OpenOptions): Promise<OpenedDb> => {
  const prefix = options.statement_prefix ?? `g${randomBytes(4).toString('hex')}`
  // The driver connects the stream that it is given; this one connects already.
  const connect = async () => Object.assign(guest.connect(), { connect: () => {} }) as Socket
  const session = new Session(connect, prefix)
  await session.greet()
  return withRole(session, 'guest')
}

const openEmbedded = async (options: OpenOptions): Promise<OpenedDb> => {
  const patience = Date.now() + GET_IN_MS
  for (;;) {
    const claim = await claimDataFolder(options.data_dir)
    if (claim.role === 'owner') return openAsOwner(claim, options)
    if (options.must_own) throw new FolderTaken(options.data_dir)
    try {
      return await openAsGuest(claim, options)
    } catch (error) {
      // The owner was about to leave, or could not start: then we may be the owner ourselves.
      if (Date.now() > patience) throw error
      await pause(20)
    }
  }
}

/**
 * Opens the store: the PostgreSQL server of `database_url`, or else the embedded engine in
 * `data_dir`, which it makes on the first start. Applies no migrations.
 */
export const openDb = async (options: OpenOptions): Promise<OpenedDb> => {
  const { database_url } = options
  if (!database_url) return openEmbedded(options)
  return withRole(await openPostgres({ ...options, database_url }), 'owner')
}
