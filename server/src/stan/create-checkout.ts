import { limits } from '../kernel/limits.ts'
import { later, wholeSecond } from '../kernel/time.ts'
import { insertion } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { namedCustomer } from './prepare-payment.ts'
import { randomText } from './random-text.ts'
import { type StanCheckout, stanCheckouts } from './store.ts'
import { newUuid } from './uuid.ts'

type Fields = Omit<
  StanCheckout,
  'account' | 'live' | 'id' | 'version' | 'created' | 'token' | 'payment' | 'expires_at'
>
export type CreateCheckout = Partial<Fields> & Pick<Fields, 'return_url' | 'total_amount'>

const tokenLength = 24

async function plan(ctx: Ctx, input: CreateCheckout): Promise<Decision<StanCheckout>> {
  processorOf(ctx)
  if (input.customer) await namedCustomer(ctx, input.customer)
  const row: StanCheckout = {
    account: ctx.account,
    live: ctx.live,
    id: newUuid(ctx.now),
    version: 1,
    created: wholeSecond(ctx.now),
    token: randomText(tokenLength),
    subtotal_amount: null,
    discount_amount: null,
    tax_rate: null,
    tax_cost: null,
    discount_code: null,
    session_id: null,
    order_id: null,
    customer: null,
    line_items: [],
    payment: null,
    expires_at: later(ctx.now, limits.stan_payment_ms),
    ...input,
  }
  return { change: { insert: [insertion(stanCheckouts, row)] }, result: row }
}

/**
 * Makes a checkout: a basket whose payer says who they are on its page, and pays there. Refuses
 * with invalid_request (a customer that is not there), processor_not_configured.
 */
export const createCheckout = verb(plan)
