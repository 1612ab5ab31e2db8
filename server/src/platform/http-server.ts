import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TSchema } from '@obole/contract/typebox.js'
import Fastify, { type FastifyInstance } from 'fastify'
import { newId } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import type { Log } from './log.ts'
import { writerOf } from './serialise.ts'

export interface HttpServerOptions {
  log: Log
  /** Whether the address and scheme of the caller are read from the headers of a proxy in front. */
  trust_proxy: boolean
  /** The address that a request is served at, where that is not the one that it names. */
  servedAt?: (request: IncomingMessage) => string
}

/**
 * Headers of every answer. Pages add their own; the API needs no more, and a plugin would cost as
 * much as the work.
 */
const headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

/**
 * A path that cannot be decoded is taken as it is written: its dialect says that nothing is there.
 */
function decodableUrl(url: string): string {
  const [path = '', ...query] = url.split('?')
  if (!path.includes('%')) return url
  try {
    decodeURIComponent(path)
    return url
  } catch {
    return [path.replaceAll('%', '%25'), ...query].join('?')
  }
}

const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/

/** What was sent before the stop has arrived by then, also on a busy machine. */
const silent_ms = 1000

/**
 * Closes connections on which nothing was ever said, a moment after the server began to stop: a
 * client that opened them ahead of time would hold it up, as Node counts them among those with a
 * request. What is on its way at the stop is still read and answered.
 */
function closeSilent(app: FastifyInstance): void {
  const open = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  app.addHook('preClose', async () => {
    const timer = setTimeout(() => {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
    }, silent_ms)
    app.server.once('close', () => clearTimeout(timer))
  })
}

/**
 * An HTTP server without routes. Bodies reach the routes as bytes: each dialect reads them in its
 * own way. Addresses are taken with and without a slash at the end; nobody is redirected. One line
 * of log for each request, without its query, headers or body.
 */
export function createHttpServer({
  log,
  trust_proxy,
  servedAt = ({ url = '/' }) => url,
}: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: limits.body_bytes_max,
    trustProxy: trust_proxy,
    forceCloseConnections: 'idle',
    // A request that has reached us is answered, also when we are about to stop.
    return503OnClosing: false,
    genReqId: () => newId('req'),
    // Node bounds the whole address; an id of any length is one that does not exist.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 65_536 },
    rewriteUrl: (request) => decodableUrl(servedAt(request as IncomingMessage)),
    requestTimeout: 30_000,
  })
  closeSilent(app)
  app.setSerializerCompiler<TSchema>(({ schema }) => writerOf(schema))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', async (request, reply) => {
    // What a body is called decides nothing, so that a name that is none must not either.
    if (!mediaType.test(request.headers['content-type'] ?? ''))
      delete request.headers['content-type']
    reply.headers(headers)
    reply.header('request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    log.info({
      request_id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    })
  })
  return app
}
