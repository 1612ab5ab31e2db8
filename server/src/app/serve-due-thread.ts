/** Does due work when it is told to, and nothing else. */
import { parentPort, workerData } from 'node:worker_threads'
import { Bell } from '../events/bell.ts'
import { Secret } from '../kernel/secret.ts'
import { runBacklog } from './due.ts'
import type { FromThread, ThreadData, ToThread } from './due-thread.ts'
import { openServices } from './open-services.ts'

const post = (message: FromThread): void => parentPort?.postMessage(message)

/** Rings in the server's own thread, where those who listen are. */
class DistantBell extends Bell {
  readonly #bell: 'bell' | 'outbox'
  constructor(bell: 'bell' | 'outbox') {
    super()
    this.#bell = bell
  }

  override ring(accounts: Iterable<string>): void {
    post({ kind: 'rang', bell: this.#bell, accounts: [...new Set(accounts)] })
  }
}

const { config, database_url, master_key } = workerData as ThreadData
const services = await openServices(
  {
    ...config,
    database_url: new Secret(database_url),
    master_key: master_key === undefined ? undefined : new Secret(master_key),
    requests_days: 0,
  },
  {
    bells: { bell: new DistantBell('bell'), outbox: new DistantBell('outbox') },
    ahead: true,
  },
)
const stopped = new AbortController()
let running: Promise<void> = Promise.resolve()

async function run(): Promise<void> {
  const began = performance.now()
  try {
    const moved = await runBacklog(services, stopped.signal)
    services.log.info(
      { moved, ms: Math.round(performance.now() - began) },
      'worked off what was due',
    )
    post({ kind: 'ran' })
  } catch (error) {
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

async function stop(): Promise<void> {
  stopped.abort()
  await running
  await services.close()
  process.exit(0)
}

parentPort?.on('message', ({ kind }: ToThread) => {
  if (kind === 'run') running = running.then(run)
  else void stop()
})
