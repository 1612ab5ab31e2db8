import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addAccountCommands } from './account-commands.ts'
import { addClockCommands } from './clock-commands.ts'
import { ConfigError, readConfig, settingsHelp } from './config.ts'
import { addEventCommands } from './event-commands.ts'
import { addLedgerCommands } from './ledger-commands.ts'
import { addListenCommand } from './listen-command.ts'
import { addMoveCommands } from './move-commands.ts'
import { reasonOf } from './open-services.ts'
import { addPricingCommand } from './pricing-commands.ts'
import { addVaultCommands } from './rotate-vault.ts'
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

/** Each adds commands of its own to the program. */
const parts = [
  addStart,
  addAccountCommands,
  addPricingCommand,
  addClockCommands,
  addMoveCommands,
  addLedgerCommands,
  addEventCommands,
  addListenCommand,
  addVaultCommands,
  addVersion,
]

function program(): Command {
  const it = new Command('obole')
    .description('Obole, a payment platform to run yourself')
    .addHelpText('after', '\nSettings come from the environment: obole start --help lists them.')
    .exitOverride()
  for (const add of parts) add(it)
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
    await program().parseAsync(argv)
    return 0
  } catch (error) {
    return report(error)
  }
}

process.exit(await main(process.argv))
