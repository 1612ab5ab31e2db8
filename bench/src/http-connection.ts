import { connect, type Socket } from 'node:net'

/** One request in full, ready for the wire. */
export interface HttpRequest {
  method: 'GET' | 'POST'
  path: string
  key: string
  body?: unknown
}

/** The bytes of a request. */
export function bytesOf({ method, path, key, body }: HttpRequest): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body)
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    `authorization: Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    ...(body === undefined
      ? []
      : ['content-type: application/json', `content-length: ${Buffer.byteLength(text)}`]),
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`)
}

const blankLine = Buffer.from('\r\n\r\n')

/** Where the answer in these bytes ends; undefined while it is not all there. */
export function endOf(bytes: Buffer): number | undefined {
  const head = bytes.indexOf(blankLine)
  if (head === -1) return undefined
  const length = /\r\ncontent-length: (\d+)/i.exec(bytes.toString('latin1', 0, head + 2))
  if (!length) throw new Error('an answer without its length')
  const end = head + blankLine.length + Number(length[1])
  return bytes.length >= end ? end : undefined
}

/**
 * A connection that is kept, with one request on its way at a time. Does what HTTP needs here and
 * nothing more: on two cores a client that costs as much as the server would measure itself.
 */
export class HttpConnection {
  readonly #socket: Socket
  #bytes: Buffer | undefined
  #resolve: (answer: Buffer) => void = () => {}
  #reject: (error: Error) => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.#reject(error))
    socket.on('close', () => this.#reject(new Error('the server closed the connection')))
  }

  static open(host: string, port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port }, () => {
        socket.off('error', reject)
        resolve(new HttpConnection(socket))
      })
      socket.once('error', reject)
    })
  }

  /** The whole answer, head and body. */
  ask(request: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    const bytes = this.#bytes ? Buffer.concat([this.#bytes, chunk]) : chunk
    try {
      const end = endOf(bytes)
      this.#bytes = end === undefined ? bytes : undefined
      if (end !== undefined) this.#resolve(bytes)
    } catch (error) {
      this.#reject(error as Error)
    }
  }
}
