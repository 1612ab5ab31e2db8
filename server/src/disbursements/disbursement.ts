import type { EventAction } from '@obole/contract/events.js'
import type { Machine } from '../kernel/machine.ts'

export type DisbursementStatus =
  | 'awaiting_approval'
  | 'to_disburse'
  | 'disburse_sent'
  | 'disbursed'
  | 'not_honored'
  | 'refused'
  | 'failed'

export type DisbursementAction = 'accept' | 'refuse' | 'fail' | 'send' | 'book' | 'dishonor'

/**
 * What may happen to a disbursement, in the published words. awaiting_approval: the bank was asked;
 * one that answers at once leaves nothing in it. not_honored: the bank took the order, and could
 * not credit the card.
 */
export const disbursementMachine: Machine<DisbursementStatus, DisbursementAction> = {
  awaiting_approval: { accept: 'to_disburse', refuse: 'refused', fail: 'failed' },
  to_disburse: { send: 'disburse_sent', dishonor: 'not_honored' },
  disburse_sent: { book: 'disbursed', dishonor: 'not_honored' },
  disbursed: {},
  not_honored: {},
  refused: {},
  failed: {},
}

/** action → the event that tells it. */
export const disbursementEvents: Record<DisbursementAction, EventAction<'disbursement'>> = {
  accept: 'accepted',
  refuse: 'refused',
  fail: 'failed',
  send: 'sent',
  book: 'disbursed',
  dishonor: 'not_honored',
}
