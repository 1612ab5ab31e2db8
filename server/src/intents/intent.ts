import type { Machine } from '../kernel/machine.ts'

export type IntentStatus =
  | 'require_payment_method'
  | 'require_authentication'
  | 'authorized'
  | 'captured'
  | 'canceled'
  | 'unpaid'

export type IntentAction =
  | 'offer'
  | 'withdraw'
  | 'authorize'
  | 'capture'
  | 'reverse'
  | 'cancel'
  | 'give_up'

const payable = {
  offer: 'require_authentication',
  withdraw: 'require_payment_method',
  authorize: 'authorized',
  capture: 'captured',
  cancel: 'canceled',
  give_up: 'unpaid',
} as const

/**
 * require_authentication: a method is there, and the payer has yet to confirm it. unpaid: too many
 * tries failed. A captured one is reversed when all of its payment is given back before the bank
 * books it; it cannot be canceled. The published require_authorization and processing are never
 * reached: clients in the field do not know them.
 */
export const intentMachine: Machine<IntentStatus, IntentAction> = {
  require_payment_method: payable,
  require_authentication: payable,
  authorized: { capture: 'captured', cancel: 'canceled' },
  captured: { reverse: 'canceled' },
  canceled: {},
  unpaid: {},
}

/** Whether the payer can still pay. Pure. */
export const isPayable = (status: IntentStatus): boolean =>
  intentMachine[status].authorize !== undefined
