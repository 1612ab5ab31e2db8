import { equalHash } from '@obole/vault/equal-hash.js'
import type { Vault } from '@obole/vault/vault.js'
import type { Bearer } from '../accounts/authenticate.ts'
import { findAccount } from '../accounts/store.ts'
import type { Db } from '../platform/db.ts'
import { findCredentials } from './store.ts'
import { isUuid } from './uuid.ts'

/** How long a pair that was found is believed without asking again. */
const believed_ms = 1000
const cached_max = 10_000

/**
 * Finds whose client id and secret these are; what stands for a key is the client id. The hashes of
 * the secrets are keyed, and compared in constant time. Only a right pair is remembered, and a
 * revoked one for a second at most.
 */
export function stanAuthenticator(
  db: Db,
  vault: Vault,
): (id: string, secret: string) => Promise<Bearer | undefined> {
  const cache = new Map<string, { hash: string; bearer: Bearer; until: number }>()
  return async (id, secret) => {
    if (!isUuid(id)) return undefined
    const hash = vault.hashApiKey(secret)
    const known = cache.get(id)
    if (known && known.until > performance.now() && equalHash(known.hash, hash)) return known.bearer
    const row = await findCredentials(db, id.toLowerCase())
    if (!row || !equalHash(row.hash, hash) || row.revoked_at) return undefined
    const { account, live, id: key } = row
    const account_name = (await findAccount(db, account))?.name ?? ''
    const bearer: Bearer = { account, account_name, live, kind: 'secret', key }
    if (cache.size >= cached_max) cache.clear()
    cache.set(id, { hash, bearer, until: performance.now() + believed_ms })
    return bearer
  }
}
