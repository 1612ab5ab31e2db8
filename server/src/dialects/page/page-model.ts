import type { Currency } from '../../kernel/money.ts'
import type { RefusalReason } from './refusal.ts'
import type { ErrorCode, Lang } from './texts/texts.ts'

export type Method = 'card' | 'sepa'

/** A part of the price, as the merchant gave it. Nothing adds them up. */
export interface PriceLine {
  kind: 'subtotal' | 'shipping' | 'discount' | 'tax'
  /** Minor units; a discount is what is taken off, without a sign. */
  amount: bigint
}

/** One line of a basket. */
export interface Item {
  title: string
  detail: string | null
  quantity: number
  unit_price: bigint | null
}

/** What the payer is asked to pay, to whom, and where they go afterwards. */
export interface Order {
  live: boolean
  merchant: string
  amount: bigint
  currency: Currency
  description: string | null
  order_id: string | null
  return_url: string | null
  lines?: readonly PriceLine[]
  items?: readonly Item[]
  /** What went back to the payer; minor units. */
  refunded?: bigint
  /** Sent to the parent of a frame as it is; shops react to values that start with `fail`. */
  payment_status: string | null
}

export type FieldName = 'method' | 'number' | 'expiry' | 'csc' | 'name' | 'holder' | 'iban'

export interface FieldError {
  code: ErrorCode
  /** Fills {expected} in the text, such as the length of an IBAN of that country. */
  expected?: number
}

export type FieldErrors = Partial<Record<FieldName, FieldError>>

/**
 * What is typed back into the form. The security code has no place here, so it cannot be refilled;
 * number and IBAN only ever come from the very request that is being answered.
 */
export interface FormValues {
  number?: string
  expiry?: string
  name?: string
  holder?: string
  iban?: string
}

/** The creditor's side of a SEPA mandate, as far as it is known before the payer signs. */
export interface MandateHead {
  creditor: string
  creditor_id: string | null
  reference: string | null
}

export type SavedMethod =
  | { kind: 'card'; brand: string; last4: string; exp_month: number; exp_year: number }
  | { kind: 'sepa'; holder: string | null; last4: string }

interface Asking {
  csrf: string
  /** Why the try before this one failed. */
  refusal: RefusalReason | null
  /** Shown when few are left; null when nothing needs saying. */
  attempts_left: number | null
  mandate: MandateHead | null
  /** Whether going back is a decision that the shop hears of, not a link that leaves all open. */
  can_cancel: boolean
}

export interface FormState extends Asking {
  state: 'form'
  methods: readonly Method[]
  method: Method
  values: FormValues
  errors: FieldErrors
}

export interface SavedState extends Asking {
  state: 'saved_card'
  saved: SavedMethod
  /** Whether the payer may pay with something else. */
  can_change: boolean
}

export interface RedirectState {
  state: 'redirecting'
  to: 'bank' | 'shop'
  url: string
}

export interface ClosedState {
  state: 'paid' | 'checking' | 'refused' | 'canceled' | 'expired' | 'refunded' | 'unavailable'
  /** Said on `refused` only. */
  refusal?: RefusalReason | null
  /** The payer asked to stay: no automatic return. */
  stay?: boolean
}

interface Frame {
  lang: Lang
  /** Path of this page without query: forms post to it, language links lead to it. */
  address: string
}

export type OrderModel = Frame & {
  order: Order
  /** How the payer came back from the bank in this view, told to a parent window. */
  bank?: 'passed' | 'failed' | null
} & (FormState | SavedState | RedirectState | ClosedState)

/** Pages without an order, built so that an unknown address and a foreign one look the same. */
export type BareModel = Frame & { state: 'not_found' | 'error'; request_id: string | null }

export type PageModel = OrderModel | BareModel
