import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from './harness.ts'

/** What a shop was sent. */
export interface Heard {
  path: string
  headers: IncomingHttpHeaders
  body: string
  event: { id: string; type: string; created: number; data: Json }
}

type Reply =
  | number
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'nothing'

/** A shop that hears of events over HTTP, keeps them all, and answers as it is told. */
export class HookReceiver {
  readonly heard: Heard[] = []
  /** What it answers; a promise keeps its caller waiting. */
  answer: (it: Heard) => Reply | Promise<Reply> = () => 204
  readonly #server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const it = {
      path: request.url ?? '',
      headers: request.headers,
      body,
      event: JSON.parse(body || '{}'),
    }
    this.heard.push(it)
    this.#reply(response, await this.answer(it))
  })

  #reply(response: ServerResponse, it: Reply): void {
    if (it === 'nothing') {
      response.destroy()
      return
    }
    const { status, headers = {}, body = '' } = typeof it === 'number' ? { status: it } : it
    response.writeHead(status, headers).end(body)
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The types that were heard at a path, in their order. */
  types(path = '/'): string[] {
    return this.heard.filter((it) => it.path === path).map(({ event }) => event.type)
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
