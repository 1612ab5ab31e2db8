import { lookup } from 'node:dns/promises'
import { type IncomingMessage, request as startRequest } from 'node:http'
import { connect as dial, isIP, type Socket } from 'node:net'
import { connect as encrypt } from 'node:tls'
import { limits } from '../kernel/limits.ts'
import { reachOf } from './outbound-address.ts'
import { checkUrl, hostOf, isLocalName } from './outbound-url.ts'

export interface Call {
  method: 'GET' | 'POST'
  /** As a merchant gave it: it is checked here again, whoever has checked it before. */
  url: string
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer
  live: boolean
  timeout_ms?: number
  /** Ends the call early, as a stop of the server does. */
  signal?: AbortSignal
  /** All addresses of a name; those of the system's resolver when it is left out. */
  resolve?: (name: string) => Promise<readonly string[]>
  /** Opens a connection to one of the addresses, all of them checked. */
  connect?: (to: { addresses: readonly string[]; port: number }) => Socket
  /** The authorities that vouch for servers, as PEM; those of Node when it is left out. */
  ca?: string
}

/**
 * `refused_address`: not one that we call. `aborted`: the caller's signal. The others say how far
 * it came; with `timeout` and `protocol` the other side may have taken the body all the same.
 */
export type Unreached =
  | 'refused_address'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'protocol'
  | 'aborted'

export type Answer =
  | {
      result: 'answered'
      status: number
      headers: Record<string, string>
      body: string
      truncated: boolean
      duration_ms: number
    }
  | { result: 'unreachable'; reason: Unreached; message: string; duration_ms: number }

class Unreachable extends Error {
  readonly reason: Unreached
  constructor(reason: Unreached, message: string) {
    super(message)
    this.reason = reason
  }
}

/** A failure in words: of several addresses, the first; without what it says of our own network. */
function wordsOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const { code, message } = first as NodeJS.ErrnoException
  return code ?? message
}

const failing = (reason: Unreached) => (error: unknown) => {
  throw error instanceof Unreachable ? error : new Unreachable(reason, wordsOf(error))
}

const systemResolve = async (name: string): Promise<string[]> =>
  (await lookup(name, { all: true })).map(({ address }) => address)

/** The addresses to connect to. One that we may not call refuses all: the name is not honest. */
async function addressesOf(url: URL, resolve: NonNullable<Call['resolve']>) {
  const host = hostOf(url)
  if (isIP(host)) return [host]
  if (isLocalName(host)) return ['127.0.0.1', '::1']
  const addresses = await resolve(host).catch(failing('dns'))
  if (addresses.length === 0) throw new Unreachable('dns', 'the name has no address')
  if (addresses.some((it) => reachOf(it) !== 'public')) {
    throw new Unreachable('refused_address', 'the name leads out of the public Internet')
  }
  return addresses.slice(0, limits.outbound_addresses_max)
}

/** No name is looked up here: what was checked is what is dialled. */
const dialOne: NonNullable<Call['connect']> = ({ addresses, port }) =>
  dial({
    // Node asks `lookup` for a name only, never for an address: a single one is given as such.
    host: addresses.length === 1 ? addresses[0] : 'checked.invalid',
    lookup: (_name, _options, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      ),
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: limits.outbound_attempt_ms,
    noDelay: true,
  })

/** Waits for the event; what goes wrong before it is a failure of that kind. */
const reached = (socket: Socket, event: string, reason: Unreached): Promise<unknown> =>
  new Promise((done, fail) => {
    socket.once(event, done)
    socket.on('error', fail)
    socket.once('close', () => fail(new Error('the connection was closed')))
  }).catch(failing(reason))

/** A line to the host, encrypted for https and with its certificate checked. */
async function openLine(url: URL, call: Call, addresses: readonly string[], opened: Socket[]) {
  const isEncrypted = url.protocol === 'https:'
  const port = Number(url.port) || (isEncrypted ? 443 : 80)
  const plain = (call.connect ?? dialOne)({ addresses, port })
  opened.push(plain)
  await reached(plain, 'connect', 'connect')
  if (!isEncrypted) return plain
  const host = hostOf(url)
  const line = encrypt({
    socket: plain,
    host,
    servername: isIP(host) ? '' : host,
    ALPNProtocols: ['http/1.1'],
    // Stated, because a variable of the environment can switch off the default.
    rejectUnauthorized: true,
    ca: call.ca,
  })
  opened.push(line)
  await reached(line, 'secureConnect', 'tls')
  return line
}

