import { type Keyring, newKeyring, openKeyring } from '@obole/vault/keyring.js'
import type { MasterKeys } from '@obole/vault/master-keys.js'
import type { Db } from '../platform/db.ts'
import { findKeyring, insertKeyring } from './store.ts'

/** Whether this database has a keyring: then only a master key that it knows opens it. */
export const hasKeyring = async (db: Db): Promise<boolean> => (await findKeyring(db)).length > 0

/**
 * The keyring of this database; made by the first who asks. Throws a VaultError with `unknown_key`
 * when none of the master keys wrapped it.
 */
export async function readKeyring(db: Db, master_keys: MasterKeys): Promise<Keyring> {
  const rows = await findKeyring(db)
  if (rows.length > 0) return openKeyring(rows, master_keys)
  await insertKeyring(db, newKeyring(master_keys))
  return openKeyring(await findKeyring(db), master_keys)
}
