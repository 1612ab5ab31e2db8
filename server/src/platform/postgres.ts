import { Client, type ClientBase, DatabaseError, Pool } from 'pg'
import type { Db } from './db.ts'
import { type DbLog, runTransaction, Statements, value_types } from './driver.ts'
import { Line } from './line.ts'

export interface PostgresOptions {
  database_url: string
  /** Connections that this process opens at most. */
  pool_size?: number
  /** Put before the names of prepared statements, for several programs behind one pooler. */
  statement_prefix?: string
  log?: DbLog | undefined
}

/**
 * A request waits no longer than this for one statement; a transaction (migration, import) takes
 * its time.
 */
const STATEMENT_TIMEOUT = '30s'
/** A transaction that nobody continues holds locks and keeps vacuum from its work. */
const IDLE_IN_TRANSACTION_TIMEOUT = '60s'
const CONNECT_TIMEOUT_MS = 10_000
const OLDEST_VERSION = 14

// By statement and not by the startup packet: poolers in front of PostgreSQL refuse unknown startup
// parameters.
const SESSION = `
  set timezone = 'UTC';
  set jit = off;
  set statement_timeout = '${STATEMENT_TIMEOUT}';
  set idle_in_transaction_session_timeout = '${IDLE_IN_TRANSACTION_TIMEOUT}'`

/**
 * A plan is kept as long as its connection. One that was made while a table was small would go on
 * reading all of it: each of our single statements has its index.
 */
const LINE = `${SESSION};
  set enable_seqscan = off`

/**
 * The server has ended the connection with this error (by its code: the severity is in the server's
 * language).
 */
const endsConnection = (error: unknown) =>
  error instanceof DatabaseError && /^(08|57P)/.test(error.code ?? '')

const refuseOldServer = async (db: Db) => {
  const [row] = await db.query<{ version: string; number: number }>(
    `select current_setting('server_version') as version,
            current_setting('server_version_num')::int as number`,
  )
  if (row && row.number >= OLDEST_VERSION * 10_000) return
  throw new Error(
    `Obole needs PostgreSQL ${OLDEST_VERSION} or newer; this server is ${row?.version}`,
  )
}

/**
 * Connections for single statements: each takes many at once, in a pipeline, which costs this
 * process less than half of what a connection for each would. Several, so that a slow statement
 * holds up few others.
 */
const LINES = 4

/** The one with the least to do; the first of equals, so that a quiet process opens one only. */
const quietest = (lines: readonly Line[]): Line =>
  lines.reduce((best, line) => (line.under_way < best.under_way ? line : best))

/**
 * Connections to a PostgreSQL server, proven by one statement before they are handed out: lines for
 * single statements, a pool for transactions.
 */
export const openPostgres = async (options: PostgresOptions): Promise<Db> => {
  const { log } = options
  const config = {
    connectionString: options.database_url,
    types: value_types,
    application_name: 'obole',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  }
  const pool = new Pool({
    ...config,
    max: options.pool_size ?? 10,
    onConnect: async (client: ClientBase) => void (await client.query(SESSION)),
  })
  const prefix = options.statement_prefix ?? 's'
  const statements = new Statements(prefix)
  const openLine = async (): Promise<Client> => {
    const client = new Client({ ...config, pipeline: true })
    client.on('error', (error) => log?.warn({ error: error.message }, 'lost a database connection'))
    await client.connect()
    await client.query(LINE)
    return client
  }
  const lines = Array.from({ length: LINES }, () => new Line(openLine, prefix))

  // Without these two a lost connection, idle or in use, would end the process. Whoever uses it
  // gets the error as well.
  pool.on('error', (error) =>
    log?.warn({ error: error.message }, 'lost an idle database connection'),
  )
  pool.on('connect', (client) => client.on('error', () => {}))

  const onClient = async <T>(
    use: (client: ClientBase, broken: (e: Error) => void) => Promise<T>,
  ) => {
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      return await use(client, (error) => {
        broken = error
      })
    } catch (error) {
      if (endsConnection(error)) broken ??= error as Error
      throw error
    } finally {
      client.release(broken)
    }
  }

  const close = async () => {
    await Promise.all([pool.end(), ...lines.map((line) => line.end())])
  }
  let closing: Promise<void> | undefined
  const db: Db = {
    engine: 'postgres',
    query: async (text, values) => {
      if (closing) throw new Error('the database is closed')
      return quietest(lines).query(text, values)
    },
    transaction: (work) =>
      onClient((client, broken) => runTransaction(client, statements, work, broken)),
    close: () => (closing ??= close()),
  }
  try {
    await refuseOldServer(db)
  } catch (error) {
    await db.close()
    throw error
  }
  return db
}
