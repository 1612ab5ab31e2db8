import type { Vault } from '@obole/vault/vault.js'
import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { wholeSecond } from '../kernel/time.ts'
import { insertion } from '../platform/change.ts'
import type { Committer } from '../platform/commit.ts'
import { type NewKey, newKey } from './key.ts'
import { type Account, accounts, keys } from './store.ts'

/** What the verbs of accounts need: nobody's key is used yet. */
export interface Office {
  committer: Committer
  vault: Vault
  now: Date
}

/**
 * Makes an account with a secret and a public key in each mode. The keys are told here and never
 * again.
 */
export async function createAccount(
  office: Office,
  input: { name: string },
): Promise<{ account: Account; keys: NewKey[] }> {
  const account: Account = {
    id: newId('acct'),
    name: input.name,
    version: 1,
    created: wholeSecond(office.now),
    pricing: null,
  }
  const made = [false, true].flatMap((live) =>
    (['secret', 'public'] as const).map((kind) =>
      newKey(office.vault, { account: account.id, live, kind, now: office.now }),
    ),
  )
  await office.committer.commit({
    account: account.id,
    live: false,
    insert: [insertion(accounts, account), ...made.map((it) => insertion(keys, it.row))],
    events: [event({ now: office.now, request_id: 'cli' }, 'account', 'created', account)],
  })
  return { account, keys: made }
}

/** Makes one more key of an account. It is told here and never again. */
export async function createKey(
  office: Office,
  input: { account: string; live: boolean; kind: 'secret' | 'public' },
): Promise<NewKey> {
  const made = newKey(office.vault, { ...input, now: office.now })
  const { account, live, id } = made.row
  await office.committer.commit({
    account,
    live,
    insert: [insertion(keys, made.row)],
    events: [event({ now: office.now, request_id: 'cli' }, 'key', 'created', { id, version: 1 })],
  })
  return made
}
