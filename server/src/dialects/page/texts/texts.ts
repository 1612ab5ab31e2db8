import type { Method, PriceLine } from '../page-model.ts'
import type { RefusalReason } from '../refusal.ts'

export type Lang = 'fr' | 'en'

export type ErrorCode =
  | 'method_missing'
  | 'number_missing'
  | 'number_short'
  | 'number_invalid'
  | 'number_not_test'
  | 'expiry_missing'
  | 'expiry_invalid'
  | 'expiry_past'
  | 'csc_missing'
  | 'csc_invalid'
  | 'name_long'
  | 'holder_missing'
  | 'holder_long'
  | 'iban_missing'
  | 'iban_country'
  | 'iban_length'
  | 'iban_invalid'
  | 'iban_not_test'
  | 'email_missing'
  | 'email_invalid'
  | 'firstname_missing'
  | 'lastname_missing'
  | 'phone_invalid'
  | 'street_missing'
  | 'zip_missing'
  | 'city_missing'
  | 'country_missing'
  | 'too_long'
  | 'shipping_missing'
  | 'shipping_unconfirmed'

interface Outcome {
  title: string
  text: string
}

/**
 * Every word of the pages. One file per language satisfies this type, so a text that is missing in
 * one language does not compile. Words in braces are filled in.
 */
export interface Texts {
  language: string
  pay: string
  pay_to: string
  save_card: string
  save_card_for: string
  order: string
  test_mode: string
  test_mode_hint: string
  error_prefix: string

  method: string
  methods: Record<Method, string>
  number: string
  expiry: string
  expiry_form: string
  expiry_hint: string
  csc: string
  csc_hint: string
  name: string
  holder: string
  iban: string
  iban_hint: string
  optional: string

  pay_with_saved: string
  saved_card: string
  saved_account: string
  card_expires: string
  other_method: string

  mandate_title: string
  mandate: string
  mandate_rights: string
  mandate_creditor_id: string
  mandate_reference: string

  working: string
  secure: string
  leave: string
  cancel: string
  languages: string

  item_one: string
  item_many: string
  lines: Record<PriceLine['kind'] | 'total', string>

  summary_one: string
  summary_many: string
  refused_title: string
  last_try: string
  errors: Record<ErrorCode, string>
  refusals: Record<RefusalReason, string>

  to_bank: Outcome & { link: string }
  to_shop: Outcome & { link: string }
  paid: Outcome
  saved: Outcome
  checking: Outcome
  refused: Outcome
  refused_back: string
  canceled: Outcome
  expired: Outcome
  refunded: Outcome
  refunded_amount: string
  unavailable: Outcome
  not_found: Outcome
  error: Outcome
  request: string
  back_to: string
  back_soon: string
  stay: string
  close: string
  reload: string

  checkout: {
    title: string
    email: string
    email_hint: string
    firstname: string
    lastname: string
    phone: string
    phone_hint: string
    address: string
    street: string
    street2: string
    zip: string
    city: string
    country: string
    choose: string
    next: string
    shipping: string
    deliver_to: string
    change: string
    free: string
    secure: string
  }

  hints: {
    title: string
    rule: string
    use: string
    accepted: string
    bank_check: string
    declined: string
    funds: string
    debit_accepted: string
    debit_refused: string
  }

  challenge: {
    bank: string
    title: string
    lead: string
    notice: string
    merchant: string
    amount: string
    card: string
    date: string
    sms: string
    code: string
    code_hint: string
    accept: string
    refuse: string
    cancel: string
    more: string
    more_hint: string
    fail: string
    expire: string
    code_missing: string
    code_wrong_one: string
    code_wrong_many: string
    over: Outcome
    done: Outcome & { link: string }
  }
}
