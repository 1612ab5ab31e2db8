import { isUtf8 } from 'node:buffer'
import { limits } from '../kernel/limits.ts'

export type ParsedBody =
  | { ok: true; value: unknown }
  | { ok: false; position: number; message: string }

/**
 * A JSON body. Bytes that are not UTF-8 are taken as Latin-1: clients in the field send it. An
 * empty body is undefined; of two members with one name the last counts. Nesting beyond the limit
 * is refused before anything descends into it.
 */
export function parseBody(bytes: Buffer): ParsedBody {
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1').replace(/^\ufeff/, '')
  if (text.trim() === '') return { ok: true, value: undefined }
  const tooDeep = positionTooDeep(text)
  if (tooDeep >= 0) {
    const message = `Nested deeper than ${limits.body_depth_max}: char ${tooDeep}`
    return { ok: false, position: tooDeep, message }
  }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    const position = positionOfFault(text)
    return { ok: false, position, message: describe(text, position) }
  }
}

const quote = 0x22
const backslash = 0x5c

/**
 * Where an object or array opens that is one too deep, or -1. Right for valid JSON; the parser
 * judges the rest.
 */
function positionTooDeep(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === quote) {
      for (at++; at < text.length && text.charCodeAt(at) !== quote; at++) {
        if (text.charCodeAt(at) === backslash) at++
      }
    } else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > limits.body_depth_max) return at
    } else if (unit === 0x7d || unit === 0x5d) depth--
  }
  return -1
}

const blank = /[ \t\n\r]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids just these within a string
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/
const word = /true|false|null/
const token = new RegExp(
  `([{}[\\],:])|(${string.source})|(?:${number.source}|${word.source})(?![\\w.+-])`,
  'y',
)

/**
 * Where the text stops being JSON: the start of the first token that cannot stand there. Only after
 * a failed parse.
 */
function positionOfFault(text: string): number {
  const open: string[] = []
  let expected = 'value'
  token.lastIndex = 0
  for (;;) {
    blank.lastIndex = token.lastIndex
    blank.exec(text)
    const start = blank.lastIndex
    token.lastIndex = start
    const found = token.exec(text)
    if (!found) return start
    const next = follow(open, expected, found[1] ?? (found[2] ? 'string' : 'scalar'))
    if (next === undefined) return start
    expected = next
  }
}

/**
 * What may come after this token, or undefined where it may not stand. Keeps the stack of what is
 * open.
 */
function follow(open: string[], expected: string, sign: string): string | undefined {
  const inside = open.at(-1)
  const after = () => (open.length > 0 ? 'separator' : 'end')
  const close = (bracket: string) => {
    if (inside !== bracket) return undefined
    open.pop()
    return after()
  }
  if (sign === '}') return /separator|first name/.test(expected) ? close('{') : undefined
  if (sign === ']') return /separator|first value/.test(expected) ? close('[') : undefined
  if (sign === ',') {
    if (expected !== 'separator') return undefined
    return inside === '{' ? 'name' : 'value'
  }
  if (sign === ':') return expected === 'colon' ? 'value' : undefined
  if (expected.endsWith('name')) return sign === 'string' ? 'colon' : undefined
  if (!expected.endsWith('value')) return undefined
  if (sign === '{' || sign === '[') {
    open.push(sign)
    return sign === '{' ? 'first name' : 'first value'
  }
  return after()
}

/** The place in the words of Python's parser, which clients of v2 know. */
function describe(text: string, position: number): string {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - before.lastIndexOf('\n')
  const what = position < text.length ? 'Unexpected character' : 'Unexpected end'
  return `${what}: line ${line} column ${column} (char ${position})`
}
