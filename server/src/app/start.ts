import { createLog, loggable } from '../platform/log.ts'
import type { Config } from './config.ts'
import { keepHeapSmall } from './heap.ts'
import { openStore } from './open-store.ts'

/** Runs the server until it is told to stop by SIGTERM or SIGINT, and lets it finish. */
export async function start(config: Config, { json }: { json: boolean }): Promise<void> {
  keepHeapSmall()
  const told = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve)
  })
  const log = createLog(config.log_level)
  const die = (error: unknown): never => {
    log.error(loggable(error), 'stopped by an error that nobody caught')
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)
  // The database starts on its own thread in the half second that loading the rest takes.
  const store = openStore(config, { must_own: true, log })
  store.catch(() => {})
  const { serve } = await import('./serve.ts')
  await serve(config, { json, log, store, told })
}
