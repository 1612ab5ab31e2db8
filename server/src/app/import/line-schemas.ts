import type { Prefix } from '@obole/contract/ids.js'
import { amount, closed, id, instant, nullable, oneOf, text } from '@obole/contract/shapes.js'
import Type, { type Static, type TProperties } from '@obole/contract/typebox.js'
import { AddressOut } from '@obole/contract/v2/addresses.js'
import { AuthOut, DeviceOut } from '@obole/contract/v2/authentications.js'
import { CardOut } from '@obole/contract/v2/cards.js'
import { CustomerOut } from '@obole/contract/v2/customers.js'
import { DisbursementOut } from '@obole/contract/v2/disbursements.js'
import { DisputeOut, EvidenceFileOut } from '@obole/contract/v2/disputes.js'
import { PaymentIntentOut } from '@obole/contract/v2/payment-intents.js'
import { PaymentOut } from '@obole/contract/v2/payments.js'
import { PayoutOut } from '@obole/contract/v2/payouts.js'
import { RefundOut } from '@obole/contract/v2/refunds.js'
import { SepaOut } from '@obole/contract/v2/sepa.js'
import { currencies } from '../../kernel/money.ts'

/** The members of an answer, none of them required: what is missing is null. */
function loose<P extends TProperties>(
  properties: P,
): { [K in keyof P]: ReturnType<typeof Type.Optional<P[K]>> } {
  const members = Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)])
  return Object.fromEntries(members)
}

const envelope = {
  object: Type.String(),
  live_mode: Type.Optional(Type.Boolean()),
}

/** An object as an answer nests it, or its id. */
const named = (prefix: Prefix, properties: TProperties) =>
  Type.Optional(
    Type.Unsafe<{ id: string } | string | null>({
      ...Type.Union([closed('', { ...loose(properties), id: id(prefix) }), id(prefix)]),
      nullable: true,
    }),
  )

const count = Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 }))
const moment = Type.Optional(nullable(instant()))

const SettlementLine = closed('', {
  /** In favour of the merchant; what is taken from them is negative. */
  amount: Type.Unsafe<bigint>({ type: 'integer', bigint: true }),
  fee: Type.Optional(amount()),
  vat: Type.Optional(amount()),
  /** The payout that it is in, or when it enters the next one. */
  payout: Type.Optional(nullable(id('pout'))),
  due_at: moment,
})
export type SettlementLine = Static<typeof SettlementLine>

/** What is settled here of an object; what is not told of it was settled elsewhere. */
const settlement = Type.Optional(Type.Array(SettlementLine, { maxItems: 2 }))

export const CustomerLine = closed('', {
  ...loose(CustomerOut.properties),
  ...envelope,
  id: id('cust'),
  created: instant(),
})
export type CustomerLine = Static<typeof CustomerLine>

export const AddressLine = closed('', {
  ...loose(AddressOut.properties),
  ...envelope,
  id: id('addr'),
  created_at: instant(),
  zip_code: AddressOut.properties.zip_code,
  city: AddressOut.properties.city,
  country: AddressOut.properties.country,
})
export type AddressLine = Static<typeof AddressLine>

export const CardLine = closed('', {
  ...loose(CardOut.properties),
  ...envelope,
  id: id('card'),
  created: instant(),
  exp_month: CardOut.properties.exp_month,
  exp_year: CardOut.properties.exp_year,
  /** In clear, where it is known: without it the card cannot be charged again. */
  number: Type.Optional(
    Type.Unsafe<string>({ type: 'string', minLength: 13, maxLength: 19, secret: true }),
  ),
  tokenize: Type.Optional(Type.Boolean()),
})
export type CardLine = Static<typeof CardLine>

export const SepaLine = closed('', {
  ...loose(SepaOut.properties),
  ...envelope,
  id: id('sepa'),
  created: instant(),
  name: SepaOut.properties.name,
  /** In clear, where it is known: without it the account cannot be debited again. */
  iban: Type.Optional(
    Type.Unsafe<string>({ type: 'string', minLength: 12, maxLength: 34, secret: true }),
  ),
  country: Type.Optional(nullable(text(2, 2))),
  date_birth: Type.Optional(nullable(Type.String({ format: 'date' }))),
})
export type SepaLine = Static<typeof SepaLine>

