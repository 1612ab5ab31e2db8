import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type Command, Option } from 'commander'
import { findAccount } from '../accounts/store.ts'
import { readConfig } from './config.ts'
import { exportAccount } from './export-account.ts'
import { ImportRefused, importAccount } from './import-account.ts'
import { say, withServices } from './terminal.ts'

interface ImportFlags {
  account: string
  mode: 'test' | 'live'
  json?: true
}

async function linesOf(file: string): Promise<AsyncIterable<string>> {
  if (file === '-') return createInterface({ input: process.stdin })
  return (await open(file)).readLines()
}

async function runImport(file: string, { account, mode, json }: ImportFlags): Promise<void> {
  await withServices(readConfig(process.env), async (services) => {
    if (!(await findAccount(services.db, account))) {
      throw new Error(`There is no account ${account}. See: obole accounts list`)
    }
    const lines = await linesOf(file)
    try {
      const imported = await importAccount(services, { account, live: mode === 'live' }, lines)
      const told = Object.entries(imported).map(([object, number]) => `${number} ${object}`)
      say(json, { imported }, `Imported: ${told.join(', ') || 'nothing'}.`)
    } catch (error) {
      if (!(error instanceof ImportRefused)) throw error
      for (const { line, reason } of error.faults) {
        process.stderr.write(`${file}:${line}: ${reason}\n`)
      }
      if (json) say(json, { faults: error.faults, total: error.total }, '')
      throw error
    }
  })
}

interface ExportFlags {
  account: string
  mode: 'test' | 'live' | 'both'
  output?: string
  json?: true
}

async function runExport({ account, mode, output, json }: ExportFlags): Promise<void> {
  const config = readConfig(process.env)
  await withServices(config, async (services) => {
    if (!(await findAccount(services.db, account))) {
      throw new Error(`There is no account ${account}. See: obole accounts list`)
    }
    const here = `http://${config.host}:${config.port}`
    const origins = { api: here, payment: here, threeds: here, ...services.origins }
    // Whoever reads may stop early: what was written until then is what was asked for.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1)
    })
    const out = output ? createWriteStream(output, { mode: 0o600 }) : process.stdout
    let number = 0
    const modes = mode === 'both' ? [false, true] : [mode === 'live']
    for (const live of modes) {
      for await (const line of exportAccount(services, { account, live }, origins)) {
        number++
        if (!out.write(`${line}\n`)) await once(out, 'drain')
      }
    }
    if (out === process.stdout) return
    out.end()
    await once(out, 'finish')
    say(json, { exported: number, output }, `Exported ${number} objects to ${output}.`)
  })
}

/** Moving in from elsewhere, and out again. */
export function addMoveCommands(program: Command): void {
  program
    .command('import')
    .description('read objects into an account, one JSON object in a line; all or nothing')
    .argument('<file>', 'newline-delimited JSON; - for standard input')
    .requiredOption('--account <id>', 'the account')
    .addOption(
      new Option('--mode <mode>', 'the mode of lines without live_mode')
        .choices(['test', 'live'])
        .default('test'),
    )
    .option('--json', 'print one JSON document')
    .action(runImport)
  program
    .command('export')
    .description('write the objects of an account, one JSON object in a line')
    .requiredOption('--account <id>', 'the account')
    .addOption(
      new Option('--mode <mode>', 'whose objects')
        .choices(['test', 'live', 'both'])
        .default('both'),
    )
    .option('--output <file>', 'a file; by default standard output')
    .option('--json', 'print one JSON document about the file')
    .action(runExport)
}
