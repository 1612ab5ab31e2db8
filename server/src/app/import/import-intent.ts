import { type IntentStatus, intentMachine } from '../../intents/intent.ts'
import type { Intent } from '../../intents/store.ts'
import { insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import { type Imported, imported, named, Unusable, whole } from './imported.ts'
import type { IntentLine } from './line-schemas.ts'
import { tables } from './tables.ts'

/** An intent as it was elsewhere. Throws Unusable. */
export function importIntent(ctx: Ctx, it: IntentLine): Imported {
  if (!(it.status in intentMachine)) {
    throw new Unusable(`status: ${it.status} is never the status of an intent here`)
  }
  const row: Intent = {
    ...whole(ctx, it),
    created_at: it.created_at,
    status: it.status as IntentStatus,
    amount: it.amount,
    currency: it.currency,
    methods_allowed: it.methods_allowed ?? ['card', 'sepa'],
    card: it.card ?? null,
    sepa: it.sepa ?? null,
    customer: it.customer ?? null,
    payment: it.payment ?? null,
    order_id: it.order_id ?? null,
    unique_id: it.unique_id ?? null,
    description: it.description ?? null,
    metadata: it.metadata ?? null,
    return_url: it.return_url ?? null,
    threeds: it.threeds ?? 'required',
    capture: it.capture ?? true,
    date_settlement: it.date_settlement ?? null,
    billing_address: it.billing_address ?? null,
    shipping_address: it.shipping_address ?? null,
    origin: it.origin ?? 1,
    tries: it.tries ?? 0,
  }
  const scope = 'payment_intent.unique_id'
  return imported('payment_intent', row, {
    insert: [insertion(tables.payment_intent, row)],
    status: row.status,
    claims: row.unique_id ? [{ scope, value: row.unique_id, owner: row.id }] : [],
    names: named({
      customer: [row.customer],
      card: [row.card],
      sepa: [row.sepa],
      payment: [row.payment],
    }),
  })
}
