import type { operations, PaymentOut } from '@obole/contract/stan/payments.js'
import { preparePayment } from '../../stan/prepare-payment.ts'
import { completeStanPayments, readStanPayment, type StanParts } from '../../stan/read-payment.ts'
import { refundable, refundedAmount, statusOf } from '../../stan/status.ts'
import { listStanPayments } from '../../stan/store.ts'
import { uuidOf } from '../../stan/uuid.ts'
import type { Handlers } from '../operation-route.ts'
import { apiOrigin } from '../payment-view.ts'
import { instant } from './instant.ts'

export const paymentView = ({ stan, payment }: StanParts): PaymentOut => ({
  id: stan.id,
  order_id: stan.order_id,
  amount: payment.amount,
  payment_status: statusOf(stan, payment),
  merchant_id: uuidOf(stan.account),
  customer_id: stan.customer,
  is_refundable: refundable(stan, payment) > 0n,
  refunded_amount: refundedAmount(stan, payment),
  created_at: instant(stan.created),
})

export const paymentHandlers: Handlers<typeof operations> = {
  'prepare-payment': async ({ ctx, body, origins }) => {
    const { customer_id, cancel_url, state, ...fields } = body
    const { stan } = await preparePayment(ctx, {
      ...fields,
      cancel_url: cancel_url || null,
      state: state || null,
      customer: customer_id || null,
      origin: apiOrigin,
    })
    return {
      payment_id: stan.id,
      state: stan.state,
      // Plugins add parameters with `&` without looking: there must be one already.
      redirect_url: `${origins.payment}/stan/${stan.token}?payment_id=${stan.id}`,
    }
  },
  'list-payments': async ({ ctx, query }) => {
    const rows = await listStanPayments(ctx, query)
    return (await completeStanPayments(ctx, rows)).map(paymentView)
  },
  'read-payment': async ({ ctx, params }) => paymentView(await readStanPayment(ctx, params.id)),
}
