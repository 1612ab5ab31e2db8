import type { TSchema } from '@obole/contract/typebox.js'
import { limits } from '../kernel/limits.ts'
import type { JsonSchema } from '../platform/decode-scalar.ts'
import { number_max, starred, stars } from './stars.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of a text so many characters at most, with stars; no number is cut before it is known as one. */
export function shortened(text: string, max: number): string {
  const whole = starred(text.slice(0, max + number_max))
  return whole.length > max ? `${whole.slice(0, max)}…` : whole
}

/** A scalar without a number that must not be kept. */
function scalar(value: unknown): unknown {
  if (typeof value === 'string') return shortened(value, limits.logged_text_max)
  if (typeof value !== 'number') return value
  return starred(String(value)) === String(value) ? value : stars
}

function members(value: Record<string, unknown>, each: (name: string) => unknown) {
  const names = Object.keys(value).slice(0, limits.logged_members_max)
  return Object.fromEntries(names.map((name) => [shortened(name, 64), each(name)]))
}

/**
 * A value as it may be kept: what the schema names and does not mark secret. What it does not name,
 * and free data, is stars. Pure.
 */
function allowed(schema: JsonSchema | undefined, value: unknown): unknown {
  if (!schema || schema.secret || schema.unlogged) return stars
  if (value === null) return null
  if (schema.anyOf) {
    const branch = schema.anyOf.find((it) => (it.type === 'object') === isObject(value))
    return allowed(branch, value)
  }
  if (schema.type === 'object' && isObject(value)) {
    const { properties = {} } = schema
    return members(value, (name) =>
      allowed(Object.hasOwn(properties, name) ? properties[name] : undefined, value[name]),
    )
  }
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.slice(0, limits.logged_members_max).map((it) => allowed(schema.items, it))
  }
  const isInner = schema.type === 'object' || schema.type === 'array'
  const isFree = schema.type === undefined && !schema.enum
  return isInner || isFree || typeof value === 'object' ? stars : scalar(value)
}

/** Every text and number of it, whoever named it: for what we said ourselves. */
function everything(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, limits.logged_members_max).map(everything)
  return isObject(value) ? members(value, (name) => everything(value[name])) : scalar(value)
}

/** JSON of at most so many characters: beyond, a text with its beginning. */
function bounded(json: string): string {
  const max = limits.logged_body_max
  return json.length > max ? JSON.stringify(`${json.slice(0, max)}…`) : json
}

/** What may be kept of a value that was sent, as JSON. */
export const redacted = (schema: TSchema | undefined, value: unknown): string =>
  bounded(JSON.stringify(allowed(schema as JsonSchema | undefined, value)))

const open = new WeakMap<object, boolean>()

/** Whether answers by this schema may hold what must not be kept, apart from numbers. */
function isOpen(schema: JsonSchema): boolean {
  const known = open.get(schema)
  if (known !== undefined) return known
  const inner = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.anyOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ]
  const isFree = schema.type === undefined && !schema.enum && !schema.anyOf
  const is = isFree || schema.secret || schema.unlogged || inner.some(isOpen) || false
  open.set(schema, is)
  return is
}

/**
 * What may be kept of an answer, as JSON. It was written by its schema already, so that most of
 * them are kept as they went; a refusal, which has none here, is in our own words.
 */
export function redactedAnswer(schema: TSchema | undefined, json: string): string {
  const is = schema as JsonSchema | undefined
  if (json.length <= limits.logged_body_max && !(is && isOpen(is)) && starred(json) === json) {
    return json
  }
  try {
    const value: unknown = JSON.parse(json)
    return bounded(JSON.stringify(is ? allowed(is, value) : everything(value)))
  } catch {
    return JSON.stringify(shortened(json, limits.logged_text_max))
  }
}
