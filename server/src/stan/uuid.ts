import { createHash, randomBytes } from 'node:crypto'

const written = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

let order = 0
const orders = 2 ** 18

/**
 * A new UUID of version 7: 48 bits of the instant, 18 that count within this process, so that ids
 * of one millisecond sort as they were made, and 56 random ones.
 */
export function newUuid(now: Date): string {
  order = (order + 1) % orders
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now.getTime(), 0, 6)
  bytes.writeUInt16BE(0x7000 | (order >> 6), 6)
  bytes.writeUInt8(0x80 | (order & 0x3f), 8)
  return written(bytes)
}

/** Always the same UUID for a text (version 8: one of our own making). Pure. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return written(bytes)
}

const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => pattern.test(text)
