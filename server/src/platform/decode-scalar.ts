import type { Keywords } from '@obole/contract/shapes.js'
import { type Failure, failure } from './failure.ts'
import {
  codePoints,
  isAddressOfHost,
  isEmail,
  toDay,
  toInstant,
  unstorable,
  urlFault,
} from './formats.ts'

/**
 * The keywords of JSON Schema that the contract uses; a schema with another shape does not compile.
 */
export interface JsonSchema extends Keywords {
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  additionalProperties?: boolean
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  default?: unknown
}

/** One decoding: where it stands, and what was wrong on the way. */
export interface Run {
  path: (string | number)[]
  errors: Failure[]
}
/** Gives the value in the program's form; what it gives after a failure is never used. */
export type Step = (value: unknown, run: Run) => unknown

/**
 * Faults told at once: the caller needs the first few, and a body of faults must not make an answer
 * of megabytes.
 */
const faultsMax = 50

type Words = Omit<Failure, 'loc'>

export function fail(run: Run, words: Words, ...inner: string[]): undefined {
  if (run.errors.length < faultsMax) run.errors.push({ loc: [...run.path, ...inner], ...words })
  return undefined
}

/**
 * Numbers are taken for text where they are exact: a card number of 19 digits must not come out
 * rounded.
 */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'number' || Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined
  return String(value)
}

export function text(schema: JsonSchema): Step {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, format } = schema
  const pattern = schema.pattern === undefined ? undefined : new RegExp(schema.pattern, 'u')
  const wrong = format === undefined ? undefined : formatFault(format)
  return (value, run) => {
    const it = asText(value)
    if (it === undefined) return fail(run, failure.string)
    if (unstorable(it)) return fail(run, failure.characters)
    if (it.length > maxLength && codePoints(it) > maxLength) {
      return fail(run, failure.maxLength(maxLength))
    }
    if (it.length < minLength * 2 && codePoints(it) < minLength) {
      return fail(run, failure.minLength(minLength))
    }
    if (pattern && !pattern.test(it)) return fail(run, failure.regex(pattern.source))
    const fault = wrong?.(it)
    return fault ? fail(run, fault) : it
  }
}

function formatFault(format: string): (text: string) => Words | undefined {
  switch (format) {
    case 'email':
      return (it) => (isEmail(it) ? undefined : failure.email)
    case 'ip':
      return (it) => (isAddressOfHost(it) ? undefined : failure.ip)
    case 'uri':
      return (it) => {
        const fault = urlFault(it)
        return fault && failure.url[fault]
      }
    default:
      throw new Error(`cannot decode the format ${format}`)
  }
}

export function enumeration(schema: JsonSchema, values: unknown[]): Step {
  const known = new Set(values)
  const words = failure.enum(values)
  return (value, run) => {
    const it = schema.lowercase && typeof value === 'string' ? value.toLowerCase() : value
    return known.has(it) ? it : fail(run, words)
  }
}

const wholeNumber = /^\s*[+-]?\d+\s*$/

export function integer(schema: JsonSchema): Step {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema
  return (value, run) => {
    const counts =
      typeof value === 'number' || (typeof value === 'string' && wholeNumber.test(value))
    const it = counts ? Number(value) : Number.NaN
    if (!Number.isInteger(it)) return fail(run, failure.integer)
    if (it < minimum) return fail(run, failure.notGe(minimum))
    if (it > maximum) return fail(run, failure.notLe(maximum))
    if (!Number.isSafeInteger(it)) return fail(run, failure.integer)
    return schema.bigint ? BigInt(it) : it
  }
}

const truths = new Set<unknown>([true, 1, '1', 'on', 't', 'true', 'y', 'yes'])
const untruths = new Set<unknown>([false, 0, '0', 'off', 'f', 'false', 'n', 'no'])

export function boolean(schema: JsonSchema): Step {
  return (value, run) => {
    const it = typeof value === 'string' ? value.toLowerCase() : value
    if (!truths.has(it) && !untruths.has(it)) return fail(run, failure.boolean)
    const is = truths.has(it)
    if (schema.const !== undefined && is !== schema.const) {
      return fail(run, failure.const(schema.const, schema.message))
    }
    return is
  }
}

export function instant(schema: JsonSchema): Step {
  const { minimum = Number.NEGATIVE_INFINITY } = schema
  return (value, run) => {
    const it = toInstant(value)
    if (!it) return fail(run, failure.instant)
    return it.getTime() < minimum * 1000 ? fail(run, failure.notGe(minimum)) : it
  }
}

export const day: Step = (value, run) => toDay(value) ?? fail(run, failure.day)

/** Free data: only what the store cannot keep is refused. */
export const free: Step = (value, run) => {
  checkFree(value, run)
  return value
}

function checkFree(value: unknown, run: Run): void {
  if (typeof value === 'string') {
    if (unstorable(value)) fail(run, failure.characters)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      run.path.push(name)
      if (unstorable(name)) fail(run, failure.characters)
      else checkFree(inner, run)
      run.path.pop()
    }
  }
}
