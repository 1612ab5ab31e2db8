import { randomInt } from 'node:crypto'
import type { Vault } from '@obole/vault/vault.js'
import { newId } from '../kernel/ids.ts'
import { Secret } from '../kernel/secret.ts'
import type { Key } from './store.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Of a key of any kind or mode: `stest_ ptest_ sprod_ pprod_`, then 24 word characters. */
export const keyPattern = /^[sp](test|prod)_\w{24}$/

/** A key that was just made: the only time that it is known in clear. */
export interface NewKey {
  row: Key
  key: Secret<string>
}

/** Makes a key of 24 random characters (142 bits). Pure but for the randomness. */
export function newKey(
  vault: Vault,
  it: Pick<Key, 'account' | 'live' | 'kind'> & { now: Date },
): NewKey {
  const prefix = `${it.kind === 'secret' ? 's' : 'p'}${it.live ? 'prod' : 'test'}`
  const random = Array.from({ length: 24 }, () => alphabet[randomInt(alphabet.length)]).join('')
  const key = `${prefix}_${random}`
  return {
    key: new Secret(key),
    row: {
      account: it.account,
      live: it.live,
      id: newId('key'),
      kind: it.kind,
      hash: vault.hashApiKey(key),
      hint: `${prefix}_…${key.slice(-4)}`,
      created: it.now,
      revoked_at: null,
    },
  }
}
