import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
const obole = fileURLToPath(new URL('../../../server/bin/obole.mjs', import.meta.url))

/** Where a server keeps its things: what its environment says. */
export interface Place {
  data_dir: string
  database_url?: string | undefined
}

export const host = '127.0.0.1'
const start_max_ms = 60_000
const stop_max_ms = 20_000

/** A port that nobody listens on. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/**
 * The environment of a server: what the shell says about other installations of Obole is left out.
 */
function environment({ data_dir, database_url }: Place, port: number): NodeJS.ProcessEnv {
  const env = { ...process.env }
  for (const name of Object.keys(env))
    if (/^(OBOLE_|DATABASE_URL$|npm_)/.test(name)) delete env[name]
  return {
    ...env,
    HOST: host,
    PORT: String(port),
    OBOLE_DATA_DIR: data_dir,
    ...(database_url && { DATABASE_URL: database_url }),
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://${host}:${port}/healthz`)).ok
  } catch {
    return false
  }
}

export interface RunningServer {
  port: number
  pid: number
  /** From the command to the first answer. */
  start_ms: number
  /** Empties the log: it is written, as it is in use, and must not fill the disk. */
  forgetLog(): void
  stop(): Promise<void>
}

/** A signal for a process and those that it started; false when none is left. */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name)
  } catch {
    return false
  }
}

async function stopGroup(group: number): Promise<void> {
  const began = performance.now()
  signal(group, 'SIGTERM')
  while (signal(group, 0)) {
    if (performance.now() - began > stop_max_ms) signal(group, 'SIGKILL')
    await pause(20)
  }
}

const running = new Set<number>()
process.on('exit', () => {
  for (const group of running) signal(group, 'SIGKILL')
})

/** Starts a command that becomes a server, and asks it until it answers. */
async function started(
  command: readonly [string, ...string[]],
  place: Place,
): Promise<RunningServer> {
  const port = await freePort()
  const [program, ...args] = command
  const log = join(place.data_dir, 'log')
  const stderr = openSync(log, 'a')
  const began = performance.now()
  const child: ChildProcess = spawn(program, args, {
    cwd: root,
    env: environment(place, port),
    stdio: ['ignore', 'ignore', stderr],
    detached: true,
  })
  closeSync(stderr)
  const pid = child.pid as number
  running.add(pid)
  const stop = async () => {
    await stopGroup(pid)
    running.delete(pid)
  }
  while (!(await answers(port))) {
    const over = child.exitCode !== null || performance.now() - began > start_max_ms
    if (over) {
      await stop()
      throw new Error(`the server did not start:\n${readFileSync(log, 'utf8')}`)
    }
    await pause(10)
  }
  const start_ms = performance.now() - began
  return { port, pid, start_ms, forgetLog: () => truncateSync(log), stop }
}

/** The real server, in a process of its own. */
export const startServer = (place: Place): Promise<RunningServer> =>
  started([process.execPath, obole, 'start', '--json'], place)

/** The same by the command that people type. */
export const npmStart = (place: Place): Promise<RunningServer> =>
  started(['npm', 'start', '--silent', '--', '--json'], place)

/** Memory that a process holds now, in megabytes. */
export function memoryOf(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Number(stdout) / 1024
}

/**
 * Processor time that a process has used so far, in seconds; where the system does not tell, not a
 * number.
 */
export function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}
