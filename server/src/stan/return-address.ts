import type { PaymentStatus } from '@obole/contract/stan/payments.js'
import type { StanPayment } from './store.ts'

/** An address with more parameters at the end of its query; the rest stays as it was. Pure. */
export function withQuery(address: string, more: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  const sign = url.search === '' ? '?' : url.search.endsWith('&') ? '' : '&'
  url.search += sign + new URLSearchParams(more).toString()
  return url.href
}

/**
 * Where the payer goes back to, with the status, the merchant's state and the payment's id. One who
 * canceled or failed goes to the address for that, where there is one. Pure.
 */
export function returnAddress(
  {
    id,
    state,
    return_url,
    cancel_url,
  }: Pick<StanPayment, 'id' | 'state' | 'return_url' | 'cancel_url'>,
  payment_status: PaymentStatus,
): string {
  const isOff = payment_status === 'payment_cancelled' || payment_status === 'payment_failure'
  const address = (isOff ? cancel_url : null) ?? return_url
  return withQuery(address, { payment_status, state, payment_id: id })
}
