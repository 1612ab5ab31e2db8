import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { listAccounts } from '../accounts/store.ts'
import type { Log } from '../platform/log.ts'
import type { OpenedDb } from '../platform/open-db.ts'
import { buildServer } from './build-server.ts'
import type { Config } from './config.ts'
import { startDeliveries } from './deliver.ts'
import { startJobs } from './due.ts'
import { DueThread } from './due-thread.ts'
import { type Demo, firstWords, laterWords, makeDemo } from './first-start.ts'
import { openServices } from './open-services.ts'
import { startRetention } from './retention.ts'

/** Requests that are still running this long after the signal are cut off. */
const drain_ms = 10_000

/** The address as it can be opened on this machine: one that stands for all of them is not one. */
function addressOf(app: FastifyInstance): string {
  const { address, port, family } = app.server.address() as AddressInfo
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') {
      throw new Error(`Port ${port} of ${host} is taken: set PORT to another one`)
    }
    if (code === 'EACCES') throw new Error(`Port ${port} may not be used by this user`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(`HOST ${host} is no address of this machine`)
    }
    throw error
  }
}

/** Takes no more connections, and lets running requests finish within a bound. */
async function drain(app: FastifyInstance): Promise<void> {
  const { server } = app
  // A connection whose last request has ended would be kept for the next one, which is not coming.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), drain_ms)
  await app.close()
  clearInterval(sweep)
  clearTimeout(cut)
}

const greet = (api: string, demo: Demo | undefined, json: boolean): string => {
  if (!json) return demo ? firstWords(api, demo) : ''
  const keys = demo && { stest: demo.secret, ptest: demo.public }
  const account = demo && { id: demo.account.id, name: demo.account.name, keys }
  return `${JSON.stringify({ url: api, ...(account && { account }) })}\n`
}

export interface Serving {
  json: boolean
  log: Log
  store: Promise<OpenedDb>
  /** Resolves when the server shall stop, with why. */
  told: Promise<string>
}

/**
 * Serves until it is told to stop. Resolves when everything that was acknowledged is on disk and
 * everything is closed.
 */
export async function serve(config: Config, { json, log, store, told }: Serving): Promise<void> {
  const services = await openServices(config, { log, must_own: true, store })
  try {
    const app = buildServer(services, config)
    await listen(app, config)
    const workhorse = config.database_url && new DueThread(config, services)
    const stopJobs = startJobs(services, { workhorse })
    const stopDeliveries = startDeliveries(services)
    const stopRetention = startRetention(services, config)
    services.address = addressOf(app)
    const api = config.api_origin ?? services.address
    const demo = await makeDemo(services)
    const words = greet(api, demo, json) || laterWords(api, await listAccounts(services.db))
    process.stdout.write(words)
    log.info({ signal: await told }, 'stopping')
    // First: a request that moves a clock is answered, and the next process goes on with it.
    const stopped = Promise.all([stopJobs(), stopDeliveries(), stopRetention()])
    await drain(app)
    await stopped
  } finally {
    await services.close()
  }
}
