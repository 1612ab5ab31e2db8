import { Duplex } from 'node:stream'
import type { MessagePort } from 'node:worker_threads'

interface Written {
  chunk: Buffer
}

/** Bytes in a buffer of their own, so that it can be handed over instead of copied again. */
export const ownBytes = (chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/**
 * The way of the `pg` driver into the thread of the engine: a stream that looks like a socket to
 * it. What is written in one tick goes over as one message, because waking the other thread costs
 * more than most statements.
 */
export class PortStream extends Duplex {
  readonly #port: MessagePort
  #pending: Uint8Array[] = []

  constructor(port: MessagePort) {
    super({ decodeStrings: true })
    this.#port = port
    port.on('message', (bytes: Uint8Array) =>
      this.push(Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)),
    )
    port.on('close', () => this.destroy())
  }

  /** What `pg` calls on a socket. */
  setNoDelay(): this {
    return this
  }
  connect(): this {
    process.nextTick(() => this.emit('connect'))
    return this
  }
  ref(): this {
    this.#port.ref()
    return this
  }
  unref(): this {
    this.#port.unref()
    return this
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#post([chunk], done)
  }
  override _writev(chunks: Written[], done: () => void): void {
    this.#post(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }
  override _final(done: () => void): void {
    setImmediate(() => {
      this.#port.close()
      done()
    })
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#port.close()
    done(error)
  }

  #post(chunks: Uint8Array[], done: () => void): void {
    if (this.#pending.length === 0) process.nextTick(() => this.#flush())
    this.#pending.push(...chunks)
    done()
  }

  #flush(): void {
    const bytes = ownBytes(this.#pending)
    this.#pending = []
    this.#port.postMessage(bytes, [bytes.buffer])
  }
}
