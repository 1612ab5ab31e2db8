import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan, Subject } from './arguments.ts'
import { createDatabase } from './database.ts'
import type { Engine, Size } from './measurements.ts'
import { type Place, type RunningServer, startServer } from './server-process.ts'
import { addCards, fillStore, type Store } from './store.ts'

export type ServerEngine = Exclude<Engine, 'pgbench'>

/** One run: what it was told, and where its things are. */
export interface Bench {
  plan: Plan
  /** Where stores are put: on a disk like the one in use, not in memory. */
  folder: string
  database_url: string | undefined
  say(line: string): void
  /** Keeps work for the end, however it comes: to stop and drop what was made. */
  atEnd(work: () => unknown): void
}

/** A store that is to be measured, and the server on it. */
export interface Target {
  engine: ServerEngine
  size: Size
  store: Store
  server: RunningServer
}

export const wants = ({ plan }: Bench, subject: Subject): boolean => plan.only.includes(subject)

export const enginesOf = ({ database_url }: Bench): readonly ServerEngine[] =>
  database_url ? ['postgres', 'embedded'] : ['embedded']

let places = 0

/** A new place for a store: a folder, and a database where the engine wants one. */
export async function newPlace(bench: Bench, engine: ServerEngine): Promise<Place> {
  const data_dir = join(bench.folder, `data-${++places}`)
  await mkdir(data_dir, { recursive: true })
  if (engine === 'embedded' || !bench.database_url) return { data_dir }
  const { url, drop } = await createDatabase(bench.database_url)
  bench.atEnd(drop)
  return { data_dir, database_url: url }
}

/** The small and the large store on each engine, filled; no server runs yet. */
export async function fillStores(bench: Bench): Promise<Omit<Target, 'server'>[]> {
  const { plan, say } = bench
  const stores: Omit<Target, 'server'>[] = []
  for (const engine of enginesOf(bench)) {
    const large = engine === 'embedded' ? plan.embedded_large : plan.large
    for (const size of ['small', 'large'] as const) {
      const payments = size === 'small' ? plan.small : large
      const store = await fillStore(await newPlace(bench, engine), payments)
      say(`${engine}: ${payments} payments made in ${store.seeded.took_s.toFixed(1)} s`)
      stores.push({ engine, size, store })
    }
  }
  return stores
}

/** Starts the server of a store, with cards that pay. */
export async function startTarget(bench: Bench, it: Omit<Target, 'server'>): Promise<Target> {
  const server = await startServer(it.store.place)
  bench.atEnd(server.stop)
  await addCards(server, it.store)
  return { ...it, server }
}
