import { compact } from './compact.ts'
import { ibanStructureOf, isCountry } from './country.ts'

export type IbanCheck =
  | { ok: true; iban: string; country: string }
  | {
      ok: false
      reason: 'length' | 'characters' | 'country' | 'structure' | 'checksum'
      /** With `length`, where the country has one: how long its IBANs are. */
      expected_length?: number
    }

/**
 * Bounds for countries without a known structure: the shortest in the registry, and the longest
 * that ISO 13616 allows.
 */
const shortest = 15
const longest = 34

/**
 * The IBAN as it is exchanged: no spaces, capitals, without a word IBAN before it. Nothing is
 * checked.
 */
export const normaliseIban = (text: string): string => compact(text).replace(/^IBAN:?/, '')

/**
 * Checks an IBAN as written by anyone: characters, country, length and structure of the country,
 * check digits (ISO 13616). National check digits inside are left alone: banks publish and use
 * IBANs that fail them, published test IBANs among them.
 */
export function checkIban(text: string): IbanCheck {
  const iban = normaliseIban(text)
  if (iban === '') return { ok: false, reason: 'length' }
  if (!/^[A-Z0-9]+$/.test(iban)) return { ok: false, reason: 'characters' }

  const country = iban.slice(0, 2)
  if (!isCountry(country)) return { ok: false, reason: 'country' }

  const structure = ibanStructureOf(country)
  if (structure && iban.length !== structure.length) {
    return { ok: false, reason: 'length', expected_length: structure.length }
  }
  if (iban.length < shortest || iban.length > longest) return { ok: false, reason: 'length' }

  const digits = iban.slice(2, 4)
  if (!/^[0-9]{2}$/.test(digits) || structure?.bban.test(iban.slice(4)) === false) {
    return { ok: false, reason: 'structure' }
  }
  return checkDigits(country, iban.slice(4)) === digits
    ? { ok: true, iban, country }
    : { ok: false, reason: 'checksum' }
}

/**
 * The two digits that make the IBAN of this account (ISO 7064, MOD 97-10). They are 02 to 98, so
 * 00, 01 and 99 never pass.
 */
export function checkDigits(country: string, bban: string): string {
  let rest = 0
  for (const char of `${bban}${country}00`) {
    const value = Number.parseInt(char, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return String(98 - rest).padStart(2, '0')
}

/** In groups of four, as printed on paper. */
export const formatIban = (text: string): string => normaliseIban(text).replace(/.{4}(?=.)/g, '$& ')

export const last4 = (text: string): string => normaliseIban(text).slice(-4)
