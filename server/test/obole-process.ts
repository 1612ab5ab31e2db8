import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type EngineName } from './database.ts'

const program = fileURLToPath(new URL('../../bin/obole.mjs', import.meta.url))

type Env = Readonly<Record<string, string>>

/** Where an installation lives: its settings, and how to remove it. */
export interface Home {
  data_dir: string
  env: Env
  drop(): Promise<void>
}

/** An installation that was never started, on this engine. */
export async function createHome(engine: EngineName): Promise<Home> {
  const data_dir = await mkdtemp(join(tmpdir(), `obole-test-${process.pid}-home-`))
  const remove = () => rm(data_dir, { recursive: true, force: true })
  const env = { OBOLE_DATA_DIR: data_dir, PORT: '0', LOG_LEVEL: 'error' }
  if (engine === 'embedded') return { data_dir, env, drop: remove }
  const { db, options, drop } = await createTestDatabase({ engine })
  await db.close()
  return {
    data_dir,
    env: { ...env, DATABASE_URL: options.database_url ?? '' },
    drop: async () => {
      await drop()
      await remove()
    },
  }
}

export interface Ended {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  /** What it has printed so far. */
  output: { stdout: string; stderr: string }
  ended: Promise<Ended>
}

/** Starts the program as a process of its own. Nothing of our own settings reaches it. */
export function spawnObole(args: readonly string[], env: Env): Running {
  const inherited = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' }
  const argv = [...process.execArgv, program, ...args]
  const child = spawn(process.execPath, argv, { env: { ...inherited, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (bytes) => {
    output.stdout += bytes
  })
  child.stderr.on('data', (bytes) => {
    output.stderr += bytes
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }))
  return { child, output, ended }
}

/** Runs a command to its end. */
export const runObole = (args: readonly string[], env: Env): Promise<Ended> =>
  spawnObole(args, env).ended

/** Waits until something is so, for a bounded time. */
export async function until<T>(what: string, ask: () => T | Promise<T>, ms = 120_000): Promise<T> {
  const patience = performance.now() + ms
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    assert(performance.now() < patience, `not within ${ms} ms: ${what}`)
    await pause(20)
  }
}

export interface RunningServer extends Running {
  url: string
  /** Ends it by this signal, and answers how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Ended>
}

/** A server that is ready. Its output is for people, unless `--json` is asked for. */
export async function startObole(env: Env, args: readonly string[] = []): Promise<RunningServer> {
  const running = spawnObole(['start', ...args], env)
  let over: Ended | undefined
  running.ended.then((it) => {
    over = it
  })
  const url = await until('the server says that it is ready', () => {
    assert(!over, `the server ended: ${over?.stderr}`)
    return /(?:ready at |"url":")(http:[^\s"]+).*\n$/s.exec(running.output.stdout)?.[1] ?? ''
  })
  const stop = (signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> => {
    running.child.kill(signal)
    return running.ended
  }
  return { ...running, url, stop }
}

/** Headers that carry a key. */
export const bearing = (key: string) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
})

/** How the server takes a key. */
export const statusOf = async (url: string, key: string): Promise<number> =>
  (await fetch(`${url}/v2/ping`, { headers: bearing(key) })).status
