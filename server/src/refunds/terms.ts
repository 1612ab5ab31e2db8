import { Refusal } from '../kernel/problem.ts'
import type { Payment } from '../payments/store.ts'

/** What a refund comes to: the payment is canceled, or so much of it goes back. */
type Terms = { way: 'cancel' | 'give_back'; amount: bigint }

const tooMuch = (left: bigint): Refusal =>
  new Refusal('amount_exceeds_refundable', {
    message: left === 0n ? 'Nothing is left to refund' : `Only ${left} is left to refund`,
  })

/**
 * The terms on which a payment can be refunded as it stands. Before its capture all of it is taken
 * back, which cancels it; while the bank has it, nothing can be done; then no more goes back than
 * came. Refuses with payment_not_captured, payment_not_refundable, amount_exceeds_refundable. Pure.
 */
export function termsOf(
  payment: Pick<Payment, 'status' | 'amount' | 'refunded'>,
  asked: bigint | undefined,
): Terms {
  const { status, amount, refunded } = payment
  switch (status) {
    case 'authorized':
    case 'to_capture':
      if (asked === undefined || asked === amount) return { way: 'cancel', amount }
      if (asked > amount) throw tooMuch(amount)
      throw new Refusal('payment_not_captured', {
        message: 'Payment cannot be partially refunded before it has been captured',
      })
    case 'capture_sent':
      throw new Refusal('payment_not_captured', {
        message: 'Payment cannot be refunded before the end of its capture',
      })
    case 'captured': {
      const left = amount - refunded
      if (left === 0n || (asked ?? 0n) > left) throw tooMuch(left)
      return { way: 'give_back', amount: asked ?? left }
    }
    case 'created':
    case 'authenticating':
      throw new Refusal('payment_not_refundable', { message: 'Payment is not paid yet' })
    default:
      throw new Refusal('payment_not_refundable', {
        message: `Payment cannot be refunded once it is ${status}`,
      })
  }
}
