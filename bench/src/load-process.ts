import { setTimeout as pause } from 'node:timers/promises'
import { quantile } from './figures.ts'
import { HttpConnection } from './http-connection.ts'

export interface LoadOrder {
  host: string
  port: number
  connections: number
  seconds: number
  /** Requests as they go on the wire, in Latin-1. */
  requests: readonly string[]
  /**
   * So many a second, at even distances, whatever becomes of those before; without it each
   * connection asks again as soon as it is answered.
   */
  rate?: number
  /** Whether every time is given. */
  keep?: boolean
}

export interface LoadResult {
  per_second: number
  p50_ms: number
  p99_ms: number
  /** Cores that the load itself kept busy: near 1 it would be what is measured. */
  load_cpu: number
  times_ms?: number[]
}

const isDone = /^HTTP\/1\.1 2\d\d /

/** Asks for one thing drawn by chance, which must be answered well. */
async function ask(connection: HttpConnection, requests: readonly Buffer[]): Promise<void> {
  const request = requests[Math.floor(Math.random() * requests.length)] as Buffer
  const answer = await connection.ask(request)
  if (isDone.test(answer.toString('latin1', 0, 16))) return
  throw new Error(`${request}\n\nwas answered\n\n${answer.toString('utf8', 0, 2000)}`)
}

interface Drive {
  connections: readonly HttpConnection[]
  requests: readonly Buffer[]
  until: number
  times: number[]
}

/** Asks on each connection without a pause until the time is over. */
async function askOnAndOn({ connections, requests, until, times }: Drive): Promise<void> {
  const on = async (connection: HttpConnection): Promise<void> => {
    for (let start = performance.now(); start < until; start = performance.now()) {
      await ask(connection, requests)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(connections.map(on))
}

/**
 * Asks at even distances until the time is over. A request that finds no connection free waits for
 * one, and its time counts from the instant for which it was meant: so a server that stands still
 * is seen by all who come meanwhile, and not only by those who were there before.
 */
async function askSteadily(it: Drive, rate: number): Promise<void> {
  const { requests, until, times } = it
  const free = [...it.connections]
  const underWay = new Set<Promise<unknown>>()
  const failures: unknown[] = []
  const send = async (connection: HttpConnection, meant: number): Promise<void> => {
    await ask(connection, requests)
    times.push(performance.now() - meant)
    free.push(connection)
  }
  const every_ms = 1000 / rate
  let meant = performance.now()
  while (meant < until && !failures.length) {
    const connection = meant <= performance.now() ? free.shift() : undefined
    if (connection) {
      const sending: Promise<unknown> = send(connection, meant)
        .catch((error: unknown) => failures.push(error))
        .finally(() => underWay.delete(sending))
      underWay.add(sending)
      meant += every_ms
    } else await pause(1)
  }
  await Promise.all(underWay)
  if (failures.length) throw failures[0]
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const { host, port, seconds } = order
  const requests = order.requests.map((it) => Buffer.from(it, 'latin1'))
  const connections = await Promise.all(
    Array.from({ length: order.connections }, () => HttpConnection.open(host, port)),
  )
  const times: number[] = []
  // The first answer on a connection waits for the server to take it.
  await Promise.all(connections.map((it) => ask(it, requests)))
  const cpu = process.cpuUsage()
  const start = performance.now()
  try {
    const drive = { connections, requests, until: start + seconds * 1000, times }
    await (order.rate ? askSteadily(drive, order.rate) : askOnAndOn(drive))
  } finally {
    for (const it of connections) it.close()
  }
  const took_s = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const sorted = Float64Array.from(times).sort()
  return {
    per_second: times.length / took_s,
    p50_ms: quantile(sorted, 0.5),
    p99_ms: quantile(sorted, 0.99),
    load_cpu: (user + system) / 1e6 / took_s,
    ...(order.keep && { times_ms: times }),
  }
}

process.on('message', async (order: LoadOrder) => {
  try {
    process.send?.({ result: await run(order) })
  } catch (error) {
    process.send?.({ error: (error as Error).message })
  }
})
process.on('disconnect', () => process.exit(0))
