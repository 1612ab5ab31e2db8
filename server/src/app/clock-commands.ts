import { randomBytes } from 'node:crypto'
import type { SandboxClock } from '@obole/contract/v2/sandbox-clock.js'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { findAccount } from '../accounts/store.ts'
import { contextOf } from '../dialects/operation-route.ts'
import { runMove, showClock } from '../dialects/v2/sandbox-clock.ts'
import { Refusal } from '../kernel/problem.ts'
import { toInstant } from '../platform/formats.ts'
import { readConfig } from './config.ts'
import type { OpenedServices } from './open-services.ts'
import { columns, say, withServices } from './terminal.ts'

interface Whose {
  account: string
  json?: true
}

interface Advance extends Whose {
  to?: Date
  freeze?: true
  run?: true
}

/** The context of an account's test mode. */
async function ctxOf(services: OpenedServices, id: string) {
  const account = await findAccount(services.db, id)
  if (!account) throw new Error(`There is no account ${id}. See: obole accounts list`)
  const request_id = `cli_${randomBytes(12).toString('base64url')}`
  return contextOf(services, { account: account.id, live: false, request_id })
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '')

const inWords = ({ now, frozen, advancing }: SandboxClock): string =>
  `${iso(now)}  ${advancing ? 'on its way' : frozen ? 'frozen' : 'running'}`

function instantOf(text: string): Date {
  const at = toInstant(text)
  if (!at) throw new InvalidArgumentError('It is a moment like 2030-01-31T12:00:00Z.')
  return at
}

async function runShow({ account, json }: Whose): Promise<void> {
  await withServices(readConfig(process.env), async (services) => {
    const clock = await showClock(services, await ctxOf(services, account))
    say(json, clock, inWords(clock))
  })
}

async function runAdvance(duration: string | undefined, it: Advance): Promise<void> {
  const { account, json, to, freeze, run } = it
  await withServices(readConfig(process.env), async (services) => {
    const ctx = await ctxOf(services, account)
    const frozen = freeze ? true : run ? false : undefined
    const moved = await runMove(services, ctx, { advance: duration, to, frozen }).catch((error) => {
      // The words for the fields of a request fit those of the command.
      throw error instanceof Refusal ? new Error(error.message) : error
    })
    const rows = moved.events.map((it) => [iso(it.created), it.type, it.object_id])
    const rest = moved.events_count - rows.length
    const table = rows.length ? `\n\n${columns(['at', 'event', 'object'], rows)}` : ''
    say(json, moved, `${inWords(moved)}${table}${rest > 0 ? `\nand ${rest} more` : ''}`)
  })
}

export function addClockCommands(program: Command): void {
  const clock = program.command('clock').description("the clock of an account's test mode")
  clock
    .command('show')
    .description('tell what the clock says')
    .requiredOption('--account <id>', 'the account')
    .option('--json', 'print one JSON document')
    .action(runShow)
  clock
    .command('advance')
    .description('move the clock forward, and do all that falls due on the way')
    .argument('[duration]', 'of ISO 8601, like P3D or PT12H')
    .requiredOption('--account <id>', 'the account')
    .option('--to <instant>', 'to this moment, instead of a duration', instantOf)
    .option('--freeze', 'let it stand when it is there')
    .addOption(new Option('--run', 'let it run on from there').conflicts('freeze'))
    .option('--json', 'print one JSON document')
    .action(runAdvance)
}
