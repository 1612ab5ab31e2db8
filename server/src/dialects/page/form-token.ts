import { equalHash } from '@obole/vault/equal-hash.js'
import type { Vault } from '@obole/vault/vault.js'

const period_ms = 12 * 3600 * 1000

const tokenAt = (vault: Vault, id: string, period: number): string =>
  vault.hashApiKey(`form ${id} ${period}`)

/**
 * What a form of this object carries, so that no other site can post one unseen. It is bound to the
 * object and to half a day, and not to a cookie: shops frame the page, and browsers send no cookie
 * into a frame of another site.
 */
export const formToken = (vault: Vault, id: string, now: Date): string =>
  tokenAt(vault, id, Math.floor(now.getTime() / period_ms))

/** Whether the token was given out for this object within the last day. */
export function isFormToken(vault: Vault, id: string, now: Date, token: string): boolean {
  const period = Math.floor(now.getTime() / period_ms)
  return [period, period - 1].some((it) => equalHash(tokenAt(vault, id, it), token))
}
