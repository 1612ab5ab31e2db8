import { rewrapKeyring } from '@obole/vault/keyring.js'
import type { MasterKeys } from '@obole/vault/master-keys.js'
import type { Vault } from '@obole/vault/vault.js'
import { VaultError } from '@obole/vault/vault-error.js'
import type { Db } from '../platform/db.ts'
import {
  findKeyring,
  findSealedOtherwise,
  type NumberPlace,
  type NumberRow,
  replaceSealed,
  replaceWrapped,
} from './store.ts'

const batch = 500

export interface Rewrapped {
  numbers: number
  keys: number
  /**
   * Numbers that none of the master keys opens, or that were changed on the disk. Left as they are.
   */
  unreadable: number
}

function rewrapped(vault: Vault, row: NumberRow): (NumberRow & { resealed: Buffer }) | undefined {
  try {
    const scope = { account: row.account, record: row.id, kind: row.kind }
    return { ...row, resealed: vault.rewrap(scope, row.sealed) ?? row.sealed }
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

async function rewrapKeys(db: Db, master_keys: MasterKeys): Promise<number> {
  const rows = await findKeyring(db)
  let keys = 0
  for (const { name, wrapped } of rewrapKeyring(rows, master_keys)) {
    const was = rows.find((it) => it.name === name)
    if (was) keys += await replaceWrapped(db, was, wrapped)
  }
  return keys
}

/**
 * Puts all numbers and keys of the vault under the current master key, a batch at a time, while
 * others read and write: what is sealed stays readable before and after, and a row that somebody
 * else changed is left to the next look.
 */
export async function rewrapNumbers(it: {
  db: Db
  vault: Vault
  master_keys: MasterKeys
}): Promise<Rewrapped> {
  const { db, vault, master_keys } = it
  const keys = await rewrapKeys(db, master_keys)
  const { id } = master_keys.current
  let after: NumberPlace = { account: '', live: false, id: '' }
  let numbers = 0
  let unreadable = 0
  for (;;) {
    const found = await findSealedOtherwise(db, id, after, batch)
    const ready = found.flatMap((row) => rewrapped(vault, row) ?? [])
    unreadable += found.length - ready.length
    if (ready.length > 0) numbers += await replaceSealed(db, ready)
    const last = found.at(-1)
    if (!last || found.length < batch) return { numbers, keys, unreadable }
    after = last
  }
}
