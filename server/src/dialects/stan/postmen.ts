import type { Db } from '../../platform/db.ts'
import {
  hmacSignature,
  legacyAddress,
  notificationOf,
  sessionHeader,
} from '../../stan/notification.ts'
import { completeStanPayments, type StanParts } from '../../stan/read-payment.ts'
import { findStanCheckout, findStanPaymentsOf } from '../../stan/store.ts'
import type { Errand, Postman } from '../../webhooks/postman.ts'
import { paymentView } from './payments.ts'

type Reader = Errand['endpoint'] & { db: Db }

/** The payment of Stan that an event of the core is about, and what is told of it. */
async function newsOf(reader: Reader, { type, object_id }: Errand['event']) {
  const [parts] = await completeStanPayments(reader, await findStanPaymentsOf(reader, [object_id]))
  const news = parts && notificationOf(type, parts)
  return news && { ...news, parts }
}

/**
 * The payment as it was when it reached this status, so that an attempt made later says the same:
 * but for refunds, of which the last word is the right one.
 */
function payloadOf(parts: StanParts, { status }: { status: string }): object {
  const view = paymentView(parts)
  const { amount, refunded_amount: back } = view
  const isPaid = status === 'payment_success'
  const isRefund = /refunded$/.test(status)
  return {
    ...view,
    amount: Number(amount),
    payment_status: status,
    is_refundable: isRefund ? view.is_refundable : isPaid,
    refunded_amount: isRefund ? Number(back) : 0,
  }
}

/** The basket's own name at the merchant, for a payment that came of one. */
async function sessionOf(reader: Reader, { stan }: StanParts): Promise<string | null> {
  const checkout = stan.checkout === null ? null : await findStanCheckout(reader, stan.checkout)
  return checkout?.session_id ?? null
}

/**
 * How merchants hear of payments of Stan. `stan`: a POST of JSON, signed with the client secret;
 * any 2xx takes it, whatever it says. `stan-legacy`: a GET that says all in its query; to be sent
 * elsewhere is an answer too, as a receiver that shows pages gives it.
 */
export const stanPostmen = ({ db }: { db: Db }): Record<'stan' | 'stan-legacy', Postman> => ({
  stan: {
    async request({ endpoint, keys, event, url }) {
      const reader = { ...endpoint, db }
      const news = await newsOf(reader, event)
      if (!news) return 'nothing'
      const { event_type, parts } = news
      const body = JSON.stringify({ event_type, payload: payloadOf(parts, news) })
      const headers = {
        'content-type': 'application/json',
        'x-hmac-signature': hmacSignature(keys.secrets[0].reveal(), body),
        ...sessionHeader(await sessionOf(reader, parts)),
      }
      return { method: 'POST', url, headers, body }
    },
    isAccepted: ({ status }) => status >= 200 && status < 300,
  },
  'stan-legacy': {
    async request({ endpoint, event, url }) {
      const news = await newsOf({ ...endpoint, db }, event)
      if (!news) return 'nothing'
      const { parts, status } = news
      return { method: 'GET', url: legacyAddress(url, parts.stan, status), headers: {} }
    },
    isAccepted: ({ status }) => status >= 200 && status < 400,
  },
})
