import { isCountry } from '@obole/sepa/country.js'
import type { Details } from '../../../stan/ask-merchant.ts'
import type { FieldError } from '../../page/page-model.ts'
import type { PostedForm } from '../../page/parse-payment.ts'

/** The fields of the page, as they are named in its form, and how long each may be. */
const longest = {
  email: 254,
  firstname: 64,
  lastname: 64,
  street: 120,
  street2: 120,
  zip: 16,
  city: 80,
  country: 2,
  phone: 32,
} as const
export type DetailField = keyof typeof longest
const fields = Object.keys(longest) as DetailField[]

export type DetailValues = Partial<Record<DetailField, string>>
export type DetailErrors = Partial<Record<DetailField, FieldError>>

export type ParsedDetails =
  | { ok: true; details: Details }
  | { ok: false; values: DetailValues; errors: DetailErrors }

/** One line of text: what cannot be seen in it is not in it. */
const typed = (form: PostedForm, field: DetailField): string =>
  (form[field] ?? '')
    .slice(0, 400)
    .normalize('NFKC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()

const needed = ['firstname', 'lastname', 'street', 'zip', 'city'] as const

/** As a telephone dials it: a plus sign and digits. Undefined: too few or too many of them. */
function dialled(phone: string): string | undefined {
  const number = phone.replace(/[\s().\-/]/g, '')
  return /^\+?\d{6,15}$/.test(number) ? number : undefined
}

function errorsOf(values: Record<DetailField, string>): DetailErrors {
  const errors: DetailErrors = {}
  for (const field of fields) {
    if (values[field].length > longest[field]) {
      errors[field] = { code: 'too_long', expected: longest[field] }
    }
  }
  if (values.email === '') errors.email = { code: 'email_missing' }
  else if (!/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(values.email)) {
    errors.email = { code: 'email_invalid' }
  }
  for (const field of needed) {
    if (values[field] === '') errors[field] = { code: `${field}_missing` }
  }
  if (!isCountry(values.country)) errors.country = { code: 'country_missing' }
  if (values.phone !== '' && !dialled(values.phone)) errors.phone = { code: 'phone_invalid' }
  return errors
}

/** In the order in which they stand on the page. */
const sorted = (errors: DetailErrors): DetailErrors =>
  Object.fromEntries(fields.flatMap((it) => (errors[it] ? [[it, errors[it]]] : [])))

/** Reads what a payer said of themselves. Pure. On an error it gives back all that was typed. */
export function parseDetails(form: PostedForm): ParsedDetails {
  const entries = fields.map((field) => [field, typed(form, field)])
  const values = Object.fromEntries(entries) as Record<DetailField, string>
  const errors = sorted(errorsOf(values))
  if (Object.keys(errors).length > 0) return { ok: false, values, errors }
  const { email, firstname, lastname, street, street2, zip, city, country } = values
  const phone_number = dialled(values.phone) ?? ''
  const address = {
    firstname,
    lastname,
    street_address: street,
    street_address_line2: street2,
    locality: city,
    zip_code: zip,
    country,
  }
  return { ok: true, details: { email, firstname, lastname, phone_number, address } }
}

/** What stands in the form of somebody who was known, or comes back to change it. Pure. */
export function valuesOf(
  it: {
    [Key in Exclude<keyof Details, 'address'>]: string | null
  } & { address: Details['address'] | null },
): DetailValues {
  const { email, firstname, lastname, phone_number, address } = it
  return {
    email: email ?? '',
    firstname: firstname ?? '',
    lastname: lastname ?? '',
    phone: phone_number ?? '',
    street: address?.street_address ?? '',
    street2: address?.street_address_line2 ?? '',
    zip: address?.zip_code ?? '',
    city: address?.locality ?? '',
    country: address?.country ?? '',
  }
}
