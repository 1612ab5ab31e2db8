import type { Readable } from 'node:stream'
import type { Operation } from '@obole/contract/operation.js'
import type { Static, TSchema } from '@obole/contract/typebox.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Bearer } from '../accounts/authenticate.ts'
import { clockTime } from '../accounts/clock.ts'
import { findTerms, type Terms } from '../accounts/store.ts'
import type { Bell } from '../events/bell.ts'
import type { Begun } from '../idempotency/answer-once.ts'
import { standardPricing } from '../kernel/pricing.ts'
import { Refusal } from '../kernel/problem.ts'
import type { Clock } from '../platform/clock.ts'
import type { Committer } from '../platform/commit.ts'
import type { Reader } from '../platform/context.ts'
import { type DecodeMode, decode, decodePath, decodeQuery } from '../platform/decode.ts'
import type { Failure } from '../platform/failure.ts'
import { type Log, loggable } from '../platform/log.ts'
import { type Origins, originsOf } from '../platform/origins.ts'
import { parseBody } from '../platform/parse-body.ts'
import type { Ctx } from '../processors/ctx.ts'
import type { RequestLog } from '../requests/request-log.ts'
import { answerByKey, idempotencyKeyOf, type KeyedCall } from './idempotent.ts'
import { logRequests, noteOf } from './request-log.ts'

/** What a handler of this operation is given: decoded by its schemas, or it is not called. */
export interface CallOf<O extends Operation> {
  ctx: Ctx
  bearer: Bearer
  origins: Origins
  params: O extends { params: infer S extends TSchema } ? Static<S> : Record<string, never>
  query: O extends { query: infer S extends TSchema } ? Static<S> : Record<string, never>
  body: O extends { body: infer S extends TSchema } ? Static<S> : undefined
  /** What the operation reads of the headers. */
  headers: O extends { headers: infer S extends TSchema } ? Static<S> : Record<string, never>
  /** Only to be gone on with: it was begun under its idempotency key, and never answered. */
  begun?: Begun | undefined
}

/** A stream writes its response itself. */
type AnswerOf<O extends Operation> = O extends { media: string }
  ? Readable
  : O extends { response: infer S extends TSchema }
    ? Static<S>
    : undefined

/**
 * One handler for each operation; a missing one does not compile. An operation at its old address
 * has the same.
 */
export type Handlers<O extends readonly Operation[]> = {
  [Id in Exclude<O[number]['id'], `${string}-checkout`>]: (
    call: CallOf<Extract<O[number], { id: Id }>>,
  ) => Promise<AnswerOf<Extract<O[number], { id: Id }>>>
}

const timeless = Symbol('timeless')

/**
 * A handler that reads objects as they are. The clock and the prices of the account are not looked
 * up for it: it is given none.
 */
export const reading = <Call extends { ctx: Ctx }, Answer>(
  handler: (call: Omit<Call, 'ctx'> & { ctx: Reader }) => Promise<Answer>,
): ((call: Call) => Promise<Answer>) => Object.assign(handler, { [timeless]: true })

/** What is made once and serves every request. */
export interface Services
  extends Pick<Ctx, 'db' | 'vault' | 'cvcs' | 'processors' | 'hands' | 'bankDays'> {
  committer: Committer
  clock: Clock
  log: Log
  /** Rings when events were published by this process. */
  bell: Bell
  /** Rings when this process has told what webhook endpoints are to hear of. */
  outbox: Bell
  /** Where calls are kept for support. Absent: nowhere. */
  requests?: RequestLog | undefined
  /** With what due work reads and writes, so that no request waits behind it. Absent: the same. */
  background?: Pick<Services, 'db' | 'committer'> | undefined
  /** Whose key it is. */
  authenticate(key: string): Promise<Bearer | undefined>
  /** Does what falls due until the clock of a test account is where it is going. */
  runClock(services: Services, account: string, request_id: string): Promise<void>
  /** Configured origins; the others follow the request. */
  origins: Partial<Origins>
  /** Where this process listens: what is told of by due work has no request to follow. */
  address?: string | undefined
}

interface Whose {
  account: string
  live: boolean
  request_id: string
}

/** Origins of addresses where there is no request to follow. */
export const ownOrigins = ({
  origins,
  address: here = 'http://127.0.0.1:8080',
}: Pick<Services, 'origins' | 'address'>): Origins => ({
  ...{ api: here, payment: here, threeds: here },
  ...origins,
})

/** The context of one piece of work of an account whose terms are known. */
export const contextWith = (
  services: Services,
  whose: Whose,
  terms: Terms | undefined,
  origins = ownOrigins(services),
): Ctx => ({
  db: services.db,
  committer: services.committer,
  vault: services.vault,
  cvcs: services.cvcs,
  processors: services.processors,
  hands: services.hands,
  bankDays: services.bankDays,
  pricing: terms?.pricing ?? standardPricing,
  now: clockTime(terms?.clock ?? null, services.clock.now()),
  account: whose.account,
  live: whose.live,
  request_id: whose.request_id,
  origins,
})

