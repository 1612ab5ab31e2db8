import type { operations, PaymentIntentOut } from '@obole/contract/v2/payment-intents.js'
import { listDisputes } from '../../disputes/store.ts'
import { cancelIntent } from '../../intents/cancel-intent.ts'
import { captureIntent } from '../../intents/capture-intent.ts'
import { createIntent } from '../../intents/create-intent.ts'
import { findIntent, type Intent, listIntents } from '../../intents/store.ts'
import { updateIntent } from '../../intents/update-intent.ts'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Reader } from '../../platform/context.ts'
import type { Origins } from '../../platform/origins.ts'
import { refundIntent } from '../../refunds/refund-intent.ts'
import { listRefunds } from '../../refunds/store.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { apiOrigin } from '../payment-view.ts'
import { foundCustomer } from './customers.ts'
import { disputeViews } from './disputes.ts'
import { rangeOf } from './list.ts'
import { refundView, refundViews } from './refunds.ts'

/** The page of an intent: test ones say so in their address. */
const intentUrl = (it: Pick<Intent, 'id' | 'live'>, origins: Origins): string =>
  `${origins.payment}/${it.live ? '' : 'test_'}${it.id}`

export const intentView = (it: Intent, origins: Origins): PaymentIntentOut => ({
  id: it.id,
  amount: it.amount,
  capture: it.capture,
  card: it.card,
  created_at: unixSeconds(it.created_at),
  currency: it.currency as PaymentIntentOut['currency'],
  customer: it.customer,
  date_settlement: it.date_settlement,
  description: it.description,
  metadata: it.metadata,
  methods_allowed: it.methods_allowed,
  order_id: it.order_id,
  origin: it.origin,
  payment: it.payment,
  return_url: it.return_url,
  sepa: it.sepa,
  status: it.status,
  threeds: it.threeds,
  unique_id: it.unique_id,
  url: intentUrl(it, origins),
  billing_address: it.billing_address,
  shipping_address: it.shipping_address,
})

export async function foundIntent(ctx: Reader, id: string): Promise<Intent> {
  const intent = await findIntent(ctx, id)
  if (!intent) throw notFound('payment_intent', id)
  return intent
}

export const intentHandlers: Handlers<typeof operations> = {
  'list-payment-intents': reading(async ({ ctx, query, origins }) => {
    const page = await listIntents(ctx, query)
    const payment_intents = page.rows.map((it) => intentView(it, origins))
    return { range: rangeOf(page), payment_intents }
  }),
  'create-payment-intent': async ({ ctx, body, origins }) =>
    intentView(await createIntent(ctx, { ...body, origin: apiOrigin }), origins),
  'read-payment-intent': reading(async ({ ctx, params, origins }) =>
    intentView(await foundIntent(ctx, params.id), origins),
  ),
  'update-payment-intent': async ({ ctx, params, body, origins }) =>
    intentView(await updateIntent(ctx, { id: params.id, fields: body }), origins),
  'cancel-payment-intent': async ({ ctx, params, origins }) =>
    intentView(await cancelIntent(ctx, params), origins),
  'capture-payment-intent': async ({ ctx, params, body, origins }) =>
    intentView(await captureIntent(ctx, { ...params, amount: body?.amount }), origins),
  'refund-payment-intent': async ({ ctx, params, body }) =>
    refundView(await refundIntent(ctx, { id: params.id, amount: body?.amount })),
  'list-payment-intent-refunds': reading(async ({ ctx, params, query }) => {
    await foundIntent(ctx, params.id)
    const page = await listRefunds(ctx, { ...query, payment_intent: params.id })
    return { range: rangeOf(page), refunds: await refundViews(ctx, page.rows) }
  }),
  'list-payment-intent-disputes': reading(async ({ ctx, params, query }) => {
    await foundIntent(ctx, params.id)
    const page = await listDisputes(ctx, { ...query, payment_intent: params.id })
    return { range: rangeOf(page), disputes: await disputeViews(ctx, page.rows) }
  }),
  'list-customer-payment-intents': reading(async ({ ctx, params, query, origins }) => {
    await foundCustomer(ctx, params.id)
    const page = await listIntents(ctx, { ...query, customer: params.id })
    const payment_intents = page.rows.map((it) => intentView(it, origins))
    return { range: rangeOf(page), payment_intents }
  }),
}
