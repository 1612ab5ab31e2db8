import { setTimeout as pause } from 'node:timers/promises'
import { eventTypesOf } from '@obole/contract/events.js'
import type { EventsReplayIn, StreamedEvent } from '@obole/contract/v2/events.js'
import type { Command } from 'commander'
import { streamedView } from '../dialects/v2/event-view.ts'
import { v2Letter } from '../dialects/v2/webhook-postman.ts'
import { lastPosition, passed } from '../events/position.ts'
import { findNext, type HeardEvent, type Position } from '../events/store.ts'
import { limits } from '../kernel/limits.ts'
import { Secret } from '../kernel/secret.ts'
import type { Reader } from '../platform/context.ts'
import { send } from '../platform/http-client.ts'
import { checkUrl } from '../platform/outbound-url.ts'
import type { SigningKeys } from '../webhooks/endpoint.ts'
import { secretInHex, secretText } from '../webhooks/sign.ts'
import { readConfig } from './config.ts'
import { iso, typesOf, type Whose, whichAccount, whoseOptions } from './event-commands.ts'
import type { OpenedServices } from './open-services.ts'
import { reasonOf } from './open-store.ts'
import { withServices, write } from './terminal.ts'

/** How often the database is asked for what is new: one indexed read. */
const look_ms = 200
/** After a read that failed: a database server that restarts takes a second or two. */
const retry_ms = 1000

interface Flags extends Whose {
  forwardTo?: string
  events?: EventsReplayIn['types']
  json?: true
}

interface Forwarded {
  status: number | null
  error: string | null
  ms: number
}

/** Sends an event to the address as it is sent to webhooks. */
async function forward(
  event: HeardEvent,
  url: string,
  { secret, signal }: { secret: Secret<Buffer>; signal: AbortSignal },
): Promise<Forwarded> {
  const keys: SigningKeys = { secrets: [secret], seed: undefined }
  const letter = v2Letter({ keys, event, url, at: new Date() })
  // Who runs the command chose the address, and it is their machine.
  const answer = await send({ ...letter, live: false, signal })
  const ms = answer.duration_ms
  return answer.result === 'answered'
    ? { status: answer.status, error: null, ms }
    : { status: null, error: `${answer.reason}: ${answer.message}`, ms }
}

const lineOf = (it: StreamedEvent, forwarded: Forwarded | undefined): string =>
  [
    ...[iso(it.created), it.type.padEnd(32), it.object_id],
    ...(it.replayed ? ['replayed'] : []),
    ...(forwarded ? [`→ ${forwarded.status ?? forwarded.error} in ${forwarded.ms} ms`] : []),
  ].join('  ')

/** Reads what comes after a position until it is told to stop, in order. */
async function* heard(
  reader: Reader,
  {
    from,
    role,
    signal,
  }: { from: Position; role: OpenedServices['db']['role']; signal: AbortSignal },
): AsyncGenerator<HeardEvent> {
  let position = from
  while (!signal.aborted) {
    const told = await findNext(reader, position, limits.told_events_max).catch((error) => {
      // A guest has lost its server for good; a database server comes back.
      if (role === 'guest') throw new Error('The server has stopped')
      process.stderr.write(`obole: ${reasonOf(error)}\n`)
      return undefined
    })
    for (const it of told ?? []) {
      if (signal.aborted) return
      position = passed(position, it)
      yield it
    }
    if (told?.length) continue
    await pause(told ? look_ms : retry_ms, undefined, { signal }).catch(() => {})
  }
}

async function listen(services: OpenedServices, flags: Flags, signal: AbortSignal): Promise<void> {
  const { db, vault } = services
  const { forwardTo: url, events, json, live = false } = flags
  if (db.engine === 'embedded' && db.role === 'owner') {
    throw new Error('Nothing happens here until the server runs: obole start')
  }
  const account = await whichAccount(db, flags.account)
  const reader = { db, account, live }
  const from = await lastPosition(reader)
  const secret = vault.deriveSecret('listen', account, live)
  const mode = live ? 'live' : 'test'
  const signing = { secret: secretInHex(secret), signing_secret: secretText(secret) }
  const beginning = { listening: { account, mode, forward_to: url ?? null, ...signing } }
  const words =
    `Listening to ${account}, ${mode} mode${url ? `, for ${url}` : ''}. Ctrl-C ends it.\n` +
    `Signing secret: ${signing.signing_secret}\nIn hexadecimal: ${signing.secret}\n`
  await write(json ? `${JSON.stringify(beginning)}\n` : words)
  const types = events && new Set<string>(events.flatMap(eventTypesOf))
  for await (const it of heard(reader, { from, role: db.role, signal })) {
    if (types && !types.has(it.type)) continue
    const event = streamedView(it)
    const forwarded = url
      ? await forward(it, url, { secret: new Secret(secret), signal })
      : undefined
    const document = { event, ...(forwarded && { forwarded }) }
    await write(`${json ? JSON.stringify(document) : lineOf(event, forwarded)}\n`)
  }
}

async function runListen(flags: Flags): Promise<void> {
  const { forwardTo: url } = flags
  const checked = url === undefined ? undefined : checkUrl(url, { live: false })
  if (checked?.ok === false) throw new Error(`--forward-to: ${checked.reason}`)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
  await withServices(readConfig(process.env), (services) => listen(services, flags, stop.signal))
}

export function addListenCommand(program: Command): void {
  whoseOptions(program.command('listen'))
    .description('print what happens while it happens, and send it to a program of yours')
    .option('--forward-to <url>', 'POST each event there, signed as a webhook')
    .option('--events <types>', 'only of these types, with commas between them', typesOf)
    .option('--json', 'print a JSON document on each line')
    .action(runListen)
}
