import { brandOf, isCardNumber, normaliseCardNumber } from '@obole/vault/card-number.js'
import type { FieldErrors, FormValues, Method } from './page-model.ts'
import type { ErrorCode } from './texts/texts.ts'

export interface CardEntry {
  method: 'card'
  number: string
  exp_month: number
  exp_year: number
  cvc: string
  name: string | null
}

export interface SepaEntry {
  method: 'sepa'
  iban: string
  name: string
}

/** What the payer chose to pay with. `saved`: what the intent already has. */
export type PaymentEntry = CardEntry | SepaEntry | { method: 'saved' }

export type IbanVerdict =
  | { ok: true }
  | { ok: false; reason: 'country' | 'length' | 'checksum'; expected?: number }

export interface ParseRules {
  methods: readonly Method[]
  /** Whether the payer was offered what the intent already has. */
  saved: boolean
  now: Date
  checkIban: (iban: string) => IbanVerdict
}

export type ParsedPayment =
  | { ok: true; input: PaymentEntry }
  | { ok: false; method: Method; errors: FieldErrors; values: FormValues }

export type PostedForm = Readonly<Record<string, string | undefined>>

const nameMax = 64

/** Full-width digits and letters become plain: Asian keyboards type them, and people paste them. */
const typed = (form: PostedForm, field: string): string =>
  (form[field] ?? '').slice(0, 400).normalize('NFKC').trim()

/** Month and year of what stands on a card: 09/28, 9 / 2028, 0928. */
export function parseExpiry(text: string): { exp_month: number; exp_year: number } | undefined {
  const [, month = '', year = ''] =
    /^(\d{1,2})\s*[/.\-\s]\s*(\d{4}|\d{2})$/.exec(text) ?? /^(\d{2})(\d{4}|\d{2})$/.exec(text) ?? []
  const exp_month = Number(month)
  const exp_year = Number(year.length === 2 ? `20${year}` : year)
  if (exp_month < 1 || exp_month > 12 || exp_year < 2000 || exp_year > 2099) return undefined
  return { exp_month, exp_year }
}

/**
 * A card is good to the end of its last month wherever on earth the payer is: 12 hours behind UTC.
 */
const isPast = (expiry: { exp_month: number; exp_year: number }, now: Date): boolean =>
  now.getTime() - 12 * 3600 * 1000 >= Date.UTC(expiry.exp_year, expiry.exp_month)

/**
 * How many digits a number has at least. Maestro, and what we do not know, may have as few as any
 * card.
 */
const leastDigits = (number: string): number => {
  const brand = brandOf(number)
  if (brand === 'maestro' || brand === 'unknown') return 13
  return brand === 'amex' ? 15 : brand === 'diners' ? 14 : 16
}

function numberError(number: string): ErrorCode | undefined {
  if (number === '') return 'number_missing'
  if (/^\d+$/.test(number) && number.length < leastDigits(number)) return 'number_short'
  return isCardNumber(number) ? undefined : 'number_invalid'
}

function parseCard(form: PostedForm, now: Date): ParsedPayment {
  const values = { number: typed(form, 'number'), expiry: typed(form, 'expiry') }
  const name = typed(form, 'name')
  const number = normaliseCardNumber(values.number)
  const expiry = parseExpiry(values.expiry)
  const cvc = typed(form, 'csc').replace(/\s/g, '')
  const errors: FieldErrors = {}
  const wrongNumber = numberError(number)
  if (wrongNumber) errors.number = { code: wrongNumber }
  if (values.expiry === '') errors.expiry = { code: 'expiry_missing' }
  else if (!expiry) errors.expiry = { code: 'expiry_invalid' }
  else if (isPast(expiry, now)) errors.expiry = { code: 'expiry_past' }
  if (cvc === '') errors.csc = { code: 'csc_missing' }
  else if (!/^\d{3,4}$/.test(cvc)) errors.csc = { code: 'csc_invalid' }
  if (name.length > nameMax) errors.name = { code: 'name_long' }
  if (!expiry || Object.keys(errors).length > 0) {
    return { ok: false, method: 'card', errors, values: { ...values, name } }
  }
  return { ok: true, input: { method: 'card', number, ...expiry, cvc, name: name || null } }
}

/**
 * Spaces and dashes go, and the word IBAN that comes along when a line of a statement is pasted.
 */
const normaliseIban = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^IBAN/, '')

function parseSepa(form: PostedForm, checkIban: ParseRules['checkIban']): ParsedPayment {
  const values = { holder: typed(form, 'holder'), iban: typed(form, 'iban') }
  const iban = normaliseIban(values.iban)
  const verdict = checkIban(iban)
  const errors: FieldErrors = {}
  if (values.holder === '') errors.holder = { code: 'holder_missing' }
  else if (values.holder.length > nameMax) errors.holder = { code: 'holder_long' }
  if (iban === '') errors.iban = { code: 'iban_missing' }
  else if (!verdict.ok) {
    if (verdict.reason === 'country') errors.iban = { code: 'iban_country' }
    else if (verdict.reason === 'length' && verdict.expected) {
      errors.iban = { code: 'iban_length', expected: verdict.expected }
    } else errors.iban = { code: 'iban_invalid' }
  }
  if (Object.keys(errors).length > 0) return { ok: false, method: 'sepa', errors, values }
  return { ok: true, input: { method: 'sepa', iban, name: values.holder } }
}

/**
 * Reads what the browser posted. Pure. On an error it gives back what was typed, except the
 * security code, to be shown in the direct answer only and stored nowhere.
 */
export function parsePayment(form: PostedForm, rules: ParseRules): ParsedPayment {
  if (form.method === 'saved' && rules.saved) return { ok: true, input: { method: 'saved' } }
  const method = rules.methods.find((allowed) => allowed === form.method)
  if (method === 'card') return parseCard(form, rules.now)
  if (method === 'sepa') return parseSepa(form, rules.checkIban)
  const errors: FieldErrors = { method: { code: 'method_missing' } }
  return { ok: false, method: rules.methods[0] ?? 'card', errors, values: {} }
}
