import type { Log } from '../platform/log.ts'
import { migrate, schemaNumber } from '../platform/migrate.ts'
import { FolderTaken, type OpenedDb, openDb } from '../platform/open-db.ts'
import type { Config } from './config.ts'

/**
 * The words of an error that often has none of its own: a connection that was tried in two ways.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message)
    return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message || error.name : String(error)
}

/** The database on its newest migration. */
export async function openStore(
  config: Pick<Config, 'data_dir' | 'database_url'>,
  { must_own = false, log }: { must_own?: boolean; log: Log },
): Promise<OpenedDb> {
  const { data_dir, database_url } = config
  const where = database_url ? { database_url: database_url.reveal() } : {}
  const db = await openDb({ data_dir, must_own, log, ...where }).catch((error) => {
    if (error instanceof FolderTaken || !database_url) throw error
    const { host } = new URL(database_url.reveal())
    throw new Error(`The PostgreSQL server ${host} cannot be used: ${reasonOf(error)}`, {
      cause: error,
    })
  })
  try {
    // A first start has nothing that an operator would want to know of.
    await migrate(db, (await schemaNumber(db)) > 0 ? { log } : {})
    return db
  } catch (error) {
    await db.close()
    throw error
  }
}
