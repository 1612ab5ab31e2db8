import { setTimeout as pause } from 'node:timers/promises'
import { openDb } from '@obole/server/src/platform/open-db.js'
import { type Bench, enginesOf, newPlace, wants } from './bench.ts'
import { quantile } from './figures.ts'
import type { Load } from './load.ts'
import type { ClockMove, DueWork } from './measurements.ts'
import { hasDue, letFallDue } from './seed.ts'
import { host, type Place, type RunningServer, startServer } from './server-process.ts'
import { call, fillStore, onTheWire, type Store } from './store.ts'
import { workloads } from './workloads.ts'

/** Of the payments that are seeded, so many wait for the cut-off; the others were never paid. */
const waiting = 18 / 20
const year = 365
const connections = 16
/** Steady reads a second: what a shop with a busy day asks, and far from what the server can. */
const steady_rate = 300
const idle_s = 12
/** How often it is looked whether anything is still due. */
const look_ms = 100
/** From the moment when something is made due to when it is: the store settles meanwhile. */
const settle_s = 25
const patience_s = 600

const withDb = async <T>(place: Place, work: (db: Parameters<typeof hasDue>[0]) => Promise<T>) => {
  const db = await openDb({ data_dir: place.data_dir, database_url: place.database_url ?? '' })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

interface Subject {
  load: Load
  server: RunningServer
  store: Store
  reads: DueWork['reads']
}

/** Reads payments until told, and gives every time that one took. */
async function readUntil(
  { load, server, store, reads }: Subject,
  isOver: () => boolean,
): Promise<number[]> {
  const read = workloads.find((it) => it.name === 'read-payment')
  const requests = (read?.requests(store) ?? []).map((it) => onTheWire(it))
  const times: number[] = []
  const order = {
    ...{ host, port: server.port, connections, seconds: 1, requests, keep: true },
    ...(reads === 'steady' && { rate: steady_rate }),
  }
  do {
    const result = await load.run(order)
    for (const it of result.times_ms ?? []) times.push(it)
    server.forgetLog()
  } while (!isOver())
  return times
}

function readFor(it: Subject, seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000
  return readUntil(it, () => performance.now() > until)
}

const p99 = (times: readonly number[]): number => quantile(Float64Array.from(times).sort(), 0.99)

/** The seconds until nothing is due. */
async function secondsOfWork(db: Parameters<typeof hasDue>[0]): Promise<number> {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  while (await hasDue(db)) {
    if (seconds() > patience_s) return Number.NaN
    await pause(look_ms)
  }
  return seconds()
}

/** So many payments fall due at one moment, while payments are read. */
async function phase(
  it: Subject,
  { name, number }: { name: DueWork['name']; number: number },
): Promise<DueWork> {
  const status = name === 'cut-off' ? 'to_capture' : 'capture_sent'
  return withDb(it.store.place, async (db) => {
    const at = new Date(Date.now() + settle_s * 1000)
    await letFallDue(db, at, { status, number })
    await pause(Math.max(0, at.getTime() - Date.now() - (1 + idle_s / 2) * 1000))
    const before = await readFor(it, idle_s / 2)
    await pause(Math.max(0, at.getTime() - Date.now()))
    let isOver = false
    const working = secondsOfWork(db).finally(() => {
      isOver = true
    })
    const [seconds, busy] = await Promise.all([working, readUntil(it, () => isOver)])
    const idle = [...before, ...(await readFor(it, idle_s / 2))]
    const p99s = { idle_p99_ms: p99(idle), busy_p99_ms: p99(busy) }
    return { name, reads: it.reads, payments: number, seconds, ...p99s }
  })
}

/** The cut-off and the booking of many payments of one merchant, while they are read. */
export async function measureDueWork(bench: Bench, load: Load): Promise<DueWork[]> {
  if (!bench.database_url || !wants(bench, 'due-work')) return []
  const { due } = bench.plan
  const numbers = { steady: due, unpaused: Math.ceil(due / 4) }
  const payments = Math.ceil((numbers.steady + numbers.unpaused) / waiting)
  const store = await fillStore(await newPlace(bench, 'postgres'), payments, 100 * year)
  bench.say(`due work: ${payments} payments made in ${store.seeded.took_s.toFixed(1)} s`)
  const server = await startServer(store.place)
  bench.atEnd(server.stop)
  // Code is compiled by use.
  await readFor({ load, server, store, reads: 'unpaused' }, 1)
  const found: DueWork[] = []
  for (const name of ['cut-off', 'capture'] as const) {
    for (const reads of ['steady', 'unpaused'] as const) {
      bench.say(`due work: ${name}, reads ${reads}`)
      const number = numbers[reads]
      found.push(await phase({ load, server, store, reads }, { name, number }))
    }
  }
  await server.stop()
  return found
}

/** A year on the clock of a test account, over which many payments fall due. */
export async function measureClock(bench: Bench): Promise<ClockMove[]> {
  const found: ClockMove[] = []
  if (!wants(bench, 'clock-year')) return found
  for (const engine of enginesOf(bench)) {
    const payments = Math.ceil(bench.plan.clock_due / waiting)
    const place = await newPlace(bench, engine)
    const store = await fillStore(place, payments, year + 1)
    const server = await startServer(place)
    bench.atEnd(server.stop)
    const key = store.merchants[0]?.secret ?? ''
    const move = { method: 'POST', path: '/v2/sandbox/clock', key } as const
    await call(server, { ...move, body: { frozen: true } })
    const began = performance.now()
    const body = { advance: 'P1Y' }
    const { events_count } = await call<{ events_count: number }>(server, { ...move, body })
    const seconds = (performance.now() - began) / 1000
    found.push({ engine, due: bench.plan.clock_due, events: events_count, seconds })
    bench.say(`${engine}: a year in ${seconds.toFixed(1)} s`)
    await server.stop()
  }
  return found
}
