import { operations as addresses } from './addresses.ts'
import { operations as cards } from './cards.ts'
import { operations as checkout } from './checkout.ts'
import { operations as customers } from './customers.ts'
import { operations as disputes } from './disputes.ts'
import { operations as payouts } from './payouts.ts'
import { operations as refunds } from './refunds.ts'
import { operations as sepa } from './sepa.ts'

/** Every operation of the dialect. */
export const v1Operations = [
  ...customers,
  ...cards,
  ...sepa,
  ...addresses,
  ...checkout,
  ...refunds,
  ...disputes,
  ...payouts,
] as const

export type V1OperationId = (typeof v1Operations)[number]['id']
