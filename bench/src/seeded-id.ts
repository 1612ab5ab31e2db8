import { createHash } from 'node:crypto'

/**
 * An id as the server makes them, of text that sorts by its number; before all that the server
 * makes.
 */
export const id = (prefix: string, n = 'n') =>
  `'${prefix}_0' || lpad(to_hex(${n}), 8, '0') || substr(md5('${prefix}' || ${n}), 1, 15)`

/** The same, of a number that is known here. */
export function idOf(prefix: string, n: number): string {
  const rest = createHash('md5').update(`${prefix}${n}`).digest('hex').slice(0, 15)
  return `${prefix}_0${n.toString(16).padStart(8, '0')}${rest}`
}
