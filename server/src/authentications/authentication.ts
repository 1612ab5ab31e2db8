import { randomInt, randomUUID } from 'node:crypto'
import { limits } from '../kernel/limits.ts'
import { type Machine, step } from '../kernel/machine.ts'
import { later, wholeSecond } from '../kernel/time.ts'
import type { Ctx } from '../processors/ctx.ts'
import type { Authentication } from './store.ts'

export type AuthenticationStatus =
  | 'requested'
  | 'available'
  | 'attempted'
  | 'success'
  | 'declined'
  | 'failed'
  | 'unavailable'
  | 'expired'

export type AuthenticationAction =
  | 'offer'
  | 'attempt'
  | 'succeed'
  | 'decline'
  | 'fail'
  | 'skip'
  | 'expire'

const open = {
  attempt: 'attempted',
  succeed: 'success',
  decline: 'declined',
  fail: 'failed',
  expire: 'expired',
} as const

/**
 * requested: waits for a card. available: the payer may be sent to the bank. attempted: the payer
 * was. unavailable: the card takes no part in 3-D Secure. The words are the published ones.
 */
export const authenticationMachine: Machine<AuthenticationStatus, AuthenticationAction> = {
  requested: { offer: 'available', succeed: 'success', skip: 'unavailable', expire: 'expired' },
  available: open,
  attempted: open,
  success: {},
  declined: {},
  failed: {},
  unavailable: {},
  expired: {},
}

/** The session on its next status. Refuses with illegal_transition. Pure. */
export const walked = (it: Authentication, action: AuthenticationAction): Authentication => {
  const status = step(authenticationMachine, it.status, action)
  const over = Object.keys(authenticationMachine[status]).length === 0
  return { ...it, status, due_at: over ? null : it.due_at }
}

/** Whether the payer can still answer the bank. Pure. */
export const isOpen = (it: Authentication, now: Date): boolean =>
  (it.status === 'available' || it.status === 'attempted') && it.due_at !== null && it.due_at > now

/** A session that waits for a card. It lives 6 hours, as published. */
export const requestedAuthentication = (
  ctx: Ctx,
  it: { payment: string; return_url: string | null },
): Authentication => ({
  account: ctx.account,
  live: ctx.live,
  id: randomUUID(),
  version: 1,
  created: wholeSecond(ctx.now),
  payment: it.payment,
  status: 'requested',
  return_url: it.return_url,
  token: null,
  code: null,
  tries: 0,
  message: null,
  due_at: later(ctx.now, limits.authentication_ms),
})

/** The session with an address to send the payer to, and six hours from now. */
export const offered = (ctx: Ctx, it: Authentication): Authentication => ({
  ...walked(it, 'offer'),
  token: randomUUID(),
  code: String(randomInt(1_000_000)).padStart(6, '0'),
  due_at: later(ctx.now, limits.authentication_ms),
})
