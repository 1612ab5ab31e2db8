import { operations as addresses } from './addresses.ts'
import { operations as cards } from './cards.ts'
import { operations as customers } from './customers.ts'
import { operations as disbursements } from './disbursements.ts'
import { operations as disputes } from './disputes.ts'
import { operations as events } from './events.ts'
import { operations as ledger } from './ledger.ts'
import { operations as paymentIntents } from './payment-intents.ts'
import { operations as payments } from './payments.ts'
import { operations as payouts } from './payouts.ts'
import { operations as ping } from './ping.ts'
import { operations as refunds } from './refunds.ts'
import { operations as requests } from './requests.ts'
import { operations as sandboxClock } from './sandbox-clock.ts'
import { operations as sepa } from './sepa.ts'
import { operations as webhooks } from './webhooks.ts'

/** Every operation of the dialect. */
export const v2Operations = [
  ...ping,
  ...customers,
  ...addresses,
  ...cards,
  ...sepa,
  ...paymentIntents,
  ...payments,
  ...refunds,
  ...disputes,
  ...disbursements,
  ...payouts,
  ...webhooks,
  ...ledger,
  ...events,
  ...requests,
  ...sandboxClock,
] as const

export type V2OperationId = (typeof v2Operations)[number]['id']