/** The context of one request or piece of work, by the account's clock and terms. */
export async function contextOf(services: Services, whose: Whose, origins?: Origins): Promise<Ctx> {
  const [terms] = await findTerms(services.db, whose.live, [whose.account])
  return contextWith(services, whose, terms, origins)
}

type Handler = (call: CallOf<Operation>) => Promise<unknown>

/** Handlers as they are looked up: what each is given was decoded by its own operation. */
export type AnyHandlers = Readonly<Record<string, (call: never) => Promise<unknown>>>

/** What is particular to a dialect: how it takes unknown members and how it says no. */
export interface Dialect {
  services: Services
  /** As the log of requests calls it. */
  api: string
  mode: DecodeMode
  /** Whose credentials a request carries, where they are not a key. Refuses with unauthorized. */
  bearerOf?(services: Services, request: FastifyRequest): Promise<Bearer>
  /** What its paths begin with as documented, where that is not where they are served. */
  documented_under?: string
  /**
   * Methods to which an address that does not take them is not there at all; to the others it says
   * 405.
   */
  hidden_from?: readonly string[]
  /** A request that cannot be decoded. */
  invalid(errors: readonly Failure[]): { status: number; body: unknown }
  refused(refusal: Refusal): { status: number; body: unknown }
  /** A failure of ours: the request id and nothing more. */
  broken(request_id: string): { status: number; body: unknown }
}

/** A request that does not fit the operation's schemas. */
class Undecodable extends Error {
  readonly errors: readonly Failure[]
  constructor(errors: readonly Failure[]) {
    super('undecodable')
    this.errors = errors
  }
}

/** The key of a request: the user name of Basic, or a Bearer token. */
function keyOf(request: FastifyRequest): string {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ', 2)
  if (/^bearer$/i.test(scheme ?? '')) return value
  if (!/^basic$/i.test(scheme ?? '')) return ''
  const pair = Buffer.from(value, 'base64').toString('latin1')
  const colon = pair.indexOf(':')
  // A password is not part of the scheme: one that is given is a mistake, and no key.
  return colon === -1 ? pair : colon === pair.length - 1 ? pair.slice(0, -1) : ''
}

async function keyBearer(services: Services, request: FastifyRequest): Promise<Bearer> {
  const bearer = await services.authenticate(keyOf(request))
  // A public key opens pages, not the API.
  if (bearer?.kind !== 'secret') throw new Refusal('unauthorized')
  return bearer
}

async function bearerOf(
  { services, bearerOf: own = keyBearer }: Pick<Dialect, 'services' | 'bearerOf'>,
  request: FastifyRequest,
): Promise<Bearer> {
  const note = noteOf(request)
  note.bearer = null
  note.bearer = await own(services, request)
  return note.bearer
}

function taken<T>(decoded: { ok: true; value: T } | { ok: false; errors: Failure[] }): T {
  if (!decoded.ok) throw new Undecodable(decoded.errors)
  return decoded.value
}

const unreadable = ({ position, message }: { position: number; message: string }): Failure => ({
  loc: ['body', position],
  kind: 'json',
  msg: message,
  type: 'value_error.jsondecode',
})

function bodyOf(operation: Operation, request: FastifyRequest, mode: DecodeMode): unknown {
  if (!operation.body) return undefined
  const parsed = parseBody((request.body as Buffer | undefined) ?? Buffer.alloc(0))
  if (!parsed.ok) throw new Undecodable([unreadable(parsed)])
  return taken(decode(operation.body, parsed.value, mode))
}

/** Of the headers, those that the operation names, under these names. */
const headersOf = ({ headers }: Operation, request: FastifyRequest): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(headers?.properties ?? {}).map((it) => [it, request.headers[it.toLowerCase()]]),
  )

const idOf = ({ id }: { id: string }): string => id

async function callOf(
  dialect: Dialect,
  operation: Operation,
  request: FastifyRequest,
  isTimeless: boolean,
): Promise<CallOf<Operation>> {
  const { services, mode } = dialect
  const bearer = await bearerOf(dialect, request)
  const params = operation.params
    ? taken(decodePath(operation.params, request.params as Record<string, unknown>))
    : {}
  const query = operation.query
    ? taken(decodeQuery(operation.query, request.query as Record<string, unknown>))
    : {}
  const body = bodyOf(operation, request, mode)
  const { account, live } = bearer
  const origins = originsOf(services.origins, request)
  const whose = { account, live, request_id: request.id }
  const ctx = isTimeless
    ? contextWith(services, whose, undefined, origins)
    : await contextOf(services, whose, origins)
  const headers = headersOf(operation, request)
  ctx.committed = ({ events = [] }) => void noteOf(request).event_ids.push(...events.map(idOf))
  return { ctx, bearer, origins, params, query, body, headers } as CallOf<Operation>
}

