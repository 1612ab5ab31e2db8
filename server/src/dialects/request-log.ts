import { prefixes } from '@obole/contract/ids.js'
import type { Operation } from '@obole/contract/operation.js'
import type { ProblemCode } from '@obole/contract/problems.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Bearer } from '../accounts/authenticate.ts'
import { limits } from '../kernel/limits.ts'
import { parseBody } from '../platform/parse-body.ts'
import type { RequestRow } from '../requests/store.ts'
import type { Dialect } from './operation-route.ts'
import { redacted, redactedAnswer, shortened } from './redact.ts'

/** What a request leaves behind for the log, besides what it is. */
export interface Note {
  /** Whose it is; null where nobody's; absent before that was asked. */
  bearer?: Bearer | null
  event_ids: string[]
  error?: ProblemCode
  answer?: string
}

const notes = new WeakMap<FastifyRequest, Note>()

export function noteOf(request: FastifyRequest): Note {
  let note = notes.get(request)
  if (!note) {
    note = { event_ids: [] }
    notes.set(request, note)
  }
  return note
}

const operationOf = ({ routeOptions }: FastifyRequest): Operation | undefined =>
  (routeOptions.config as { operation?: Operation }).operation

/** What was sent, as it may be kept: nothing where a body is ignored. */
function bodyOf(operation: Operation | undefined, { body }: FastifyRequest): string | null {
  if (!operation?.body || !Buffer.isBuffer(body) || !body.length) return null
  const parsed = parseBody(body)
  if (!parsed.ok) return JSON.stringify(`*** (${body.length} bytes that are no JSON)`)
  return parsed.value === undefined ? null : redacted(operation.body, parsed.value)
}

function queryOf(operation: Operation | undefined, request: FastifyRequest): string | null {
  const query = { ...(request.query as Record<string, unknown>) }
  if (!Object.keys(query).length) return null
  return redacted(operation?.query ?? { type: 'object' }, query)
}

const isId = new RegExp(`^(?:${Object.keys(prefixes).join('|')})_[a-zA-Z0-9]{24}$`)

/** The object that an address names, or the one that was made. */
function objectOf({ params }: FastifyRequest, answer: string | undefined): string | null {
  const { id } = (params ?? {}) as { id?: string }
  const object = id ?? /^\{"id":"(\w{1,64})"/.exec(answer ?? '')?.[1]
  return object && isId.test(object) && shortened(object, 40) === object ? object : null
}

/** The line of a request that was answered. Of what was only read, the bodies are not kept. */
function rowOf(
  { api, services }: Dialect,
  bearer: Bearer,
  request: FastifyRequest,
  reply: FastifyReply,
): RequestRow {
  const operation = operationOf(request)
  const { event_ids, error = null, answer } = noteOf(request)
  const { method, headers, url } = request
  const { statusCode: status, elapsedTime } = reply
  const isKept = status >= 400 || !['GET', 'HEAD'].includes(method)
  const schema = status < 300 ? operation?.response : undefined
  const idempotency_key = headers['idempotency-key']
  return {
    account: bearer.account,
    live: bearer.live,
    id: request.id,
    created: new Date(services.clock.now().getTime() - elapsedTime),
    api,
    operation: operation?.id ?? null,
    method,
    path: shortened(url.split('?', 1)[0] ?? '', limits.logged_path_max),
    query: queryOf(operation, request),
    status,
    duration_ms: Math.round(elapsedTime * 10) / 10,
    key: bearer.key,
    idempotency_key: idempotency_key === undefined ? null : shortened(`${idempotency_key}`, 255),
    object_id: objectOf(request, answer),
    event_ids: event_ids.slice(0, limits.logged_events_max),
    error,
    request_body: isKept ? bodyOf(operation, request) : null,
    response_body: isKept && answer ? redactedAnswer(schema, answer) : null,
  }
}

/**
 * Keeps the requests of a dialect for support, those with a valid key. All of it is done after the
 * answer has left.
 */
export function logRequests(
  app: FastifyInstance,
  dialect: Dialect,
  findBearer: (request: FastifyRequest) => Promise<Bearer>,
): void {
  const { requests, log } = dialect.services
  if (!requests) return
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (typeof payload === 'string') noteOf(request).answer = payload
    done()
  })
  const keep = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { bearer } = noteOf(request)
    // A body that was too large was refused before anybody asked whose it is.
    const whose = bearer === undefined ? await findBearer(request).catch(() => null) : bearer
    if (whose) requests.add(rowOf(dialect, whose, request, reply))
  }
  app.addHook('onResponse', (request, reply, done) => {
    done()
    keep(request, reply).catch((error: unknown) => {
      log.error({ request_id: request.id, error: String(error) }, 'a call is not logged')
    })
  })
}
