import { randomBytes } from 'node:crypto'
import type { Prefix } from '@obole/contract/ids.js'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const timeChars = 7
const orderChars = 2
const randomChars = 15
const epoch = Date.UTC(2020, 0, 1)

/**
 * The value in base 62, left-padded: the alphabet is in ASCII order, so text order is number order.
 */
function base62(value: number, width: number): string {
  let text = ''
  for (let rest = value; text.length < width; rest = Math.floor(rest / 62)) {
    text = alphabet[rest % 62] + text
  }
  return text
}

let pool = Buffer.alloc(0)
let used = 0
/**
 * 15 characters from a secure source (89 bits). Bytes of 248 and more are dropped: no character is
 * likelier.
 */
function random(): string {
  let text = ''
  while (text.length < randomChars) {
    if (used >= pool.length) {
      pool = randomBytes(4096)
      used = 0
    }
    const byte = pool[used++] as number
    if (byte < 248) text += alphabet[byte % 62]
  }
  return text
}

let lastMs = 0
let order = 0

/**
 * A new id: the prefix, then 24 of [0-9A-Za-z]. The first 7 count milliseconds, 2 order the ids of
 * one millisecond, 15 are random: ids of one process sort as they were made, and none can be
 * guessed from another.
 */
export function newId(prefix: Prefix): string {
  const now = Date.now()
  if (now > lastMs) {
    lastMs = now
    order = 0
  } else if (++order === 62 ** orderChars) {
    lastMs++
    order = 0
  }
  return `${prefix}_${base62(lastMs - epoch, timeChars)}${base62(order, orderChars)}${random()}`
}
