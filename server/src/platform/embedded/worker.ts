/**
 * The thread that the engine lives in: PGlite on a synced data folder, and the turns of those who
 * talk to it.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { Maintenance, type MaintenanceOptions } from './maintenance.ts'
import { unpackFolder } from './pack.ts'
import { SyncedFs } from './synced-fs.ts'
import { type Execute, Turns } from './turns.ts'
import { greeting, statusAfter } from './wire.ts'

export interface WorkerOptions {
  folder: string
  /** What a folder that is not there yet is unpacked from. */
  pack: string | undefined
  /** False only for tests, whose data nobody needs after a power cut. */
  durable: boolean
  idle_in_transaction_ms: number
  maintenance: MaintenanceOptions
}

export type ToWorker =
  | { kind: 'connect'; port: MessagePort }
  | { kind: 'stats' }
  | { kind: 'close' }

export interface EngineStats {
  /** Times that a file or folder was synced to disk. */
  syncs: number
  checkpoints: number
  vacuums: number
  memory_bytes: number
}

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'failed'; message: string }
  | { kind: 'stats'; stats: EngineStats }
  | { kind: 'maintained'; what: string; ms: number }

/**
 * What PGlite does by its own default, but synced; smaller buffers, which the cache of the host
 * stands behind. What they hold is cleared at each start: tests, which start often, have fewer.
 */
const startParameters = (durable: boolean): string[] => {
  const settings = ['timezone=UTC', 'jit=off', `shared_buffers=${durable ? 64 : 8}MB`]
  // As on the lines to a server: a plan from when a table was small would go on reading all of it.
  settings.push('enable_seqscan=off')
  if (durable) settings.push('fsync=on', 'wal_sync_method=fsync', 'synchronous_commit=on')
  const defaults = PGlite.defaultStartParams.filter((parameter) => !durable || parameter !== '-F')
  return [...defaults, ...settings.flatMap((setting) => ['-c', setting])]
}

/**
 * How the engine leaves a statement that failed; whatever else is thrown out of it is the end of
 * it.
 */
const STATEMENT_FAILED = 100

interface EngineModule {
  _PostgresMainLoopOnce(): void
}

/**
 * PGlite swallows what its WebAssembly throws, also when that is a panic, and would go on with a
 * broken heap. Here the thread ends instead; the next statement starts a new one, which recovers
 * from the log as after a crash.
 */
const endOnPanic = (pglite: PGlite): void => {
  const module = pglite.Module as unknown as EngineModule
  const loopOnce = module._PostgresMainLoopOnce
  module._PostgresMainLoopOnce = () => {
    try {
      loopOnce()
    } catch (error) {
      if ((error as { status?: number }).status !== STATEMENT_FAILED) fail(error)
      throw error
    }
  }
}

const post = (message: FromWorker) => parentPort?.postMessage(message)

/**
 * Tells the engine's owner, who then ends the thread: before anyone notices that his connection is
 * closed.
 */
const fail = (error: unknown): never => {
  post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
  process.exit(1)
}

const STATUS_BYTES = 6

/** A turn on the session. The answer comes in pieces, each in a buffer that the receiver owns. */
const executeOn =
  (pglite: PGlite): Execute =>
  async (bytes, answer) => {
    let tail: Uint8Array = new Uint8Array()
    await pglite.execProtocolRawStream(bytes, {
      syncToFs: false,
      onRawData: (data) => {
        tail =
          data.length >= STATUS_BYTES
            ? data.slice(-STATUS_BYTES)
            : Buffer.concat([tail, data]).subarray(-STATUS_BYTES)
        answer(data.slice())
      },
    })
    return statusAfter(tail) ?? fail(new Error('the engine did not finish its answer'))
  }

const openPglite = async (options: WorkerOptions, files: SyncedFs): Promise<PGlite> => {
  const pglite = await PGlite.create({
    fs: files,
    startParams: startParameters(options.durable),
  })
  endOnPanic(pglite)
  return pglite
}

const readParameters = async (pglite: PGlite): Promise<Record<string, string>> => {
  const { rows } = await pglite.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings
      where name in ('server_version', 'client_encoding', 'server_encoding', 'DateStyle',
                     'TimeZone', 'integer_datetimes', 'standard_conforming_strings')`,
  )
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
}

const serve = async (options: WorkerOptions) => {
  if (options.pack) await unpackFolder(options.pack, options.folder, options.durable)
  const files = new SyncedFs(options.folder)
  const pglite = await openPglite(options, files)
  const turns = new Turns({
    execute: executeOn(pglite),
    greeting: greeting(await readParameters(pglite)),
    idle_in_transaction_ms: options.idle_in_transaction_ms,
  })
  const maintenance = new Maintenance({
    ...options.maintenance,
    pglite,
    turns,
    syncs: () => files.syncs,
    report: (what, ms) => post({ kind: 'maintained', what, ms }),
  })
  maintenance.start()

  const connect = (port: MessagePort) => {
    const client = turns.join({
      send: (bytes) => port.postMessage(bytes, [bytes.buffer as ArrayBuffer]),
      close: () => port.close(),
    })
    port.on('message', client.receive)
    port.on('close', client.leave)
  }
  const close = async () => {
    maintenance.stop()
    await turns.exclusively(() => pglite.close())
    process.exit(0)
  }
  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'connect') connect(message.port)
    else if (message.kind === 'close') void close().catch(fail)
    else {
      const { checkpoints, vacuums } = maintenance
      const memory_bytes = pglite.Module.HEAPU8.length
      post({ kind: 'stats', stats: { syncs: files.syncs, checkpoints, vacuums, memory_bytes } })
    }
  })
  post({ kind: 'ready' })
}

await serve(workerData as WorkerOptions).catch(fail)
