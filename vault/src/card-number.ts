export type CardBrand =
  | 'visa'
  | 'mastercard'
  | 'amex'
  | 'discover'
  | 'diners'
  | 'jcb'
  | 'unionpay'
  | 'maestro'
  | 'unknown'

/** First digits, from – to (ISO/IEC 7812). The longest range that matches decides. */
const ranges: readonly (readonly [from: string, to: string, brand: CardBrand])[] = [
  ['4', '4', 'visa'],
  ['51', '55', 'mastercard'],
  ['2221', '2720', 'mastercard'],
  ['34', '34', 'amex'],
  ['37', '37', 'amex'],
  ['6011', '6011', 'discover'],
  ['644', '649', 'discover'],
  ['65', '65', 'discover'],
  ['300', '305', 'diners'],
  ['309', '309', 'diners'],
  ['36', '36', 'diners'],
  ['38', '39', 'diners'],
  ['3528', '3589', 'jcb'],
  ['62', '62', 'unionpay'],
  ['8100', '8171', 'unionpay'],
  ['50', '50', 'maestro'],
  ['56', '59', 'maestro'],
  ['63', '63', 'maestro'],
  ['67', '67', 'maestro'],
]

/**
 * Without what people and forms put between digits (white space, dashes, invisible marks);
 * full-width digits become plain.
 */
export const normaliseCardNumber = (text: string): string =>
  text
    .replace(/[\s\p{Pd}\p{Cf}\u2212]/gu, '')
    .replace(/[\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))

/**
 * Whether the last digit is the right check digit (ISO/IEC 7812-1, annex B). False unless all are
 * digits.
 */
export function luhn(number: string): boolean {
  if (!/^[0-9]+$/.test(number)) return false
  let sum = 0
  for (let place = 0; place < number.length; place++) {
    const digit = Number(number[number.length - 1 - place])
    const weighted = place % 2 === 0 ? digit : digit * 2
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

/** Whether a normalised number can be a card's: 13 to 19 digits, the last of them right. */
export const isCardNumber = (number: string): boolean =>
  /^[0-9]{13,19}$/.test(number) && luhn(number)

export const last4 = (number: string): string => number.slice(-4)

/**
 * The first digits, which name the issuer: 8 of them, 6 of numbers under 16 digits. With the last 4
 * that is the most that PCI DSS lets one show.
 */
export const bin = (number: string): string => number.slice(0, number.length < 16 ? 6 : 8)

/**
 * The brand that the first digits tell; also of a number that is still being typed. Co-badges are
 * the issuer's to say.
 */
export function brandOf(number: string): CardBrand {
  let best: CardBrand = 'unknown'
  let longest = 0
  for (const [from, to, brand] of ranges) {
    const start = number.slice(0, from.length)
    if (from.length > longest && start.length === from.length && start >= from && start <= to) {
      best = brand
      longest = from.length
    }
  }
  return best
}
