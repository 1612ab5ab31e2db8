import { randomBytes } from 'node:crypto'
import { existsSync, type Stats } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packFolder, unpackFolder } from '../src/platform/embedded/pack.ts'
import { schemaHash } from '../src/platform/embedded/template-file.ts'
import { migrate, migrations_folder } from '../src/platform/migrate.ts'
import { type OpenedDb, type OpenOptions, openDb } from '../src/platform/open-db.ts'

export type EngineName = 'embedded' | 'postgres'

export interface TestDatabase {
  db: OpenedDb
  engine: EngineName
  /** To open the same database again, from this process or another. */
  options: OpenOptions
  /** Closes the database and removes it. */
  drop(): Promise<void>
}

export interface TestDatabaseOptions {
  engine?: EngineName
  /** The migrations that the database has; by default the program's. */
  migrations?: string
}

const server_url = process.env.OBOLE_TEST_DATABASE_URL

/** The engines that this run can test on: `for (const engine of engines) describe(…)`. */
export const engines: readonly EngineName[] = server_url ? ['embedded', 'postgres'] : ['embedded']

/**
 * The engine of tests that run on one: the server when there is one, so that a second run covers
 * it.
 */
export const default_engine: EngineName = server_url ? 'postgres' : 'embedded'

const PREFIX = 'obole-test-'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A folder of this process, after removing those that dead processes have left. */
const createFolder = async (): Promise<string> => {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) && Number(name.slice(PREFIX.length).split('-')[0])
    if (pid && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
}

const TEMPLATE_LIFETIME_MS = 24 * 3600 * 1000

/** A packed data folder with the migrations applied, kept until they change. */
const embeddedTemplate = async (migrations: string): Promise<string> => {
  const shelf = join(tmpdir(), 'obole-test-templates')
  const file = join(shelf, `${await schemaHash(migrations)}.pack`)
  if (existsSync(file)) return file
  await mkdir(shelf, { recursive: true })
  for (const old of await readdir(shelf)) {
    const ageNow = ({ mtimeMs }: Stats) => Date.now() - mtimeMs
    // Another process may have renamed what it was writing, or be sweeping too.
    const age = await stat(join(shelf, old)).then(ageNow, () => 0)
    if (age > TEMPLATE_LIFETIME_MS) await rm(join(shelf, old), { force: true })
  }
  const data_dir = await createFolder()
  try {
    const db = await openDb({ data_dir, durable: false, template: 'blank' })
    await migrate(db, { folder: migrations }).finally(() => db.close())
    await packFolder(join(data_dir, 'db'), file, false)
  } finally {
    await rm(data_dir, { recursive: true, force: true })
  }
  return file
}

const createEmbedded = async (migrations: string): Promise<TestDatabase> => {
  const template = await embeddedTemplate(migrations)
  const data_dir = await createFolder()
  await unpackFolder(template, join(data_dir, 'db'), false)
  const options: OpenOptions = { data_dir, durable: false, maintenance: { interval_ms: 0 } }
  const db = await openDb(options)
  const drop = async () => {
    await db.close()
    await rm(data_dir, { recursive: true, force: true })
  }
  return { db, engine: 'embedded', options, drop }
}

const withDatabase = (name: string): string => {
  const url = new URL(server_url ?? '')
  url.pathname = `/${name}`
  return url.href
}

/** Databases older than this were left by a run that died. */
const LEFT_BEHIND_S = 3600
const TEMPLATE_LOCK = 7_062_126

const ageOf = (name: string): number => {
  const made_at = Number.parseInt(name.split('_')[2] ?? '', 36)
  return Date.now() / 1000 - made_at
}

const nameNow = (kind: 'test' | 'template', rest: string) =>
  `obole_${kind}_${Math.floor(Date.now() / 1000).toString(36)}_${rest}`

/**
 * The template database with these migrations; made by one process while the others wait for it.
 */
const serverTemplate = async (admin: OpenedDb, migrations: string): Promise<string> => {
  const hash = await schemaHash(migrations)
  const find = () =>
    admin.query<{ datname: string }>(
      `select datname from pg_database where datname like $1 and datallowconn = false`,
      [`obole\\_template\\_%\\_${hash}`],
    )
  const [found] = await find()
  if (found) return found.datname
  return admin.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [TEMPLATE_LOCK])
    const [made] = await find()
    if (made) return made.datname
    const name = nameNow('template', hash)
    await admin.query(`create database ${name}`)
    try {
      const db = await openDb({ data_dir: '', database_url: withDatabase(name) })
      await migrate(db, { folder: migrations }).finally(() => db.close())
    } catch (error) {
      await admin.query(`drop database if exists ${name}`)
      throw error
    }
    // Whole from here on; and nobody can connect, which copying it would have to wait for.
    await admin.query(`alter database ${name} with allow_connections false`)
    return name
  })
}

/** Drops what runs that died have left, and templates of migrations that are no more. */
const sweepServer = async (admin: OpenedDb): Promise<void> => {
  const left = await admin.query<{ datname: string }>(
    `select datname from pg_database d
      where datname ~ '^obole_(test|template)_'
        and not exists (select from pg_stat_activity a where a.datname = d.datname)`,
  )
  for (const { datname } of left) {
    const lifetime = datname.startsWith('obole_template_') ? 24 * LEFT_BEHIND_S : LEFT_BEHIND_S
    if (ageOf(datname) < lifetime) continue
    // Another run may be sweeping too, and be there first.
    await admin.query(`drop database if exists ${datname}`).catch(() => {})
  }
}

const createOnServer = async (migrations: string): Promise<TestDatabase> => {
  const admin = await openDb({ data_dir: '', database_url: server_url ?? '', pool_size: 2 })
  const name = nameNow('test', randomBytes(4).toString('hex'))
  try {
    await sweepServer(admin)
    const template = await serverTemplate(admin, migrations)
    await admin.query(`create database ${name} template ${template}`)
  } finally {
    await admin.close()
  }
  const options: OpenOptions = { data_dir: '', database_url: withDatabase(name) }
  const db = await openDb(options)
  const drop = async () => {
    await db.close()
    const last = await openDb({ data_dir: '', database_url: server_url ?? '', pool_size: 1 })
    await last.query(`drop database if exists ${name} with (force)`).finally(() => last.close())
  }
  return { db, engine: 'postgres', options, drop }
}

/**
 * A database of the test's own, with all migrations applied, as a copy of a template: on the
 * embedded engine (on disk, not synced), or on the server of OBOLE_TEST_DATABASE_URL.
 */
export const createTestDatabase = ({
  engine = default_engine,
  migrations = migrations_folder,
}: TestDatabaseOptions = {}): Promise<TestDatabase> =>
  engine === 'postgres' ? createOnServer(migrations) : createEmbedded(migrations)
