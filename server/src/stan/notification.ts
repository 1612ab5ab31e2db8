import { createHmac } from 'node:crypto'
import type { PaymentStatus } from '@obole/contract/stan/payments.js'
import type { StanParts } from './read-payment.ts'
import { withQuery } from './return-address.ts'
import { statusOf } from './status.ts'
import type { StanPayment } from './store.ts'

/**
 * Events of the core that a payment of Stan is told of by, and the status that each brings; null:
 * that which follows from the rows. One that changes no status of Stan is not among them.
 */
const told: Readonly<Record<string, PaymentStatus | null>> = {
  'payment.created': 'payment_prepared',
  'payment.authentication_started': 'payment_pending',
  'payment.authorized': 'payment_holding',
  'payment.accepted': 'payment_success',
  'payment.refused': 'payment_failure',
  'payment.failed': 'payment_failure',
  'payment.canceled': null,
  'payment.expired': 'payment_expired',
  'payment.refunded': null,
  'payment.refund_returned': null,
}

/** Types of the core's events that concern Stan. */
export const toldTypes: readonly string[] = Object.keys(told)

/** What is told of an event: its name in Stan, and the status. Undefined: nothing. Pure. */
export function notificationOf(
  type: string,
  { stan, payment }: StanParts,
): { event_type: string; status: PaymentStatus } | undefined {
  const status = told[type]
  if (status === undefined) return undefined
  const event_type = type === 'payment.created' ? type : 'payment.status_changed'
  return { event_type, status: status ?? statusOf(stan, payment) }
}

/** What stands in `X-HMAC-SIGNATURE` beside these bytes. Pure. */
export const hmacSignature = (client_secret: Buffer, body: string): string =>
  `sha256=${createHmac('sha256', client_secret).update(body).digest('base64')}`

/**
 * The basket's own name at the merchant, beside what is told of it. A header takes visible ASCII; a
 * name in other letters cannot be told in one.
 */
export const sessionHeader = (session: string | null): Record<string, string> =>
  session && /^[\x21-\x7e]+$/.test(session) ? { 'x-stan-sessid': session } : {}

/** Where a notification of the first generation goes: all it says is in its query. Pure. */
export const legacyAddress = (
  url: string,
  { id, order_id, state }: Pick<StanPayment, 'id' | 'order_id' | 'state'>,
  payment_status: PaymentStatus,
): string => withQuery(url, { payment_id: id, order_id, state, payment_status })
