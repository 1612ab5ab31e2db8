import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { VaultError } from './vault-error.ts'

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** How much longer a box is than what is in it. */
export const boxOverhead = ivBytes + tagBytes

/**
 * Encrypts into a box: iv, tag, ciphertext. It opens only with the same key and the same context.
 */
export function encrypt(key: KeyObject | Buffer, plaintext: Buffer, context: string): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context))
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext])
}

/** Opens a box, or throws `tampered`: nothing of an unauthentic box is ever returned. */
export function decrypt(key: KeyObject | Buffer, box: Buffer, context: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, box.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(box.subarray(ivBytes, boxOverhead))
  const plaintext = decipher.update(box.subarray(boxOverhead))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw new VaultError('tampered', 'A sealed value was changed, or belongs to another record')
  }
  return plaintext
}
