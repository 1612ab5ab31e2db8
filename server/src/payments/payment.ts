import type { EventAction } from '@obole/contract/events.js'
import type { Machine } from '../kernel/machine.ts'

export type PaymentStatus =
  | 'created'
  | 'authenticating'
  | 'authorized'
  | 'to_capture'
  | 'capture_sent'
  | 'captured'
  | 'disputed'
  | 'canceled'
  | 'expired'
  | 'failed'
  | 'refused'

export type PaymentAction =
  | 'authenticate'
  | 'lapse'
  | 'authorize'
  | 'accept'
  | 'refuse'
  | 'fail'
  | 'capture'
  | 'send'
  | 'clear'
  | 'refund'
  | 'restore'
  | 'dispute'
  | 'win'
  | 'cancel'
  | 'expire'

const answers = {
  authorize: 'authorized',
  accept: 'to_capture',
  refuse: 'refused',
  fail: 'failed',
} as const

/**
 * What may happen to a payment. created: nothing is decided. authenticating: the payer is with the
 * bank for 3-D Secure. refused and failed can be tried again by the payer, with the same or another
 * method. The other words are published. A refund leaves a payment captured; it is restored when
 * the bank could not credit the payer.
 */
export const paymentMachine: Machine<PaymentStatus, PaymentAction> = {
  created: { authenticate: 'authenticating', ...answers, cancel: 'canceled' },
  authenticating: {
    lapse: 'created',
    authenticate: 'authenticating',
    ...answers,
    cancel: 'canceled',
  },
  authorized: { capture: 'to_capture', cancel: 'canceled', expire: 'expired' },
  to_capture: { send: 'capture_sent', clear: 'captured', cancel: 'canceled' },
  capture_sent: { clear: 'captured' },
  captured: { refund: 'captured', restore: 'captured', dispute: 'disputed' },
  disputed: { restore: 'disputed', win: 'captured' },
  canceled: {},
  expired: {},
  refused: { authenticate: 'authenticating', ...answers, cancel: 'canceled' },
  failed: { authenticate: 'authenticating', ...answers, cancel: 'canceled' },
}

/** Whether a method may be given and tried: the bank has not said yes, and nobody gave up. Pure. */
export const isPayable = (status: PaymentStatus): boolean =>
  paymentMachine[status].authorize !== undefined

/** Whether the bank has said yes, and the money is or will be the merchant's. Pure. */
export const isAccepted = (status: PaymentStatus): boolean =>
  ['authorized', 'to_capture', 'capture_sent', 'captured', 'disputed'].includes(status)

/** Whether the money is there, and enters a payout. Pure. */
export const isBooked = ({ status }: { status: PaymentStatus }): boolean =>
  status === 'captured' || status === 'disputed'

/** Steps that an intent has nothing to do with: it is captured already. */
export const afterCapture: ReadonlySet<PaymentAction> = new Set([
  'send',
  'clear',
  'refund',
  'restore',
  'dispute',
  'win',
])

/** action → the event that tells it. */
export const paymentEvents: Record<PaymentAction, EventAction<'payment'>> = {
  authenticate: 'authentication_started',
  lapse: 'authentication_expired',
  authorize: 'authorized',
  accept: 'accepted',
  refuse: 'refused',
  fail: 'failed',
  capture: 'accepted',
  send: 'sent',
  clear: 'captured',
  refund: 'refunded',
  restore: 'refund_returned',
  dispute: 'disputed',
  win: 'dispute_won',
  cancel: 'canceled',
  expire: 'expired',
}
