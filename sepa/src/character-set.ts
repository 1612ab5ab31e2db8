import anyAscii from 'any-ascii'

/** ASCII that the set lacks → the nearest that it has. */
const nearest: Readonly<Record<string, string>> = {
  '&': '+',
  _: '-',
  '~': '-',
  '[': '(',
  ']': ')',
  '{': '(',
  '}': ')',
  '<': '(',
  '>': ')',
  '\\': '/',
  '|': '/',
  '"': "'",
  '`': "'",
  ';': ',',
  '@': '(at)',
  '%': ' pct ',
}

/** Whether the text has only the characters that every SEPA bank takes (EPC217-08). */
export const isSepaText = (text: string): boolean => /^[A-Za-z0-9/?:().,'+ -]*$/.test(text)

/**
 * The text in the characters that every SEPA bank takes: é becomes e, œ oe, ß ss, Ł L, Greek and
 * Cyrillic are spelled in Latin. What has no spelling becomes a full stop: only a blank text ever
 * becomes an empty one. May be longer than the original; cut it afterwards.
 */
export function toSepaText(text: string): string {
  const spelled = Array.from(text.normalize('NFC'), spell).join('')
  return spelled.replace(/ +/g, ' ').trim() || (text.trim() === '' ? '' : '.')
}

function spell(char: string): string {
  if (isSepaText(char)) return char
  if (/\s/.test(char)) return ' '
  if (/[\p{M}\p{Cc}\p{Cf}]/u.test(char)) return ''
  const ascii = anyAscii(char)
  // Pictures come as :grinning: from the library: words that nobody wrote.
  return ascii === '' || /^:.+:$/.test(ascii) ? '.' : Array.from(ascii, spellAscii).join('')
}

const spellAscii = (char: string): string => (isSepaText(char) ? char : (nearest[char] ?? '.'))
