import { Client } from 'pg'

/** The PostgreSQL server to measure on, if there is one. */
export const serverUrl = (env: NodeJS.ProcessEnv): string | undefined =>
  env.OBOLE_BENCH_DATABASE_URL || env.DATABASE_URL || undefined

/** Runs statements one by one, each on its own. */
async function runStatements(url: string, texts: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    for (const text of texts) await client.query(text)
  } finally {
    await client.end()
  }
}

let made = 0

/** A database of its own on that server. */
export async function createDatabase(server: string): Promise<{
  url: string
  drop(): Promise<void>
}> {
  const name = `obole_bench_${process.pid}_${++made}`
  await runStatements(server, [`create database ${name}`])
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    drop: () => runStatements(server, [`drop database if exists ${name} with (force)`]),
  }
}
