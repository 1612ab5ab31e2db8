import type { Vault } from '@obole/vault/vault.js'
import type { Db } from '../platform/db.ts'
import { keyPattern } from './key.ts'
import { findKey, type Key, revokeKey as revoke } from './store.ts'

/**
 * Ends a key, named by its id or by itself. Every process believes it for a second more at most.
 * Ending it again changes nothing. Undefined when there is no such key.
 */
export async function revokeKey(
  office: { db: Db; vault: Vault; now: Date },
  id_or_key: string,
): Promise<Key | undefined> {
  const { db, vault, now } = office
  const hash = keyPattern.test(id_or_key) ? vault.hashApiKey(id_or_key) : null
  const found = await findKey(db, hash ? { hash } : { id: id_or_key })
  if (!found) return undefined
  await revoke(db, found.id, now)
  return { ...found, revoked_at: found.revoked_at ?? now }
}
