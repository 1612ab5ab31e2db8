/**
 * The currencies that an account may charge. Stancer v2 takes all but jpy; v1 clients know jpy too.
 */
export const currencies = [
  'eur',
  'aud',
  'cad',
  'chf',
  'dkk',
  'gbp',
  'jpy',
  'nok',
  'pln',
  'sek',
  'usd',
] as const
export type Currency = (typeof currencies)[number]

/** Digits after the decimal sign (ISO 4217). */
const minorDigits = (currency: Currency): number => (currency === 'jpy' ? 0 : 2)

/** An amount in the unit of its currency, as a computer reads it: -12.50. Exact. */
export function decimalOf(amount: bigint, currency: string): string {
  const digits = minorDigits(currency as Currency)
  const [sign, size] = amount < 0n ? ['-', -amount] : ['', amount]
  const padded = size.toString().padStart(digits + 1, '0')
  return sign + (digits ? `${padded.slice(0, -digits)}.${padded.slice(-digits)}` : padded)
}

/**
 * An amount as people read it in this language: 12,50 €. For eyes only; nothing is computed from
 * it.
 */
export function formatMoney(amount: bigint, currency: Currency, lang: string): string {
  const format = new Intl.NumberFormat(lang, {
    style: 'currency',
    currency: currency.toUpperCase(),
  })
  return format.format(decimalOf(amount, currency) as Intl.StringNumericLiteral)
}
