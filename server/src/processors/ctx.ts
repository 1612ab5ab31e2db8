import type { CvcHold } from '@obole/vault/cvc-hold.js'
import type { Vault } from '@obole/vault/vault.js'
import type { Pricing } from '../kernel/pricing.ts'
import { Refusal } from '../kernel/problem.ts'
import type { Part } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'
import type { BankDays } from './bank-days.ts'
import type { InlineProcessor, Method } from './processor.ts'

/** The part of a payment that concerns those to its right. */
export interface MovedPayment {
  id: string
  version: number
  status: string
  amount: bigint
  currency: string
  capture: boolean
  payment_intent: string | null
  order_id: string | null
  method: Method | null
  card: string | null
  sepa: string | null
}

/**
 * What a payment must call in features that know it and that it does not know: handed in by the
 * program as a total table, so that imports go left only. Each gives a part of the same Change.
 */
export interface Hands {
  /** The payment reached another status: its intent follows. */
  paymentMoved(ctx: Ctx, payment: MovedPayment): Promise<Part>
  /** The payer's bank contests a captured payment: the dispute, and what it does to the books. */
  disputeOpened(
    ctx: Ctx,
    payment: MovedPayment,
    about: { amount: bigint; response: string; processor: string },
  ): Part
}

/** What the verbs of the features work with. */
export interface Ctx extends Context {
  vault: Vault
  cvcs: CvcHold
  /** The processor of each mode; null when live payments have none. */
  processors: { test: InlineProcessor; live: InlineProcessor | null }
  hands: Hands
  bankDays: BankDays
  /** What the account pays for our service. */
  pricing: Pricing
}

/** The processor of the caller's mode. Refuses with processor_not_configured. */
export function processorOf(ctx: Pick<Ctx, 'live' | 'processors'>): InlineProcessor {
  const processor = ctx.live ? ctx.processors.live : ctx.processors.test
  if (processor) return processor
  throw new Refusal('processor_not_configured', {
    loc: ['body', '__root__'],
    message: 'Live payments need a configured processor; none is set up here',
  })
}
