import type { EventAction } from '@obole/contract/events.js'
import type { Machine } from '../kernel/machine.ts'

export type RefundStatus =
  | 'awaiting_approval'
  | 'to_refund'
  | 'refund_sent'
  | 'refunded'
  | 'not_honored'
  | 'payment_canceled'
  | 'failed'

export type RefundAction = 'accept' | 'cancel' | 'fail' | 'send' | 'book' | 'dishonor'

/**
 * What may happen to a refund, in the published words. awaiting_approval: the bank was asked; one
 * that answers at once leaves nothing in it. payment_canceled: the payment was not captured yet,
 * and no money moved. not_honored: the bank took the order, and could not credit the payer.
 */
export const refundMachine: Machine<RefundStatus, RefundAction> = {
  awaiting_approval: { accept: 'to_refund', cancel: 'payment_canceled', fail: 'failed' },
  to_refund: { send: 'refund_sent', dishonor: 'not_honored' },
  refund_sent: { book: 'refunded', dishonor: 'not_honored' },
  refunded: {},
  not_honored: {},
  payment_canceled: {},
  failed: {},
}

/** action → the event that tells it. */
export const refundEvents: Record<RefundAction, EventAction<'refund'>> = {
  accept: 'accepted',
  cancel: 'payment_canceled',
  fail: 'failed',
  send: 'sent',
  book: 'refunded',
  dishonor: 'not_honored',
}
