import { boxOverhead, decrypt, encrypt } from './aes-gcm.ts'
import { type MasterKeys, masterKeyIdBytes } from './master-keys.ts'
import { VaultError } from './vault-error.ts'

/** Length of every key that is wrapped. */
export const keyBytes = 32
/** Length of a wrapped key: the master key's id, then the box. */
export const wrappedBytes = masterKeyIdBytes + boxOverhead + keyBytes

const contextOf = (id: string, context: string): string =>
  JSON.stringify(['obole wrapped key', 1, id, context])

/** The id of the master key that a key is wrapped by. */
export const wrappedBy = (wrapped: Buffer): string =>
  wrapped.subarray(0, masterKeyIdBytes).toString('hex')

/** Wraps a key by the current master key, for one use only: `context` says which. */
export function wrapKey(masterKeys: MasterKeys, key: Buffer, context: string): Buffer {
  const { id, key: master } = masterKeys.current
  return Buffer.concat([Buffer.from(id, 'hex'), encrypt(master, key, contextOf(id, context))])
}

/** The key in clear; whoever asks wipes it. Throws `malformed`, `unknown_key` or `tampered`. */
export function unwrapKey(masterKeys: MasterKeys, wrapped: Buffer, context: string): Buffer {
  if (wrapped.length !== wrappedBytes) {
    throw new VaultError('malformed', 'A wrapped key has the wrong length')
  }
  const id = wrappedBy(wrapped)
  const master = masterKeys.by_id.get(id)
  if (!master) throw new VaultError('unknown_key', `No master key has the id ${id}`)
  return decrypt(master.key, wrapped.subarray(masterKeyIdBytes), contextOf(id, context))
}

/** The same key wrapped by the current master key; null when it is so already. */
export function rewrapKey(masterKeys: MasterKeys, wrapped: Buffer, context: string): Buffer | null {
  if (wrappedBy(wrapped) === masterKeys.current.id) return null
  const key = unwrapKey(masterKeys, wrapped, context)
  try {
    return wrapKey(masterKeys, key, context)
  } finally {
    key.fill(0)
  }
}
