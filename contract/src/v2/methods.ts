import { oneOf } from '../shapes.ts'
import Type from '../typebox.ts'

export const methodNames = ['card', 'sepa'] as const
export type Method = (typeof methodNames)[number]

export const Method = oneOf(methodNames)

/** The ways to pay that the payer may choose from. */
export const methods = (options?: { minItems?: number; default?: Method[] }) =>
  Type.Array(Method, { uniqueItems: true, description: 'Ways to pay', ...options })

/** JPY is not among them in v2. */
export const currencies = [
  'eur',
  'aud',
  'cad',
  'chf',
  'dkk',
  'gbp',
  'nok',
  'pln',
  'sek',
  'usd',
] as const
export type Currency = (typeof currencies)[number]

export const Currency = oneOf(currencies, { description: 'Currency code (ISO 4217)' })
export const CurrencyDefault = oneOf(currencies, {
  default: 'eur',
  description: 'Currency code (ISO 4217)',
})
