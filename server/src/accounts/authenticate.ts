import { equalHash } from '@obole/vault/equal-hash.js'
import type { Vault } from '@obole/vault/vault.js'
import type { Db } from '../platform/db.ts'
import { keyPattern } from './key.ts'
import { findKeyByHash } from './store.ts'

/** Whose key it is. */
export interface Bearer {
  account: string
  account_name: string
  live: boolean
  kind: 'secret' | 'public'
  key: string
}

/**
 * How long a key that was found is believed without asking again: a revoked one stops within this.
 */
const believed_ms = 1000
const cached_max = 10_000

/**
 * Finds whose key it is. The hash is keyed, so that the time of the lookup tells nothing of a key;
 * the hashes are compared in constant time all the same. An unknown key does the same work and is
 * never remembered.
 */
export function authenticator(db: Db, vault: Vault): (key: string) => Promise<Bearer | undefined> {
  const cache = new Map<string, { bearer: Bearer; until: number }>()
  return async (key) => {
    if (!keyPattern.test(key)) return undefined
    const hash = vault.hashApiKey(key)
    const known = cache.get(hash)
    if (known && known.until > performance.now()) return known.bearer
    cache.delete(hash)
    const row = await findKeyByHash(db, hash)
    if (!row || !equalHash(row.hash, hash)) return undefined
    const { account, account_name, live, kind, id } = row
    const bearer: Bearer = { account, account_name, live, kind, key: id }
    if (cache.size >= cached_max) cache.clear()
    cache.set(hash, { bearer, until: performance.now() + believed_ms })
    return bearer
  }
}
