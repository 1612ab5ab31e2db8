import { timingSafeEqual } from 'node:crypto'

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function equalHash(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