const flat = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  )

async function readBody(response: IncomingMessage) {
  const parts: Buffer[] = []
  let room = limits.outbound_answer_bytes
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, room))
    room -= part.length
    if (room < 0) break
  }
  // A database takes no NUL in a text.
  const body = Buffer.concat(parts).toString('utf8').replaceAll('\0', '\ufffd')
  return { body, truncated: room < 0 }
}

/** One request over the line, which is good for nothing else afterwards. */
function exchange(url: URL, { method, headers, body }: Call, line: Socket) {
  const request = startRequest({
    createConnection: () => line,
    method,
    path: url.pathname + url.search,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      host: url.host,
      // What is not compressed does not grow.
      'accept-encoding': 'identity',
      connection: 'close',
    },
    setHost: false,
    maxHeaderSize: limits.outbound_headers_bytes,
    insecureHTTPParser: false,
  })
  return new Promise<IncomingMessage>((done, fail) => {
    request.on('response', done)
    request.on('error', fail)
    request.on('close', () => fail(new Error('the connection was closed without an answer')))
    request.end(body)
  })
}

async function answerOf(call: Call, signal: AbortSignal, opened: Socket[]) {
  const checked = checkUrl(call.url, call)
  if (!checked.ok) throw new Unreachable('refused_address', checked.reason)
  const { url } = checked
  const addresses = await addressesOf(url, call.resolve ?? systemResolve)
  // A resolver cannot be stopped: what it says too late is not dialled any more.
  signal.throwIfAborted()
  const line = await openLine(url, call, addresses, opened)
  const response = await exchange(url, call, line).catch(failing('protocol'))
  const read = await readBody(response).catch(failing('protocol'))
  return { status: response.statusCode ?? 0, headers: flat(response.headers), ...read }
}

/**
 * Calls an address that a merchant chose. This is the one door for it, and what it guarantees is
 * that nobody makes us call our own network:
 *
 * - The address must pass `checkUrl`, and each address that its name resolves to must be public
 *   (in test mode, `localhost` is this machine without asking).
 * - The name is resolved once. The connection goes to what was checked, and never to what a second
 *   answer of the same resolver says; Host, SNI and certificate are those of the name.
 * - A redirect is an answer like another, and is not followed.
 * - After `timeout_ms` (15 s) all of it is over, however slowly the other side drips.
 * - 64 kB of the body are kept, as text, with U+FFFD for what is none; then the line is cut, with
 *   `truncated`. 16 kB of headers are taken.
 *
 * Whatever the network does is a value; only a bug of the caller throws, as a header that cannot
 * be written. The message is for the merchant: it names no address that a resolver gave. Each call
 * has a connection of its own, so none is used that was checked for another. A server that is open
 * to strangers and must keep them from its own loopback calls with `live: true` in test mode too.
 */
export async function send(call: Call): Promise<Answer> {
  const started = performance.now()
  const passed = () => Math.round(performance.now() - started)
  const opened: Socket[] = []
  const end = new AbortController()
  const abort = () => end.abort(new Unreachable('aborted', 'the call was ended'))
  const timeout_ms = call.timeout_ms ?? limits.outbound_ms
  const timer = setTimeout(() => {
    end.abort(new Unreachable('timeout', `no whole answer within ${timeout_ms} ms`))
  }, timeout_ms)
  const ended = new Promise<never>((_done, fail) => {
    end.signal.addEventListener('abort', () => fail(end.signal.reason), { once: true })
  })
  if (call.signal?.aborted) abort()
  call.signal?.addEventListener('abort', abort, { once: true })
  try {
    const answer = await Promise.race([ended, answerOf(call, end.signal, opened)])
    return { result: 'answered', ...answer, duration_ms: passed() }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    const { reason, message } = error
    return { result: 'unreachable', reason, message, duration_ms: passed() }
  } finally {
    clearTimeout(timer)
    call.signal?.removeEventListener('abort', abort)
    for (const socket of opened.reverse()) socket.destroy()
  }
}
