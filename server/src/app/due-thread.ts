import { Worker } from 'node:worker_threads'
import type { Services } from '../dialects/operation-route.ts'
import { assert } from '../kernel/assert.ts'
import type { Config } from './config.ts'
import { keepHeapSmall, letHeapGrow } from './heap.ts'

/** What the thread is made with: its configuration, the secrets in clear. */
export interface ThreadData {
  config: Omit<Config, 'database_url' | 'master_key'>
  database_url: string
  master_key: string | undefined
}

export type ToThread = { kind: 'run' } | { kind: 'stop' }

export type FromThread =
  | { kind: 'rang'; bell: 'bell' | 'outbox'; accounts: readonly string[] }
  | { kind: 'ran' }
  | { kind: 'failed'; message: string }

/** A thread holds memory while it lives; to start one takes half a second. */
const idle_ms = 30_000

/**
 * Does what is due by real time on a thread of its own, with connections of its own: so many rows
 * at the bank's hour would keep requests waiting. It lives while there is work.
 */
export class DueThread {
  readonly #data: ThreadData
  readonly #bells: Pick<Services, 'bell' | 'outbox'>
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined

  constructor(config: Config, bells: Pick<Services, 'bell' | 'outbox'>) {
    const { database_url, master_key, ...others } = config
    assert(database_url, 'the embedded engine has no second connection')
    this.#bells = bells
    this.#data = {
      config: others,
      database_url: database_url.reveal(),
      master_key: master_key?.reveal(),
    }
  }

  /** Resolves when nothing is due any more, or it was told to stop. Rejects when it failed. */
  async run(): Promise<void> {
    clearTimeout(this.#idle)
    this.#worker ??= this.#start()
    const worker = this.#worker
    letHeapGrow()
    worker.postMessage({ kind: 'run' } satisfies ToThread)
    try {
      await ranOn(worker)
    } finally {
      keepHeapSmall()
      this.#idle = setTimeout(() => void this.stop(), idle_ms).unref()
    }
  }

  /** What is being written is finished; the rest stays due. */
  async stop(): Promise<void> {
    clearTimeout(this.#idle)
    const worker = this.#worker
    if (!worker) return
    this.#worker = undefined
    const gone = new Promise((done) => worker.once('exit', done))
    worker.postMessage({ kind: 'stop' } satisfies ToThread)
    await gone
  }

  #start(): Worker {
    const program = new URL('./run-due-thread.js', import.meta.url)
    const worker = new Worker(program, { workerData: this.#data })
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'rang') this.#bells[message.bell].ring(message.accounts)
    })
    // What it died of is told to who waits for it.
    worker.on('error', () => {})
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    return worker
  }
}

/** Resolves when the thread has run to the end of what was due. */
const ranOn = (worker: Worker): Promise<void> =>
  new Promise((resolve, reject) => {
    const answer = (message: FromThread) => {
      if (message.kind === 'ran') end(resolve)
      if (message.kind === 'failed') end(() => reject(new Error(message.message)))
    }
    const fail = (error: unknown) => end(() => reject(error))
    const exit = () => fail(new Error('the thread of due work has ended'))
    const end = (how: () => void) => {
      worker.off('message', answer).off('error', fail).off('exit', exit)
      how()
    }
    worker.on('message', answer).on('error', fail).on('exit', exit)
  })