/** The address within the dialect's own prefix, as the router writes it. */
const route = (
  { prefix }: FastifyInstance,
  { documented_under = prefix }: Dialect,
  path: string,
): string => path.slice(documented_under.length).replaceAll(/\{(\w+)\}/g, ':$1')

function refusedBy(dialect: Dialect, request: FastifyRequest, refusal: Refusal) {
  noteOf(request).error = refusal.code
  return dialect.refused(refusal)
}

/**
 * Adds an operation: its key, its schemas, its handler, its answer in the shape that the schema
 * names and no other.
 */
function mount(
  app: FastifyInstance,
  dialect: Dialect,
  operation: Operation,
  handler: Handler,
): void {
  const status = operation.status ?? 200
  const { media, response } = operation
  const { services } = dialect
  const isTimeless = timeless in handler
  app.route({
    method: operation.method,
    url: route(app, dialect, operation.path),
    config: { operation },
    ...(response && !media && { schema: { response: { [status]: response } } }),
    // Nobody would read the stream to its end.
    ...(media && { exposeHeadRoute: false }),
    handler: async (request, reply) => {
      const call = await callOf(dialect, operation, request, isTimeless)
      const key = idempotencyKeyOf(operation, request)
      if (key !== undefined) {
        const { ctx } = call
        const run: KeyedCall['run'] = (ctx, begun) => handler({ ...call, ctx, begun })
        const clock = async () => (await contextOf(services, ctx)).now
        const real = services.clock.now()
        const refused = (refusal: Refusal) => refusedBy(dialect, request, refusal)
        return answerByKey(request, reply, { key, ctx, operation, run, refused, clock, real })
      }
      const result = await handler(call)
      reply.status(status)
      // A proxy that gathers a stream before it passes it on makes it useless.
      if (media) return reply.type(media).header('x-accel-buffering', 'no').send(result)
      if (operation.response) return result
      return reply.send()
    },
  })
}

const methodNames = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'] as const

/** Methods that an address does not take are answered 405, once its caller is known. */
function mountRest(app: FastifyInstance, dialect: Dialect, operations: readonly Operation[]): void {
  const methods = new Map<string, Set<string>>()
  for (const { path, method } of operations) {
    const key = route(app, dialect, path).replace(/(.)\/$/, '$1')
    methods.set(key, (methods.get(key) ?? new Set()).add(method))
  }
  for (const [url, taken] of methods) {
    const rest = methodNames.filter((it) => !taken.has(it))
    if (!rest.length) continue
    app.route({
      method: [...rest],
      url,
      handler: async (request, reply) => {
        await bearerOf(dialect, request)
        if (dialect.hidden_from?.includes(request.method)) throw new Refusal('not_found')
        reply.header('allow', [...taken].join(', '))
        throw new Refusal('method_not_allowed')
      },
    })
  }
}

function explained(dialect: Dialect, request: FastifyRequest, error: unknown) {
  const note = noteOf(request)
  const refused = (refusal: Refusal) => refusedBy(dialect, request, refusal)
  const invalid = (errors: readonly Failure[]) => {
    note.error = 'invalid_request'
    return dialect.invalid(errors)
  }
  if (error instanceof Undecodable) return invalid(error.errors)
  if (error instanceof Refusal) return refused(error)
  const { statusCode: status, message } = error as { statusCode?: number; message: string }
  if (status === 413) return refused(new Refusal('body_too_large'))
  // The HTTP server itself refused it: a body shorter than announced.
  if (status && status < 500) return invalid([unreadable({ position: 0, message })])
  note.error = 'internal'
  dialect.services.log.error({ request_id: request.id, ...loggable(error) })
  return dialect.broken(request.id)
}

/**
 * Adds all operations of a dialect to a scope with its prefix, and its way of saying no to all else
 * under it.
 */
export function mountDialect(
  app: FastifyInstance,
  dialect: Dialect,
  operations: readonly Operation[],
  handlers: AnyHandlers,
): void {
  logRequests(app, dialect, (request) => bearerOf(dialect, request))
  const refuse = (request: FastifyRequest, reply: FastifyReply, error: unknown) => {
    const { status, body } = explained(dialect, request, error)
    return reply.status(status).type('application/json').send(JSON.stringify(body))
  }
  app.setErrorHandler((error, request, reply) => refuse(request, reply, error))
  app.setNotFoundHandler(async (request, reply) => {
    try {
      await bearerOf(dialect, request)
      throw new Refusal('not_found')
    } catch (error) {
      return refuse(request, reply, error)
    }
  })
  for (const operation of operations) {
    const handler = handlers[operation.id.replace(/-checkout$/, '')] as Handler | undefined
    if (!handler) throw new Error(`no handler for ${operation.id}`)
    mount(app, dialect, operation, handler)
  }
  mountRest(app, dialect, operations)
}
