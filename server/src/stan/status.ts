import type { PaymentStatus } from '@obole/contract/stan/payments.js'
import type { RefundOut } from '@obole/contract/stan/refunds.js'
import type { Payment } from '../payments/store.ts'
import type { Refund } from '../refunds/store.ts'
import type { StanPayment, StanRefund } from './store.ts'

type Ours = Pick<StanPayment, 'opened_at' | 'ended' | 'refunds_waiting'>
type Core = Pick<Payment, 'status' | 'amount' | 'authorized' | 'refunded'>

/** Whether it was paid, and given back as a whole before the bank booked it. */
const isGivenBack = ({ status, authorized }: Core): boolean =>
  status === 'canceled' && authorized !== null

const isPaid = ({ status }: Core): boolean =>
  ['to_capture', 'capture_sent', 'captured', 'disputed'].includes(status)

/** What went back to the payer, or is promised to; minor units. Pure. */
export function refundedAmount({ refunds_waiting }: Ours, payment: Core): bigint {
  if (isGivenBack(payment)) return payment.amount
  return isPaid(payment) ? payment.refunded + refunds_waiting : 0n
}

/** How a payment of Stan stands, from its own row and that of the core. Pure. */
export function statusOf(it: Ours, payment: Core): PaymentStatus {
  if (it.ended) return it.ended === 'canceled' ? 'payment_cancelled' : 'payment_expired'
  if (isGivenBack(payment)) return 'payment_refunded'
  if (isPaid(payment)) {
    const refunded = refundedAmount(it, payment)
    if (refunded === 0n) return 'payment_success'
    return refunded < payment.amount ? 'payment_partial_refunded' : 'payment_refunded'
  }
  switch (payment.status) {
    case 'authenticating':
      return 'payment_pending'
    case 'authorized':
      return 'payment_holding'
    case 'refused':
    case 'failed':
      return 'payment_failure'
    case 'canceled':
      return 'payment_cancelled'
    case 'expired':
      return 'payment_expired'
    default:
      return it.opened_at ? 'payment_pending' : 'payment_prepared'
  }
}

/** Whether the payer may still pay: a failure is the end, as merchants make a new payment. Pure. */
export const isOpen = (status: PaymentStatus): boolean =>
  status === 'payment_prepared' || status === 'payment_pending'

/** How much can still be refunded; nothing while the payment is contested. Pure. */
export const refundable = (it: Ours, payment: Core): bigint =>
  isPaid(payment) && payment.status !== 'disputed'
    ? payment.amount - refundedAmount(it, payment)
    : 0n

const ofRefund: Record<Refund['status'], RefundOut['status']> = {
  awaiting_approval: 'payment_pending',
  to_refund: 'payment_pending',
  refund_sent: 'payment_pending',
  refunded: 'payment_success',
  not_honored: 'payment_failure',
  // Nothing was taken from the payer: there is nothing to wait for.
  payment_canceled: 'payment_success',
  failed: 'payment_failure',
}

/** How a refund of Stan stands, from its own row and that of the core, once it is made. Pure. */
export function refundStatusOf(
  { due_at }: Pick<StanRefund, 'due_at'>,
  refund: Pick<Refund, 'status'> | undefined,
): RefundOut['status'] {
  if (refund) return ofRefund[refund.status]
  return due_at ? 'payment_pending' : 'payment_failure'
}
