import { compact } from './compact.ts'
import { isCountry } from './country.ts'

export type BicCheck =
  | { ok: true; bic: string; country: string }
  | { ok: false; reason: 'length' | 'characters' | 'country' }

/**
 * Checks the form of a BIC (ISO 9362): four letters or digits, a country, two letters or digits,
 * and three for a branch or none. Whether such a bank exists is not known here.
 */
export function checkBic(text: string): BicCheck {
  const bic = compact(text)
  if (bic !== '' && !/^[A-Z0-9]+$/.test(bic)) return { ok: false, reason: 'characters' }
  if (bic.length !== 8 && bic.length !== 11) return { ok: false, reason: 'length' }
  const country = bic.slice(4, 6)
  return isCountry(country) ? { ok: true, bic, country } : { ok: false, reason: 'country' }
}

/** The BIC that test mode shows for an IBAN of this country. */
export const testBic = (country: string): string => `TEST${country}PP`
