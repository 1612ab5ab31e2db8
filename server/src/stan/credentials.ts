import type { Vault } from '@obole/vault/vault.js'
import { Secret } from '../kernel/secret.ts'
import { sealedNumber } from '../numbers/number.ts'
import { insertion } from '../platform/change.ts'
import type { Committer } from '../platform/commit.ts'
import { randomText } from './random-text.ts'
import { type StanCredentials, stanCredentials } from './store.ts'
import { newUuid } from './uuid.ts'

/** Characters of a client secret: 190 bits. */
const secretLength = 32

/**
 * Makes a pair of client id and secret, which calls the API of Stan in one mode. The secret is told
 * here and never again: its keyed hash is kept, and itself in the vault, as it signs notifications.
 */
export async function createCredentials(
  { committer, vault, now }: { committer: Committer; vault: Vault; now: Date },
  { account, live }: { account: string; live: boolean },
): Promise<{ row: StanCredentials; secret: Secret<string> }> {
  const text = randomText(secretLength)
  const secret = new Secret(text)
  const row: StanCredentials = {
    account,
    live,
    id: newUuid(now),
    version: 1,
    created: now,
    hash: vault.hashApiKey(text),
    hint: `…${text.slice(-4)}`,
    webhook_endpoint: null,
    legacy_endpoint: null,
    oauth_redirect_url: null,
    revoked_at: null,
  }
  const sealed = sealedNumber({ vault, account, live }, row.id, 'signing_secret', secret)
  await committer.commit({ account, live, insert: [insertion(stanCredentials, row), sealed] })
  return { row, secret }
}
