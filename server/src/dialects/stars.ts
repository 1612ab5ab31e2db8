import { ibanStructureOf } from '@obole/sepa/country.js'
import { checkIban } from '@obole/sepa/iban.js'

export const stars = '***'

/** What may stand between the characters of a number that people write; also escaped in JSON. */
const gap = String.raw`(?:\\u[0-9a-fA-F]{4}|\\["nrtbf/]|[^0-9A-Za-z"]){0,3}`
/** A number with its gaps is shorter than this. */
export const number_max = 150
const digits = new RegExp(String.raw`\d(?:${gap}\d){11,}`, 'g')
const key = /[sp](?:test|prod)_\w{24}|whsec_[\w+/=-]+/g
const id = /^[a-z]{2,5}_[0-9A-Za-z]{24}$/
const beginning = /[A-Za-z]{2}\d{2}/g
const next = new RegExp(`${gap}([0-9A-Za-z])`, 'y')

/** Whether a card number stands in these digits: 12 to 19 of them in a row pass Luhn's check. */
function holdsNumber(run: string): boolean {
  for (let start = 0; start + 12 <= run.length; start++) {
    for (let end = start + 12; end <= Math.min(start + 19, run.length); end++) {
      if (passesLuhn(run, start, end)) return true
    }
  }
  return false
}

function passesLuhn(run: string, start: number, end: number): boolean {
  let sum = 0
  for (let n = end - 1; n >= start; n--) {
    const digit = run.charCodeAt(n) - 48
    const isDouble = (end - n) % 2 === 0
    sum += isDouble ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum % 10 === 0
}

/** The end of the IBAN that begins here, or 0. */
function endOfIban(text: string, start: number): number {
  let iban = text.slice(start, start + 4)
  const length = ibanStructureOf(iban.slice(0, 2).toUpperCase())?.length ?? 0
  next.lastIndex = start + 4
  while (iban.length < length) {
    const found = next.exec(text)
    if (!found) return 0
    iban += found[1]
  }
  return length && checkIban(iban).ok ? next.lastIndex : 0
}

/** An id of ours is no IBAN, whatever its letters. */
function isInId(text: string, at: number): boolean {
  const start = text.lastIndexOf('_', at)
  if (start < 0 || at - start > 24) return false
  const from = /[a-z]*$/.exec(text.slice(Math.max(0, start - 5), start))?.[0].length ?? 0
  return id.test(/^\w*/.exec(text.slice(start - from, start + 40))?.[0] ?? '')
}

function withoutIbans(text: string): string {
  let [out, kept] = ['', 0]
  beginning.lastIndex = 0
  for (let it = beginning.exec(text); it; it = beginning.exec(text)) {
    const end = endOfIban(text, it.index)
    if (end && !isInId(text, it.index)) {
      out += text.slice(kept, it.index) + stars
      kept = end
      beginning.lastIndex = end
    } else beginning.lastIndex = it.index + 1
  }
  return kept ? out + text.slice(kept) : text
}

/**
 * The text with stars for what could be a card number (12 digits or more, however spaced, that pass
 * Luhn's check), an IBAN, or a key of ours, wherever it stands. Pure.
 */
export function starred(text: string): string {
  const plain = text
    .replace(digits, (run) =>
      holdsNumber(run.replaceAll(/\\u[0-9a-fA-F]{4}|\D/g, '')) ? stars : run,
    )
    .replace(key, stars)
  return withoutIbans(plain)
}
