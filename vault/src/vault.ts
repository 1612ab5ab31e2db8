import { createHmac, randomBytes } from 'node:crypto'
import { boxOverhead, decrypt, encrypt } from './aes-gcm.ts'
import type { Keyring } from './keyring.ts'
import type { MasterKeys } from './master-keys.ts'
import { VaultError } from './vault-error.ts'
import { keyBytes, rewrapKey, unwrapKey, wrapKey, wrappedBy, wrappedBytes } from './wrap-key.ts'

export type NumberKind = 'pan' | 'iban'
/** What is sealed: numbers, and what deliveries are signed with. */
export type SealedKind = NumberKind | 'signing_secret' | 'signing_seed'

/** What equal fingerprints are told of: a number, a request, and the key that a client gave it. */
export type FingerprintKind = NumberKind | 'request' | 'idempotency_key'

/** Where a sealed value belongs. It opens there and nowhere else. */
export interface Scope {
  account: string
  record: string
  kind: SealedKind
}

/** Where a note belongs. It opens there and nowhere else. */
export type NoteScope = Pick<Scope, 'account' | 'record'> & { live: boolean }

export interface Vault {
  /**
   * Encrypts a number, or the bytes of a key, under a data key of its own. The result tells neither
   * what it is nor its length.
   */
  seal(scope: Scope, plaintext: string | Buffer): Buffer
  /** The number in clear. Throws `tampered`, `unknown_key` or `malformed`. */
  open(scope: Scope, sealed: Buffer): string
  /** The bytes of a key in clear. Throws as `open`. */
  openBytes(scope: Scope, sealed: Buffer): Buffer
  /** The same value with its data key under the current master key; null when it is so already. */
  rewrap(scope: Scope, sealed: Buffer): Buffer | null
  /**
   * Equal for equal numbers of one account, mode and kind; says nothing across accounts or modes.
   * 64 hexadecimal characters. Normalise the number first. Master key rotation does not change it.
   */
  fingerprint(account: string, live: boolean, kind: FingerprintKind, plaintext: string): string
  /**
   * Encrypts what is kept for a while, of any length, under a key of this record alone. It needs no
   * rotation: its key hangs on the keyring, not on a master key.
   */
  sealNote(scope: NoteScope, plaintext: string): Buffer
  /** The note in clear. Throws `tampered` or `malformed`. */
  openNote(scope: NoteScope, sealed: Buffer): string
  /**
   * What is stored of an API key: 64 hexadecimal characters. Master key rotation does not change
   * it.
   */
  hashApiKey(secret: string): string
  /**
   * A secret of 32 bytes that is always the same for one purpose, account and mode, and tells
   * nothing of another. Never stored. Master key rotation does not change it.
   */
  deriveSecret(purpose: string, account: string, live: boolean): Buffer
}

const formatVersion = 1
/** Every value is padded to this: one byte of length, then room for the longest IBAN (34). */
const paddedBytes = 40
const plaintextBytesMax = paddedBytes - 1
const boxStart = 1 + wrappedBytes
/** Length of every sealed value: version, wrapped data key, box of the padded number. */
export const sealedBytes = boxStart + boxOverhead + paddedBytes

/** JSON keeps the parts apart: ("a", "bc") and ("ab", "c") are different contexts. */
const contextOf = ({ account, record, kind }: Scope): string =>
  JSON.stringify(['obole sealed value', formatVersion, account, record, kind])

const noteContextOf = ({ account, live, record }: NoteScope): string =>
  JSON.stringify(['obole note', account, live, record])

/** The id of the master key that a sealed value depends on: bytes 2 to 9 of it. */
export function masterKeyIdOf(sealed: Buffer): string {
  checkFormat(sealed)
  return wrappedBy(sealed.subarray(1, boxStart))
}

function checkFormat(sealed: Buffer): void {
  if (sealed.length !== sealedBytes || sealed[0] !== formatVersion) {
    throw new VaultError('malformed', 'This is not a sealed value of a known format')
  }
}

function pad(plaintext: string | Buffer): Buffer {
  const length = Buffer.byteLength(plaintext)
  if (length === 0 || length > plaintextBytesMax) {
    throw new VaultError('malformed', `Only 1 to ${plaintextBytesMax} bytes can be sealed`)
  }
  const padded = Buffer.alloc(paddedBytes)
  padded.writeUInt8(length)
  if (typeof plaintext === 'string') padded.write(plaintext, 1)
  else plaintext.copy(padded, 1)
  return padded
}

/** A copy: the padded one is wiped. */
const unpad = (padded: Buffer): Buffer => Buffer.from(padded.subarray(1, 1 + padded.readUInt8()))

/**
 * The only place that turns numbers into ciphertext and back. Holds keys, no numbers; does no I/O.
 */
export function createVault(keys: { masterKeys: MasterKeys; keyring: Keyring }): Vault {
  const { masterKeys, keyring } = keys
  const notes = createHmac('sha256', keyring.fingerprint).update('obole notes').digest()
  /** A key for each record: none encrypts so often that two random ivs could meet. */
  const noteKey = (context: string): Buffer => createHmac('sha256', notes).update(context).digest()

  const openBytes: Vault['openBytes'] = (scope, sealed) => {
    checkFormat(sealed)
    const context = contextOf(scope)
    const dataKey = unwrapKey(masterKeys, sealed.subarray(1, boxStart), context)
    try {
      const padded = decrypt(dataKey, sealed.subarray(boxStart), context)
      const plaintext = unpad(padded)
      padded.fill(0)
      return plaintext
    } finally {
      dataKey.fill(0)
    }
  }

  return {
    seal(scope, plaintext) {
      const context = contextOf(scope)
      const padded = pad(plaintext)
      const dataKey = randomBytes(keyBytes)
      try {
        const wrapped = wrapKey(masterKeys, dataKey, context)
        return Buffer.concat([Buffer.of(formatVersion), wrapped, encrypt(dataKey, padded, context)])
      } finally {
        dataKey.fill(0)
        padded.fill(0)
      }
    },

    openBytes,

    open: (scope, sealed) => openBytes(scope, sealed).toString('utf8'),

    rewrap(scope, sealed) {
      checkFormat(sealed)
      const wrapped = rewrapKey(masterKeys, sealed.subarray(1, boxStart), contextOf(scope))
      if (!wrapped) return null
      return Buffer.concat([sealed.subarray(0, 1), wrapped, sealed.subarray(boxStart)])
    },

    fingerprint: (account, live, kind, plaintext) =>
      createHmac('sha256', keyring.fingerprint)
        .update(JSON.stringify([account, live, kind, plaintext]))
        .digest('hex'),

    sealNote(scope, plaintext) {
      const context = noteContextOf(scope)
      return encrypt(noteKey(context), Buffer.from(plaintext), context)
    },

    openNote(scope, sealed) {
      if (sealed.length < boxOverhead) throw new VaultError('malformed', 'This is no sealed note')
      const context = noteContextOf(scope)
      return decrypt(noteKey(context), sealed, context).toString()
    },

    hashApiKey: (secret) => createHmac('sha256', keyring.api_key).update(secret).digest('hex'),

    // No API key begins with a bracket.
    deriveSecret: (purpose, account, live) =>
      createHmac('sha256', keyring.api_key)
        .update(JSON.stringify(['obole derived secret', purpose, account, live]))
        .digest(),
  }
}
