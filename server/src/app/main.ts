import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { ConfigError, readConfig, settingsHelp } from './config.ts'
import { reasonOf } from './open-store.ts'
import { say } from './terminal.ts'

const packageFile = new URL('../../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }

function addStart(program: Command): void {
  program
    .command('start')
    .description('run the server')
    .option('--json', 'print one JSON document when it is ready')
    .addHelpText('after', settingsHelp())
    .action(async ({ json = false }: { json?: boolean }) => {
      const config = readConfig(process.env)
      // The other commands need nothing of it, and are quicker without.
      const { start } = await import('./start.ts')
      await start(config, { json })
    })
}

function addVersion(program: Command): void {
  program
    .command('version')
    .description('print the version')
    .option('--json', 'print one JSON document')
    .action(({ json }: { json?: boolean }) => {
      say(json, { version, node: process.version }, `obole ${version} (Node ${process.version})`)
    })
}

type Part = (program: Command) => void

/** What adds which commands, in the order in which help lists them: a command loads no other. */
const parts: readonly { adds: readonly string[]; load(): Promise<Part> }[] = [
  { adds: ['start'], load: async () => addStart },
  {
    adds: ['accounts', 'keys'],
    load: async () => (await import('./account-commands.ts')).addAccountCommands,
  },
  {
    adds: ['accounts'],
    load: async () => (await import('./pricing-commands.ts')).addPricingCommand,
  },
  { adds: ['clock'], load: async () => (await import('./clock-commands.ts')).addClockCommands },
  {
    adds: ['import', 'export'],
    load: async () => (await import('./move-commands.ts')).addMoveCommands,
  },
  { adds: ['ledger'], load: async () => (await import('./ledger-commands.ts')).addLedgerCommands },
  { adds: ['events'], load: async () => (await import('./event-commands.ts')).addEventCommands },
  { adds: ['listen'], load: async () => (await import('./listen-command.ts')).addListenCommand },
  { adds: ['vault'], load: async () => (await import('./rotate-vault.ts')).addVaultCommands },
  { adds: ['version'], load: async () => addVersion },
]

async function program(word = ''): Promise<Command> {
  const it = new Command('obole')
    .description('Obole, a payment platform to run yourself')
    .addHelpText('after', '\nSettings come from the environment: obole start --help lists them.')
    .exitOverride()
  const wanted = parts.filter(({ adds }) => adds.includes(word))
  for (const { load } of wanted.length ? wanted : parts) (await load())(it)
  return it
}

/** One line on standard error. Where it comes from is for those who look for a bug. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const lines = reasonOf(error).split('\n')
  for (const line of lines) process.stderr.write(`obole: ${line}\n`)
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`)
  }
  return error instanceof ConfigError ? 2 : 1
}

/** Runs one command. Answers its exit code: 0 done, 1 failed, 2 asked wrongly. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    await (await program(argv[2])).parseAsync(argv)
    return 0
  } catch (error) {
    return report(error)
  }
}

process.exit(await main(process.argv))
