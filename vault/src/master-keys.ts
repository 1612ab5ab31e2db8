import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { VaultError } from './vault-error.ts'

/** A key that wraps other keys. The id is a keyed hash of the key: safe to show and to store. */
export interface MasterKey {
  /** 16 hexadecimal characters. */
  readonly id: string
  readonly key: KeyObject
}

/** The current key wraps; it and the older ones unwrap. */
export interface MasterKeys {
  readonly current: MasterKey
  readonly by_id: ReadonlyMap<string, MasterKey>
}

const masterKeyBytes = 32
export const masterKeyIdBytes = 8
/** A random key has fewer different bytes than this less than once in 10^15. */
const leastDistinctBytes = 16

const forms: readonly (readonly [RegExp, BufferEncoding])[] = [
  [/^[0-9a-f]{64}$/i, 'hex'],
  [/^[A-Za-z0-9+/]{43}=?$/, 'base64'],
  [/^[A-Za-z0-9_-]{43}=?$/, 'base64url'],
]

/** A new random master key as text (base64), as `parseMasterKeys` reads it. */
export const generateMasterKey = (): string => randomBytes(masterKeyBytes).toString('base64')

/**
 * Reads master keys from text: 32 bytes each, in hexadecimal, base64 or base64url, separated by
 * commas or white space. The first is current. Refuses keys that are visibly not random with
 * `bad_master_key`; no message shows a key.
 */
export function parseMasterKeys(text: string): MasterKeys {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const by_id = new Map<string, MasterKey>()
  words.forEach((word, index) => {
    const which = words.length === 1 ? 'The master key' : `Master key ${index + 1}`
    const key = readMasterKey(word, which)
    if (by_id.has(key.id)) throw new VaultError('bad_master_key', `${which} is given twice`)
    by_id.set(key.id, key)
  })
  const [current] = by_id.values()
  if (!current) throw new VaultError('bad_master_key', 'No master key is given')
  return { current, by_id }
}

function readMasterKey(word: string, which: string): MasterKey {
  const form = forms.find(([pattern]) => pattern.test(word))
  if (!form) {
    const expected = 'expected 32 bytes as 44 characters of base64 or 64 hexadecimal digits'
    throw new VaultError('bad_master_key', `${which} has ${word.length} characters: ${expected}`)
  }
  const bytes = Buffer.from(word, form[1])
  const weakness = weaknessOf(bytes)
  if (weakness) throw new VaultError('bad_master_key', `${which} ${weakness}: use a random one`)
  const id = createHmac('sha256', bytes)
    .update('obole master key id')
    .digest('hex')
    .slice(0, 2 * masterKeyIdBytes)
  const key = { id, key: createSecretKey(bytes) }
  bytes.fill(0)
  return key
}

/** Why these bytes cannot have come from a random source, if so. */
function weaknessOf(bytes: Buffer): string | undefined {
  const step = (index: number) => ((bytes[index] ?? 0) - (bytes[index - 1] ?? 0)) & 0xff
  const counts = bytes.every((_, index) => index < 2 || step(index) === step(1))
  if (counts) return step(1) === 0 ? 'is one byte repeated' : 'counts up or down'
  if (new Set(bytes).size < leastDistinctBytes) return 'repeats a pattern'
  const half = bytes.length / 2
  if (bytes.subarray(0, half).equals(bytes.subarray(half))) return 'repeats a pattern'
  return undefined
}
