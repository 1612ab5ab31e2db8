import type { operations, RefundOut } from '@obole/contract/stan/refunds.js'
import { createStanRefund } from '../../stan/create-refund.ts'
import { readStanRefund, readStanRefunds, type StanRefundParts } from '../../stan/read-refund.ts'
import { refundStatusOf } from '../../stan/status.ts'
import type { Handlers } from '../operation-route.ts'
import { instant } from './instant.ts'

const refundView = ({ stan, refund }: StanRefundParts): RefundOut => ({
  refund_id: stan.id,
  payment_id: stan.payment,
  amount: stan.amount,
  status: refundStatusOf(stan, refund),
  reason: stan.reason,
  created_at: instant(stan.created),
})

export const refundHandlers: Handlers<typeof operations> = {
  'create-refund': async ({ ctx, body }) => {
    const { payment_id: payment, ...fields } = body
    return refundView(await createStanRefund(ctx, { ...fields, payment }))
  },
  'list-refunds': async ({ ctx, query }) => (await readStanRefunds(ctx, query)).map(refundView),
  'read-refund': async ({ ctx, params }) => refundView(await readStanRefund(ctx, params.id)),
}
