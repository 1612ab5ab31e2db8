import { type Command, InvalidArgumentError, Option } from 'commander'
import { createAccount, createKey } from '../accounts/create-account.ts'
import { revokeKey } from '../accounts/revoke-key.ts'
import { findAccount, type Key, listAccounts, listKeys } from '../accounts/store.ts'
import type { Db } from '../platform/db.ts'
import { createCredentials } from '../stan/credentials.ts'
import { revokeCredentials } from '../stan/revoke-credentials.ts'
import { listCredentials, type StanCredentials } from '../stan/store.ts'
import { isUuid } from '../stan/uuid.ts'
import { type Config, readConfig } from './config.ts'
import { columns, say, withServices } from './terminal.ts'

interface Json {
  json?: true
}

const longestName = 100

function nameOf(text: string): string {
  const name = text.trim()
  if (name === '' || name.length > longestName || /\p{Cc}/u.test(name)) {
    throw new InvalidArgumentError(`It has 1 to ${longestName} characters on one line.`)
  }
  return name
}

const officeOf = <S extends { clock: { now(): Date } }>(services: S) => ({
  ...services,
  now: services.clock.now(),
})

const modeOf = ({ live }: { live: boolean }) => (live ? 'live' : 'test')
const prefixOf = (row: Key) => row.hint.slice(0, 'stest'.length)

async function accountOf(db: Db, id: string) {
  const account = await findAccount(db, id)
  if (!account) throw new Error(`There is no account ${id}. See: obole accounts list`)
  return account
}

/** Said where live keys are shown, so that nobody wonders later. */
const liveNote = (config: Config): string =>
  config.master_key ? '' : '\nLive payments need OBOLE_MASTER_KEY and a configured processor.'

async function runAccountsCreate({ name, json }: Json & { name: string }): Promise<void> {
  const config = readConfig(process.env)
  await withServices(config, async (services) => {
    const { account, keys } = await createAccount(officeOf(services), { name })
    const shown = keys.map(({ row, key }) => [prefixOf(row), key.reveal()] as const)
    const lines = shown.map(([, key]) => `  ${key}`).join('\n')
    say(
      json,
      { id: account.id, name: account.name, keys: Object.fromEntries(shown) },
      `${account.id}  ${account.name}\n\nIts keys, shown this once:\n\n${lines}\n` +
        liveNote(config),
    )
  })
}

async function runAccountsList({ json }: Json): Promise<void> {
  await withServices(readConfig(process.env), async ({ db }) => {
    const accounts = await listAccounts(db)
    say(
      json,
      accounts.map(({ id, name, created }) => ({ id, name, created })),
      columns(
        ['id', 'created', 'name'],
        accounts.map((it) => [it.id, it.created.toISOString(), it.name]),
      ),
    )
  })
}

interface CreateKeyOptions extends Json {
  account: string
  mode: 'test' | 'live'
  kind: 'secret' | 'public' | 'stan'
}

const once = 'Shown this once.'

async function runKeysCreate({ account, mode, kind, json }: CreateKeyOptions): Promise<void> {
  const config = readConfig(process.env)
  await withServices(config, async (services) => {
    const { id } = await accountOf(services.db, account)
    const live = mode === 'live'
    const note = live ? liveNote(config) : ''
    if (kind === 'stan') {
      const { row, secret } = await createCredentials(officeOf(services), { account: id, live })
      const pair = { client_id: row.id, client_secret: secret.reveal() }
      const lines = `client id      ${pair.client_id}\nclient secret  ${pair.client_secret}`
      say(json, { id: row.id, account: id, mode, kind, ...pair }, `${lines}\n\n${once}${note}`)
      return
    }
    const { row, key } = await createKey(officeOf(services), { account: id, live, kind })
    say(
      json,
      { id: row.id, account: id, mode, kind, key: key.reveal() },
      `${key.reveal()}\n\n${once} Its id is ${row.id}.${note}`,
    )
  })
}

/** A pair of client id and secret as a key among the others. */
const listed = ({ id, live, hint, created, revoked_at }: StanCredentials) => ({
  id,
  live,
  kind: 'stan',
  hint: `stan ${live ? 'live' : 'test'} ${hint}`,
  created,
  revoked_at,
})

async function runKeysList({ account, json }: Json & { account: string }): Promise<void> {
  await withServices(readConfig(process.env), async ({ db }) => {
    const { id } = await accountOf(db, account)
    const pairs = await listCredentials(db, id)
    const keys = [...(await listKeys(db, id)), ...pairs.map(listed)]
    say(
      json,
      keys.map((it) => ({
        id: it.id,
        mode: modeOf(it),
        kind: it.kind,
        hint: it.hint,
        created: it.created,
        revoked_at: it.revoked_at,
      })),
      columns(
        ['id', 'hint', 'created', 'revoked'],
        keys.map((it) => [
          it.id,
          it.hint,
          it.created.toISOString(),
          it.revoked_at?.toISOString() ?? '',
        ]),
      ),
    )
  })
}

async function runKeysRevoke(name: string, { json }: Json): Promise<void> {
  await withServices(readConfig(process.env), async (services) => {
    const office = officeOf(services)
    const pair = isUuid(name) ? await revokeCredentials(office, name) : undefined
    const key = pair ? { ...pair, ...listed(pair) } : await revokeKey(office, name)
    // What was asked for is not repeated: it may be a key.
    if (!key) throw new Error('There is no such key. See: obole keys list')
    const { id, account, hint, revoked_at } = key
    say(json, { id, account, hint, revoked_at }, `${hint} (${id}) is revoked.`)
  })
}

const jsonOption = ['--json', 'print one JSON document'] as const

export function addAccountCommands(program: Command): void {
  const accounts = program.command('accounts').description('the merchants of this installation')
  accounts
    .command('create')
    .description('make an account and its four first keys, which are shown this once')
    .requiredOption('--name <name>', 'what payers see on the payment page', nameOf)
    .option(...jsonOption)
    .action(runAccountsCreate)
  accounts
    .command('list')
    .description('list all accounts')
    .option(...jsonOption)
    .action(runAccountsList)

  const keys = program.command('keys').description('the keys of an account')
  keys
    .command('create')
    .description('make one more key, which is shown this once')
    .requiredOption('--account <id>', 'the account')
    .addOption(new Option('--mode <mode>', 'its mode').choices(['test', 'live']).default('test'))
    .addOption(
      new Option(
        '--kind <kind>',
        'a secret one calls the API, a public one opens pages, a client id and secret call Stan’s',
      )
        .choices(['secret', 'public', 'stan'])
        .default('secret'),
    )
    .option(...jsonOption)
    .action(runKeysCreate)
  keys
    .command('list')
    .description('list the keys of an account by their last four characters')
    .requiredOption('--account <id>', 'the account')
    .option(...jsonOption)
    .action(runKeysList)
  keys
    .command('revoke')
    .description('end a key; running servers refuse it within two seconds')
    .argument('<key-or-id>', 'the key itself, or its id from the list; of Stan’s the client id')
    .option(...jsonOption)
    .action(runKeysRevoke)
}
