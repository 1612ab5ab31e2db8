import { createHash } from 'node:crypto'
import type { EventAction } from '@obole/contract/events.js'
import type { Machine } from '../kernel/machine.ts'

export type PayoutStatus = 'pending' | 'to_pay' | 'sent' | 'paid' | 'failed'

export type PayoutAction = 'carry' | 'close' | 'send' | 'book' | 'fail' | 'retry'

/**
 * What may happen to a payout. pending: it is open, and what falls due enters it; one that comes to
 * nothing, or less, is carried over to the next payout day. Closed, it keeps its lines for ever: a
 * failed one is paid again, with the same. The published early and error are never reached: clients
 * in the field do not know them.
 */
export const payoutMachine: Machine<PayoutStatus, PayoutAction> = {
  pending: { carry: 'pending', close: 'to_pay' },
  to_pay: { send: 'sent', fail: 'failed' },
  sent: { book: 'paid', fail: 'failed' },
  failed: { retry: 'to_pay' },
  paid: {},
}

/** action → the event that tells it. */
export const payoutEvents: Record<PayoutAction, EventAction<'payout'>> = {
  carry: 'carried_over',
  close: 'closed',
  send: 'sent',
  book: 'paid',
  fail: 'failed',
  retry: 'retried',
}

/** Digits and capitals that nobody takes for each other (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * What stands on the merchant's bank statement: `20261121-7K3M-9QXD-2FWA`. The day on which the
 * payout was made and 60 bits of its id's hash, in characters that every bank takes, capital
 * letters or not. Pure.
 */
export function referenceOf(id: string, day: string): string {
  const code = Array.from(createHash('sha256').update(id).digest().subarray(0, 12), (byte) =>
    alphabet.charAt(byte % alphabet.length),
  ).join('')
  const parts = [code.slice(0, 4), code.slice(4, 8), code.slice(8)]
  return [day.replaceAll('-', ''), ...parts].join('-')
}