export const IntentLine = closed('', {
  ...loose(PaymentIntentOut.properties),
  ...envelope,
  id: id('pi'),
  created_at: instant(),
  amount: PaymentIntentOut.properties.amount,
  currency: PaymentIntentOut.properties.currency,
  status: PaymentIntentOut.properties.status,
  tries: count,
})
export type IntentLine = Static<typeof IntentLine>

export const PaymentLine = closed('', {
  ...loose(PaymentOut.properties),
  ...envelope,
  id: id('paym'),
  created: instant(),
  amount: PaymentOut.properties.amount,
  currency: oneOf(currencies),
  date_paym: Type.Optional(instant()),
  auth: Type.Optional(nullable(closed('', { ...loose(AuthOut.properties), due_at: moment }))),
  card: named('card', CardOut.properties),
  sepa: named('sepa', SepaOut.properties),
  customer: named('cust', CustomerOut.properties),
  device: Type.Optional(nullable(closed('', loose(DeviceOut.properties)))),
  /** What the bank agreed to, where it is more than the amount. */
  authorized: Type.Optional(PaymentOut.properties.amount),
  tries: count,
  due_at: moment,
  settlement,
})
export type PaymentLine = Static<typeof PaymentLine>

export const RefundLine = closed('', {
  ...loose(RefundOut.properties),
  ...envelope,
  id: id('refd'),
  created: instant(),
  amount: RefundOut.properties.amount,
  currency: oneOf(currencies),
  payment: id('paym'),
  status: RefundOut.properties.status,
  due_at: moment,
  settlement,
})
export type RefundLine = Static<typeof RefundLine>

export const DisputeLine = closed('', {
  ...loose(DisputeOut.properties),
  ...envelope,
  id: id('dspt'),
  created: instant(),
  amount: DisputeOut.properties.amount,
  currency: oneOf(currencies),
  payment: id('paym'),
  response: DisputeOut.properties.response,
  evidence_due_at: moment,
  submitted_at: moment,
  due_at: moment,
  settlement,
})
export type DisputeLine = Static<typeof DisputeLine>

/** A text that was given against a dispute, or a file. */
export const EvidenceLine = closed('', {
  ...loose(EvidenceFileOut.properties),
  ...envelope,
  id: id('evdc'),
  created: instant(),
  dispute: id('dspt'),
  text: Type.Optional(text(1, 20_000)),
  content: Type.Optional(text(4, 163_840)),
})
export type EvidenceLine = Static<typeof EvidenceLine>

export const DisbursementLine = closed('', {
  ...loose(DisbursementOut.properties),
  ...envelope,
  id: id('dsbm'),
  created: instant(),
  amount: DisbursementOut.properties.amount,
  currency: oneOf(currencies),
  card: id('card'),
  status: DisbursementOut.properties.status,
  due_at: moment,
  settlement,
})
export type DisbursementLine = Static<typeof DisbursementLine>

/** Its sums may be left out; where they are told, they must be those of its lines. */
export const PayoutLine = closed('', {
  ...loose(PayoutOut.properties),
  ...envelope,
  id: id('pout'),
  currency: oneOf(currencies),
  status: PayoutOut.properties.status,
  date: instant(),
  /** When it was made, where that was not when it was sent. */
  created: Type.Optional(instant()),
  description: Type.Optional(nullable(text(0, 140))),
  due_at: moment,
})
export type PayoutLine = Static<typeof PayoutLine>

/** `object` of a line → its schema. */
export const lineSchemas = {
  address: AddressLine,
  customer: CustomerLine,
  card: CardLine,
  sepa: SepaLine,
  payment_intent: IntentLine,
  payment: PaymentLine,
  refund: RefundLine,
  dispute: DisputeLine,
  evidence: EvidenceLine,
  disbursement: DisbursementLine,
  payout: PayoutLine,
} as const

export type LineObject = keyof typeof lineSchemas

/** A line that fits the schema of its object: which it is, of which mode, and what it says. */
export type Line = {
  [O in LineObject]: {
    number: number
    live: boolean
    object: O
    value: Static<(typeof lineSchemas)[O]>
  }
}[LineObject]
