import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Db, Tx } from './db.ts'
import type { DbLog } from './driver.ts'

export interface Migration {
  number: number
  /** The file's name without its ending: `0001-first-steps`. */
  name: string
  sha256: string
  sql: string
}

interface Applied {
  number: number
  name: string
  sha256: string
}

export interface MigrateOptions {
  /** Where the migrations are; by default those of this program. */
  folder?: string
  log?: DbLog | undefined
}

export const migrations_folder = fileURLToPath(new URL('../../../migrations/', import.meta.url))

/** One lock for whoever migrates this database. Any number will do that nothing else in it uses. */
const LOCK = 7_062_125

const TABLE = `
  create table if not exists schema_migrations (
    number     integer     primary key,
    name       text        not null,
    sha256     text        not null,
    applied_at timestamptz not null default now()
  )`

/** The migrations of a folder in their order, numbered without a gap from 1. */
export const readMigrations = async (folder = migrations_folder): Promise<Migration[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file, index) => {
      const number = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(file)?.[1])
      if (number !== index + 1) {
        throw new Error(
          `${file} should be migration ${index + 1}, named like 0001-what-it-does.sql`,
        )
      }
      // A checkout with other line ends holds the same migration.
      const sql = (await readFile(join(folder, file), 'utf8')).replaceAll('\r\n', '\n')
      const sha256 = createHash('sha256').update(sql).digest('hex')
      return { number, name: file.slice(0, -'.sql'.length), sha256, sql }
    }),
  )
}

const refuseForeign = (known: readonly Migration[], applied: readonly Applied[]): void => {
  const newest = applied.at(-1)
  if (newest && newest.number > known.length) {
    throw new Error(
      `The database is newer than this program: it is at ${newest.name}, ` +
        `the program knows ${known.at(-1)?.name ?? 'no migration'}. Start the newer Obole on it.`,
    )
  }
  for (const row of applied) {
    const migration = known[row.number - 1]
    if (migration?.sha256 === row.sha256 && migration.name === row.name) continue
    throw new Error(
      `The database was made with another ${row.name} than the ` +
        `${migration?.name} of this program: an applied migration must never change.`,
    )
  }
}

const readApplied = (tx: Pick<Tx, 'query'>) =>
  tx.query<Applied>('select number, name, sha256 from schema_migrations order by number')

/** Applies the next migration, if there is one, and says which. */
const applyNext = (db: Db, known: readonly Migration[]): Promise<Migration | undefined> =>
  db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
    await tx.script(TABLE)
    const applied = await readApplied(tx)
    refuseForeign(known, applied)
    const next = known[applied.length]
    if (!next) return undefined
    try {
      await tx.script(next.sql)
    } catch (error) {
      throw new Error(`Migration ${next.name} failed: ${(error as Error).message}`, {
        cause: error,
      })
    }
    await tx.query('insert into schema_migrations (number, name, sha256) values ($1, $2, $3)', [
      next.number,
      next.name,
      next.sha256,
    ])
    return next
  })

/**
 * Brings the database to the newest migration of the folder; each stands with its row in one
 * transaction. Any number of processes may call this at once: they take turns, and the later ones
 * find nothing to do.
 *
 * Refuses a database that is newer than the program, and one whose applied migrations are not the
 * program's.
 */
export const migrate = async (db: Db, options: MigrateOptions = {}): Promise<void> => {
  const known = await readMigrations(options.folder)
  for (;;) {
    const applied = await applyNext(db, known)
    if (!applied) return
    options.log?.info({ migration: applied.name }, 'migrated the database')
  }
}

/** The number of the newest migration that the database has; 0 for an empty one. */
export const schemaNumber = async (db: Db): Promise<number> => {
  const [table] = await db.query<{ there: boolean }>(
    `select to_regclass('schema_migrations') is not null as there`,
  )
  if (!table?.there) return 0
  const [row] = await db.query<{ number: number }>(
    'select coalesce(max(number), 0) as number from schema_migrations',
  )
  return row?.number ?? 0
}
