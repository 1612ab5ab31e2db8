import { getCountrySpecifications } from 'ibantools'

/**
 * What the IBAN registry says of a country: the length of its IBANs and the pattern after the check
 * digits.
 */
export interface IbanStructure {
  length: number
  bban: RegExp
}

/**
 * Pakistan and Palestine: the registry allows letters in the account number, the library does not.
 */
const corrections: Readonly<Record<string, string>> = {
  PK: '[A-Z]{4}[A-Z0-9]{16}',
  PS: '[A-Z]{4}[A-Z0-9]{21}',
}

const specifications = new Map(Object.entries(getCountrySpecifications()))

const structures: ReadonlyMap<string, IbanStructure> = new Map(
  [...specifications].flatMap(([country, { chars, bban_regexp }]) => {
    const bban = corrections[country] ?? bban_regexp
    return chars && bban ? [[country, { length: chars, bban: new RegExp(`^(?:${bban})$`) }]] : []
  }),
)

/**
 * The geographical scope of the SEPA schemes (EPC409-09), with the territories that have a country
 * code of their own.
 */
const sepaCountries: ReadonlySet<string> = new Set(
  [
    'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK',
    'IS LI NO',
    'AD AL CH GB MC MD ME MK RS SM VA',
    'AX BL GF GG GI GP IM JE MF MQ PM RE YT',
  ].flatMap((line) => line.split(' ')),
)

/** All of them, in the order of their letters. */
export const countries: readonly string[] = [...specifications.keys()].sort()

/** Whether these two capitals are a country of ISO 3166-1, or Kosovo. */
export const isCountry = (country: string): boolean => specifications.has(country)

/** Whether euro transfers and direct debits of the SEPA schemes reach this country. */
export const isSepaCountry = (country: string): boolean => sepaCountries.has(country)

/** Undefined for a country whose IBANs are not known to have one structure. */
export const ibanStructureOf = (country: string): IbanStructure | undefined =>
  structures.get(country)
