import type { TSchema } from './typebox.ts'
import { AddressOut } from './v2/addresses.ts'
import { CardOut } from './v2/cards.ts'
import { CustomerOut } from './v2/customers.ts'
import { DisbursementOut } from './v2/disbursements.ts'
import { DisputeOut } from './v2/disputes.ts'
import { PaymentIntentOut } from './v2/payment-intents.ts'
import { PaymentOut } from './v2/payments.ts'
import { PayoutOut } from './v2/payouts.ts'
import { RefundOut } from './v2/refunds.ts'
import { SepaOut } from './v2/sepa.ts'
import { WebhookEndpointTold } from './v2/webhooks.ts'

const imported = 'It was brought along from another platform, and is told without its content.'

/**
 * Every event that can be told: the kind of object → what happened to it → when that is. A server
 * that tells another one does not compile.
 */
export const eventCatalogue = {
  payment: {
    created: 'A payment was made.',
    updated: 'It was changed without a step of its status.',
    authentication_started: 'The payer was sent to their bank for 3-D Secure.',
    authentication_expired: 'The payer did not come back from 3-D Secure in time.',
    authorized: 'The bank agreed, and the money is reserved until it is captured.',
    accepted: 'It will be captured at the next cut-off.',
    refused: 'The bank said no; the payer may try again.',
    failed: 'It could not be asked of the bank; the payer may try again.',
    sent: 'It was handed to the bank to be booked.',
    captured: 'The bank booked it: the money is there.',
    refunded: 'All or a part of it was given back.',
    refund_returned: 'A refund of it was not honoured, and came back.',
    disputed: "The payer's bank contests it.",
    dispute_won: 'A dispute about it was won.',
    canceled: 'It was given up before the bank booked it.',
    expired: 'Its authorization ran out before it was captured.',
    imported,
  },
  payment_intent: {
    created: 'A price to be paid was made, with a page of its own.',
    updated: 'It was changed without a step of its status.',
    require_payment_method: 'It waits for a method to be paid with, again.',
    require_authentication: 'It has a method, which the payer has yet to confirm.',
    authorized: 'A payment of it was authorized, and waits to be captured.',
    captured: 'It is paid.',
    canceled: 'It was given up, or all of its payment given back before it was booked.',
    unpaid: 'Too many tries failed: its page is closed.',
    imported,
  },
  refund: {
    created: 'A refund was asked for.',
    accepted: 'The bank took the order: it is sent at the next cut-off.',
    payment_canceled: 'The payment was not booked yet, and was canceled instead.',
    failed: 'It could not be asked of the bank.',
    sent: 'It was handed to the bank to be booked.',
    refunded: 'The bank booked it: the payer has the money.',
    not_honored: 'The bank could not credit the payer: the money came back.',
    imported,
  },
  dispute: {
    created: "The payer's bank contests a payment.",
    evidence_pending: 'Evidence was kept as a draft.',
    evidence_sent: 'Evidence was submitted.',
    evidence_verification: 'The bank weighs the evidence.',
    accepted: 'It was accepted: the payer keeps the money.',
    won: 'It was won: the money is yours.',
    lost: 'It was lost: the payer keeps the money.',
    out_of_time: 'Nobody answered in time: the payer keeps the money.',
    not_contestable: 'It is of a kind that cannot be argued, and lost from the beginning.',
    imported,
  },
  disbursement: {
    created: 'Paying out to a card was asked for.',
    accepted: 'The bank took the order: it is sent at the next cut-off.',
    refused: 'The bank said no.',
    failed: 'It could not be asked of the bank.',
    sent: 'It was handed to the bank to be booked.',
    disbursed: 'The bank booked it: the card is credited.',
    not_honored: 'The bank could not credit the card: the money came back.',
    imported,
  },
  payout: {
    created: 'A payout was opened, which what falls due enters.',
    updated: 'Lines entered it.',
    carried_over: 'It came to nothing or less, and stays open until the next payout day.',
    closed: 'It was closed: its lines are settled, and it will be paid.',
    sent: 'It was handed to the bank.',
    paid: 'The bank booked it: the money is on your account.',
    failed: 'It could not be paid to your account.',
    retried: 'A failed one will be paid again, with the same lines.',
    imported,
  },
  customer: {
    created: 'A customer was made.',
    updated: 'It was changed.',
    deleted: 'It was deleted.',
    imported,
  },
  address: { created: 'An address was made.', deleted: 'It was deleted.', imported },
  card: {
    created: 'A card was kept.',
    updated: 'It was changed.',
    deleted: 'It was deleted.',
    imported,
  },
  sepa: {
    created: 'A bank account to be debited was kept.',
    updated: 'It was changed.',
    deleted: 'It was deleted.',
    imported,
  },
  webhook_endpoint: {
    created: 'A webhook endpoint was made. Like what follows, the others hear of it.',
    updated: 'It was changed, or given a new secret.',
    deleted: 'It was deleted.',
    disabling: 'Nothing has arrived there for one day, then for three: after five it is disabled.',
    disabled: 'It was disabled by us: nothing arrived for five days, or it answered 410.',
  },
  account: { created: 'Your account was made.', updated: 'Its terms were changed.' },
  key: { created: 'A key to the API was made.' },
} as const

export type EventObject = keyof typeof eventCatalogue
export type EventAction<O extends EventObject = EventObject> = O extends EventObject
  ? keyof (typeof eventCatalogue)[O] & string
  : never
/** `payment.captured` */
export type EventType = { [O in EventObject]: `${O}.${EventAction<O>}` }[EventObject]

/** The kind of object → how an event shows it; null where it is told by its id alone. */
export const eventSchemas: Readonly<Record<EventObject, TSchema | null>> = {
  payment: PaymentOut,
  payment_intent: PaymentIntentOut,
  refund: RefundOut,
  dispute: DisputeOut,
  disbursement: DisbursementOut,
  payout: PayoutOut,
  customer: CustomerOut,
  address: AddressOut,
  card: CardOut,
  sepa: SepaOut,
  webhook_endpoint: WebhookEndpointTold,
  account: null,
  key: null,
}

export interface EventSort {
  type: EventType
  object: EventObject
  /** One sentence: when it happens. */
  says: string
  /** Of its `data`; null: it has none. */
  schema: TSchema | null
}

/** The catalogue as a list, in its order. */
export const eventSorts: readonly EventSort[] = (
  Object.entries(eventCatalogue) as [EventObject, Record<string, string>][]
).flatMap(([object, actions]) =>
  Object.entries(actions).map(([action, says]) => ({
    type: `${object}.${action}` as EventType,
    object,
    says,
    schema: action === 'imported' ? null : eventSchemas[object],
  })),
)

export const eventObjects = Object.keys(eventCatalogue) as EventObject[]

/** What a filter may be: a type, or all types of a kind. */
export type EventFilter = EventType | `${EventObject}.*`
export const eventFilters: EventFilter[] = [
  ...eventSorts.map((it) => it.type),
  ...eventObjects.map((it): EventFilter => `${it}.*`),
]

/** The types that a filter names; none when it is not one. Pure. */
export const eventTypesOf = (filter: string): EventType[] =>
  eventSorts
    .filter(({ type, object }) => type === filter || `${object}.*` === filter)
    .map(({ type }) => type)
