import { randomBytes } from 'node:crypto'
import { eventFilters, eventObjects } from '@obole/contract/events.js'
import type { EventQuery, EventsReplayIn } from '@obole/contract/v2/events.js'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { findAccount, listAccounts } from '../accounts/store.ts'
import { contextOf } from '../dialects/operation-route.ts'
import { runReplay, runReplays, showEvents } from '../dialects/v2/events.ts'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import type { Db } from '../platform/db.ts'
import { toInstant } from '../platform/formats.ts'
import type { Ctx } from '../processors/ctx.ts'
import { readConfig } from './config.ts'
import type { OpenedServices } from './open-services.ts'
import { columns, say, withServices } from './terminal.ts'

/** Whose events, of which mode. */
export interface Whose {
  account?: string
  live?: true
}

interface Json {
  json?: true
}

/** The account that is named, or the only one that there is. */
export async function whichAccount(db: Db, id: string | undefined): Promise<string> {
  if (id !== undefined) {
    if (await findAccount(db, id)) return id
    throw new Error(`There is no account ${id}. See: obole accounts list`)
  }
  const [first, ...others] = await listAccounts(db)
  if (first && !others.length) return first.id
  throw new Error('Name the account: --account ID. See: obole accounts list')
}

/** Runs a piece of work for an account, with the words of a refusal for the terminal. */
const asked = (whose: Whose, work: (services: OpenedServices, ctx: Ctx) => Promise<void>) =>
  withServices(readConfig(process.env), async (services) => {
    const account = await whichAccount(services.db, whose.account)
    const request_id = `cli_${randomBytes(12).toString('base64url')}`
    const ctx = await contextOf(services, { account, live: whose.live ?? false, request_id })
    await work(services, ctx).catch((error) => {
      throw error instanceof Refusal ? new Error(error.message) : error
    })
  })

export const iso = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('.000', '')

type ListFlags = Whose & Json & Omit<EventQuery, 'start' | 'object_id'> & { objectId?: string }

async function runList({ account, live, json, objectId, ...it }: ListFlags): Promise<void> {
  await asked({ account, live } as Whose, async (_, ctx) => {
    const found = await showEvents(ctx, { ...it, object_id: objectId, start: 0 } as EventQuery)
    const rows = found.events.map((one) => [
      ...[String(one.sequence), iso(one.created), one.type, one.object_id, one.id],
    ])
    say(json, found, columns(['sequence', 'at', 'event', 'object', 'id'], rows))
  })
}

interface ReplayFlags extends Whose, Json {
  after?: number
  until?: number
  from?: Date
  before?: Date
  types?: EventsReplayIn['types']
  failed?: true
  endpoint?: string
  url?: string
}

async function runReplayCommand(id: string | undefined, flags: ReplayFlags): Promise<void> {
  const { account, live, json, from, before, failed = false, endpoint, url, ...range } = flags
  const narrowed = [from, before, ...Object.values(range)].some((it) => it !== undefined)
  if (id === undefined && !narrowed) {
    throw new Error('Say which events: an id, --after, --until, --from, --before or --types')
  }
  await asked({ account, live } as Whose, async (services, ctx) => {
    const target = { endpoint, url, failed }
    const input = { ...range, created_from: from, created_until: before, ...target }
    const done = id
      ? await runReplay(services, ctx, id, target)
      : await runReplays(services, ctx, input)
    const rest = done.has_more ? `\nThere are more: --after ${done.last_sequence}` : ''
    const words = `${done.events} replayed, ${done.deliveries} sent to webhook endpoints`
    say(json, done, words + rest)
  })
}

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number.')
}

function limitOf(text: string): number {
  const limit = numberOf(text)
  if (limit >= 1 && limit <= limits.page_max) return limit
  throw new InvalidArgumentError(`It is a number from 1 to ${limits.page_max}.`)
}

function instantOf(text: string): Date {
  const at = toInstant(text)
  if (!at) throw new InvalidArgumentError('It is a moment like 2030-01-31T12:00:00Z.')
  return at
}

/** Types with commas between them: `payment.captured,refund.*`. */
export function typesOf(text: string): EventsReplayIn['types'] & {} {
  const types = text.split(',').map((it) => it.trim())
  const known = types.flatMap((it) => eventFilters.find((one) => one === it) ?? [])
  if (known.length === types.length) return known
  throw new InvalidArgumentError('They are types like payment.captured or payment.*')
}

export const whoseOptions = (command: Command): Command =>
  command
    .option('--account <id>', 'the account; it may be left out when there is only one')
    .option('--live', 'in live mode, instead of test mode')

const jsonOption = ['--json', 'print one JSON document'] as const

export function addEventCommands(program: Command): void {
  const events = program.command('events').description('what has happened in an account')
  whoseOptions(events.command('list'))
    .description('list events, the newest first; or with --after those that follow')
    .addOption(
      new Option('--type <type>', 'of this type, or of all of a kind: payment.*').argParser(
        (text) => {
          const [type, ...others] = typesOf(text)
          if (others.length) throw new InvalidArgumentError('It is one type.')
          return type
        },
      ),
    )
    .addOption(new Option('--object <kind>', 'of objects of this kind').choices(eventObjects))
    .option('--object-id <id>', 'of this object')
    .option('--created <instant>', 'told at or after this moment', instantOf)
    .option('--after <sequence>', 'those that follow this one, the oldest first', numberOf)
    .option('--limit <number>', 'how many at most', limitOf, 20)
    .option(...jsonOption)
    .action(runList)
  whoseOptions(events.command('replay'))
    .description('tell events once more: to webhook endpoints, and to all who listen')
    .argument('[event]', 'the id of one event')
    .option('--after <sequence>', 'those that follow this one', numberOf)
    .option('--until <sequence>', 'up to this one', numberOf)
    .option('--from <instant>', 'told at or after this moment', instantOf)
    .option('--before <instant>', 'told before this moment', instantOf)
    .option('--types <types>', 'of these types, with commas between them', typesOf)
    .option('--failed', 'only what a webhook endpoint did not take, and to it alone')
    .option('--endpoint <id>', 'only to this webhook endpoint')
    .option('--url <address>', 'only to this address, instead of those of the endpoints')
    .option(...jsonOption)
    .action(runReplayCommand)
}
