import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { MasterKeys } from './master-keys.ts'
import { VaultError } from './vault-error.ts'
import { keyBytes, rewrapKey, unwrapKey, wrapKey } from './wrap-key.ts'

/**
 * Keys that must outlive every master key, because what they made is stored and compared:
 * fingerprints of numbers, and hashes of API keys.
 */
const keyringNames = ['fingerprint', 'api_key'] as const
export type KeyringName = (typeof keyringNames)[number]

/** A keyring key at rest: random, and wrapped by a master key. */
export interface KeyringRow {
  name: string
  wrapped: Buffer
}

export type Keyring = Readonly<Record<KeyringName, KeyObject>>

/** The name is bound: a row cannot take the place of another. */
const contextOf = (name: string): string => `keyring ${name}`

/**
 * A fresh keyring to store, once per installation: another one would make every stored hash
 * useless.
 */
export function newKeyring(masterKeys: MasterKeys): KeyringRow[] {
  return keyringNames.map((name) => {
    const key = randomBytes(keyBytes)
    const row = { name, wrapped: wrapKey(masterKeys, key, contextOf(name)) }
    key.fill(0)
    return row
  })
}

/**
 * Opens the stored keyring. Throws `malformed` when a key is missing, `unknown_key` or `tampered`.
 */
export function openKeyring(rows: readonly KeyringRow[], masterKeys: MasterKeys): Keyring {
  const open = (name: KeyringName): KeyObject => {
    const row = rows.find((candidate) => candidate.name === name)
    if (!row) throw new VaultError('malformed', `The keyring has no key ${name}`)
    const key = unwrapKey(masterKeys, row.wrapped, contextOf(name))
    const opened = createSecretKey(key)
    key.fill(0)
    return opened
  }
  return { fingerprint: open('fingerprint'), api_key: open('api_key') }
}

/**
 * The rows to store again after a new master key became current: the same keys, wrapped anew. Empty
 * when none is due.
 */
export function rewrapKeyring(rows: readonly KeyringRow[], masterKeys: MasterKeys): KeyringRow[] {
  return rows.flatMap(({ name, wrapped }) => {
    const again = rewrapKey(masterKeys, wrapped, contextOf(name))
    return again ? [{ name, wrapped: again }] : []
  })
}
