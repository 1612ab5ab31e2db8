import type { Machine } from '../kernel/machine.ts'

export type DisputeStatus =
  | 'open'
  | 'evidence_pending'
  | 'evidence_sent'
  | 'evidence_verification'
  | 'accepted'
  | 'won'
  | 'lost'
  | 'out_of_time'
  | 'not_contestable'

export type DisputeAction =
  | 'bar'
  | 'draft'
  | 'submit'
  | 'accept'
  | 'lapse'
  | 'verify'
  | 'win'
  | 'lose'

const unanswered = {
  draft: 'evidence_pending',
  submit: 'evidence_sent',
  accept: 'accepted',
  lapse: 'out_of_time',
} as const

/**
 * What may happen to a dispute. The statuses are published, the ways between them are ours. Barred
 * is what cannot be argued: a payer has a right to have a direct debit refunded (SEPA Core scheme
 * rulebook). Evidence may be given in pieces until it is submitted, then the bank has it.
 */
export const disputeMachine: Machine<DisputeStatus, DisputeAction> = {
  open: { bar: 'not_contestable', ...unanswered },
  evidence_pending: unanswered,
  evidence_sent: { verify: 'evidence_verification' },
  evidence_verification: { win: 'won', lose: 'lost' },
  accepted: {},
  won: {},
  lost: {},
  out_of_time: {},
  not_contestable: {},
}
