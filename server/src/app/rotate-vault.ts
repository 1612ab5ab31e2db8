import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { type Rewrapped, rewrapNumbers } from '../numbers/rewrap-numbers.ts'
import { readConfig } from './config.ts'
import { addKey, dropKeys, keyFileOf } from './master-keys.ts'
import type { OpenedServices } from './open-services.ts'
import { say, withServices } from './terminal.ts'

/**
 * A running server seals with a new key as soon as its file is there. What it sealed just before is
 * written within this time: only then is "nothing is left" the truth.
 */
const settle_ms = 2000

async function look(services: OpenedServices): Promise<Rewrapped> {
  const found = await rewrapNumbers(services)
  if (found.unreadable === 0) return found
  throw new Error(
    `${found.unreadable} numbers were damaged, or no master key that is known here opens them. ` +
      'The others are under the new key; no key was removed',
  )
}

/** Puts everything under the current key, until a look some time later finds nothing more. */
async function rewrapAll(services: OpenedServices): Promise<Rewrapped> {
  const total = await look(services)
  for (;;) {
    await pause(settle_ms)
    const late = await look(services)
    if (late.numbers + late.keys === 0) return total
    total.numbers += late.numbers
    total.keys += late.keys
  }
}

async function runRotate({ json }: { json?: true }): Promise<void> {
  const config = readConfig(process.env)
  const file = keyFileOf(config)
  const inFolder = !config.master_key
  await withServices(config, async (services) => {
    if (inFolder) addKey(file)
    const { current, by_id } = services.master_keys
    const older = [...by_id.keys()].filter((id) => id !== current.id)
    if (older.length === 0) {
      throw new Error(
        'OBOLE_MASTER_KEY holds one key only. Put a new one in front of it, with a comma, ' +
          'restart every server with that, and rotate again with the same',
      )
    }
    const { numbers, keys } = await rewrapAll(services)
    if (inFolder) {
      dropKeys(file, older)
      // This process still knows the old key: the last moment at which it could be needed.
      await look(services)
    }
    const rest = inFolder
      ? `The older one was removed from ${file}.`
      : `OBOLE_MASTER_KEY can be the first key alone now.${
          existsSync(file) ? ` Nothing needs ${file} any more.` : ''
        }`
    say(
      json,
      { master_key: current.id, numbers, keys },
      `${numbers} numbers and ${keys} keys of the vault are under the new master key now. ${rest}`,
    )
  })
}

export function addVaultCommands(program: Command): void {
  program
    .command('vault')
    .description('the sealed card numbers and IBANs')
    .command('rotate')
    .description('put everything that is sealed under a new master key, while servers run')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Without OBOLE_MASTER_KEY a new key is made in the data folder, and the old one removed at the end.

With it: put a new key (openssl rand -base64 32) in front of the old one, OBOLE_MASTER_KEY=new,old,
restart every server with that, and run this command with the same. Then remove the old one.`,
    )
    .action(runRotate)
}
