import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadOrder, LoadResult } from './load-process.ts'

type Message = { result: LoadResult } | { error: string }

/** Makes load in a process of its own, so that it shares no event loop with anything. */
export class Load {
  readonly #process: ChildProcess

  constructor() {
    this.#process = fork(fileURLToPath(new URL('load-process.js', import.meta.url)))
  }

  run(order: LoadOrder): Promise<LoadResult> {
    const load = this.#process
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error('the process that makes the load has ended'))
      load.once('exit', onExit)
      load.once('message', (message: Message) => {
        load.off('exit', onExit)
        if ('error' in message) reject(new Error(message.error))
        else resolve(message.result)
      })
      load.send(order)
    })
  }

  close(): void {
    if (this.#process.connected) this.#process.disconnect()
  }
}
