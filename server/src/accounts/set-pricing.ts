import { event } from '../events/event.ts'
import { type Pricing, standardPricing } from '../kernel/pricing.ts'
import { Refusal } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import type { Committer } from '../platform/commit.ts'
import { type Account, accounts } from './store.ts'

/** What an account pays from now on, where it is not as before. What was charged stays. */
export interface PricingChange {
  card_bps?: number
  card_fixed?: number
  sepa_bps?: number
  sepa_fixed?: number
  dispute_fixed?: number
  vat_bps?: number
}

const changed = (was: Pricing, it: PricingChange): Pricing => ({
  card: { bps: it.card_bps ?? was.card.bps, fixed: it.card_fixed ?? was.card.fixed },
  sepa: { bps: it.sepa_bps ?? was.sepa.bps, fixed: it.sepa_fixed ?? was.sepa.fixed },
  dispute: it.dispute_fixed ?? was.dispute,
  vat_bps: it.vat_bps ?? was.vat_bps,
})

/**
 * Changes what an account pays, in both of its modes; running servers follow with the next request.
 * Refuses with conflict when the account was changed since it was read.
 */
export async function setPricing(
  office: { committer: Committer; now: Date },
  before: Account,
  change: PricingChange,
): Promise<Pricing> {
  const { id: account } = before
  const pricing = changed(before.pricing ?? standardPricing, change)
  const after: Account = { ...before, pricing, version: before.version + 1 }
  const answer = await office.committer.commit({
    account,
    live: false,
    move: [move(accounts, before, after)],
    events: [event({ now: office.now, request_id: 'cli' }, 'account', 'updated', after)],
  })
  if (answer === 'conflict') throw new Refusal('conflict')
  return pricing
}
