import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Owner } from '../data-folder.ts'
import type { DbLog } from '../driver.ts'
import type { MaintenanceOptions } from './maintenance.ts'
import { ownBytes, PortStream } from './port-stream.ts'
import { findTemplate } from './template.ts'
import type { TemplateKind } from './template-file.ts'
import type { EngineStats, FromWorker, ToWorker, WorkerOptions } from './worker.ts'

export interface EngineOptions {
  data_dir: string
  /** False: nothing is synced to disk. For tests only. */
  durable?: boolean
  /** What a new folder holds; by default the program's tables. For tests only. */
  template?: TemplateKind
  maintenance?: Partial<MaintenanceOptions>
  idle_in_transaction_ms?: number
  log?: DbLog | undefined
}

const MAINTENANCE: MaintenanceOptions = {
  interval_ms: 10_000,
  checkpoint_ms: 300_000,
  checkpoint_bytes: 64 * 1024 * 1024,
}
const IDLE_IN_TRANSACTION_MS = 60_000
/**
 * How V8 compiles the engine: what is called is checked then, what is called often is compiled
 * well a little later. By its own defaults it would do most of that at every start, which takes
 * longer than the start itself; what is hot gets there within seconds of load all the same.
 */
const COMPILER_FLAGS = ['--wasm-lazy-validation', '--wasm-tiering-budget=100000000']
/** How long a closing owner lets its guests finish. */
const GUESTS_LEAVE_MS = 5_000
const HIGHEST_WAITING_BYTES = 1024 * 1024

/**
 * Between a guest's socket and the thread. Bytes are copied: a socket's buffer is not ours to hand
 * over.
 */
const bridge = (socket: Socket, port: MessagePort) => {
  socket.on('data', (bytes) => {
    const own = ownBytes([bytes])
    port.postMessage(own, [own.buffer])
  })
  socket.on('close', () => port.close())
  port.on('message', (bytes: Uint8Array) => {
    socket.write(bytes)
    if (socket.writableLength > HIGHEST_WAITING_BYTES) socket.pause()
  })
  socket.on('drain', () => socket.resume())
  port.on('close', () => socket.end())
}

/**
 * The embedded engine of a folder that this process owns. The thread starts when the first
 * connection is made, and again if it has died: PostgreSQL recovers from its log, the folder stays
 * ours all the time.
 */
export class Engine {
  readonly #owner: Owner
  readonly #options: EngineOptions
  readonly #guests = new Set<Socket>()
  #thread: Promise<Worker> | undefined
  /** Settled when no thread has the folder open. */
  #gone: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(owner: Owner, options: EngineOptions) {
    this.#owner = owner
    this.#options = options
  }

  /** Starts the thread, and lets guests in. */
  async open(): Promise<void> {
    await this.#worker()
    this.#owner.serve((socket) => void this.#welcome(socket))
  }

  /** A stream for one `pg` client. */
  async connect(): Promise<Duplex> {
    return new PortStream(await this.#openPort())
  }

  async stats(): Promise<EngineStats> {
    const worker = await this.#worker()
    return new Promise((done) => {
      const listen = (message: FromWorker) => {
        if (message.kind !== 'stats') return
        worker.off('message', listen)
        done(message.stats)
      }
      worker.on('message', listen)
      worker.postMessage({ kind: 'stats' } satisfies ToWorker)
    })
  }

  /**
   * Guests may finish, newcomers wait; then the engine shuts down, and at last the folder is given
   * up.
   */
  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  async #shutDown(): Promise<void> {
    const held: Socket[] = []
    this.#owner.serve((socket) => void held.push(socket))
    const patience = Date.now() + GUESTS_LEAVE_MS
    while (this.#guests.size > 0 && Date.now() < patience) await pause(10)
    for (const socket of this.#guests) socket.destroy()
    const worker = await this.#thread?.catch(() => undefined)
    if (worker) {
      const gone = new Promise((done) => worker.once('exit', done))
      worker.postMessage({ kind: 'close' } satisfies ToWorker)
      await gone
    }
    for (const socket of held) socket.destroy()
    await this.#owner.release()
  }

  async #welcome(socket: Socket): Promise<void> {
    this.#guests.add(socket)
    socket.once('close', () => this.#guests.delete(socket))
    try {
      bridge(socket, await this.#openPort())
    } catch {
      socket.destroy()
    }
  }

  async #openPort(): Promise<MessagePort> {
    const worker = await this.#worker()
    const { port1, port2 } = new MessageChannel()
    worker.postMessage({ kind: 'connect', port: port2 } satisfies ToWorker, [port2])
    return port1
  }

  #worker(): Promise<Worker> {
    if (this.#closing) return Promise.reject(new Error('the database is closed'))
    if (!this.#thread) {
      const thread = this.#gone.then(() => this.#start())
      const forget = () => {
        if (this.#thread === thread) this.#thread = undefined
      }
      thread.then((worker) => {
        this.#gone = new Promise((gone) => worker.once('exit', () => gone()))
        // A thread that has failed says so and waits for its end: nobody is sent to it from then
        // on.
        worker.on('message', ({ kind }: FromWorker) => kind === 'failed' && forget())
        worker.once('exit', forget)
      }, forget)
      this.#thread = thread
    }
    return this.#thread
  }

  async #start(): Promise<Worker> {
    const { data_dir, durable = true, maintenance, idle_in_transaction_ms } = this.#options
    const folder = join(data_dir, 'db')
    const template = existsSync(folder)
      ? undefined
      : await findTemplate(this.#options.template ?? 'program')
    const workerData: WorkerOptions = {
      folder,
      pack: template?.file,
      durable,
      idle_in_transaction_ms: idle_in_transaction_ms ?? IDLE_IN_TRANSACTION_MS,
      maintenance: { ...MAINTENANCE, ...maintenance },
    }
    for (const flag of COMPILER_FLAGS) setFlagsFromString(flag)
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData })
    await this.#ready(worker).finally(() => template?.discard())
    return worker
  }

  #ready(worker: Worker): Promise<void> {
    const { log } = this.#options
    return new Promise((ready, reject) => {
      let failure = new Error('the embedded database has stopped')
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') ready()
        if (message.kind === 'failed') {
          failure = new Error(message.message)
          void worker.terminate()
        }
        if (message.kind === 'maintained') log?.info(message, 'maintained the database')
      })
      worker.on('error', (error) => {
        failure = error as Error
      })
      worker.on('exit', (code) => {
        reject(failure)
        if (code !== 0) log?.error({ error: failure.message }, 'the embedded database stopped')
      })
    })
  }
}
