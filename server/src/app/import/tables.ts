import { addresses } from '../../addresses/store.ts'
import { authentications } from '../../authentications/store.ts'
import { bankAccounts } from '../../bank-accounts/store.ts'
import { cards } from '../../cards/store.ts'
import { customers } from '../../customers/store.ts'
import { disbursements } from '../../disbursements/store.ts'
import { disputes, evidence } from '../../disputes/store.ts'
import { intents } from '../../intents/store.ts'
import { payments } from '../../payments/store.ts'
import { payouts } from '../../payouts/store.ts'
import { refunds } from '../../refunds/store.ts'
import { settlementItems } from '../../settlements/store.ts'

/** The tables that an import writes rows to: `object` of a line → its own, and two beside them. */
export const tables = {
  address: addresses,
  customer: customers,
  card: cards,
  sepa: bankAccounts,
  payment_intent: intents,
  payment: payments,
  refund: refunds,
  dispute: disputes,
  evidence,
  disbursement: disbursements,
  payout: payouts,
  authentication: authentications,
  settlement_item: settlementItems,
} as const
