import type { Static, TSchema } from '@obole/contract/typebox.js'
import {
  boolean,
  day,
  enumeration,
  fail,
  free,
  instant,
  integer,
  type JsonSchema,
  type Run,
  type Step,
  text,
} from './decode-scalar.ts'
import { type Failure, failure } from './failure.ts'

/**
 * How a dialect takes what its schemas do not name, unless a schema says itself that anything may
 * stand there. All dialects coerce alike: as pydantic v1 does.
 */
export interface DecodeMode {
  unknown: 'refuse' | 'ignore'
}
export const v2Mode = { unknown: 'refuse' } as const satisfies DecodeMode
export const v1Mode = { unknown: 'ignore' } as const satisfies DecodeMode
export const stanMode = { unknown: 'ignore' } as const satisfies DecodeMode

export type Decoded<S extends TSchema> =
  | { ok: true; value: Static<S> }
  | { ok: false; errors: Failure[] }

const compiled = {
  refuse: new WeakMap<object, Step>(),
  ignore: new WeakMap<object, Step>(),
}

function stepOf(schema: TSchema, { unknown }: DecodeMode): Step {
  const known = compiled[unknown].get(schema)
  if (known) return known
  const step = compile(schema as JsonSchema, unknown)
  compiled[unknown].set(schema, step)
  return step
}

function decodeAt<S extends TSchema>(
  root: string,
  schema: S,
  value: unknown,
  mode: DecodeMode,
): Decoded<S> {
  const run: Run = { path: [root], errors: [] }
  const absent = value === undefined || value === null
  // A body that may be null may as well not be sent.
  if (absent && (schema as JsonSchema).nullable) return { ok: true, value: null as Static<S> }
  const decoded = absent ? fail(run, failure.missing) : stepOf(schema, mode)(value, run)
  return run.errors.length > 0
    ? { ok: false, errors: run.errors }
    : { ok: true, value: decoded as Static<S> }
}

/**
 * A body in the program's form, or everything that is wrong with it, in one pass. The value is new,
 * except for free data, which is passed on as it is. Pure; a schema is compiled at its first use.
 */
export const decode = <S extends TSchema>(schema: S, value: unknown, mode: DecodeMode) =>
  decodeAt('body', schema, value, mode)

/**
 * Query parameters: the last one of a name counts, and unknown ones are ignored in every dialect.
 */
export function decodeQuery<S extends TSchema>(
  schema: S,
  query: Readonly<Record<string, unknown>>,
): Decoded<S> {
  const last = Object.entries(query).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.at(-1) : value,
  ])
  return decodeAt('query', schema, Object.fromEntries(last), v1Mode)
}

/** Parameters of the address. */
export const decodePath = <S extends TSchema>(
  schema: S,
  params: Readonly<Record<string, unknown>>,
): Decoded<S> => decodeAt('path', schema, params, v1Mode)

function compile(schema: JsonSchema, unknown: DecodeMode['unknown']): Step {
  if (schema.anyOf) return union(schema.anyOf, unknown)
  if (schema.format === 'date-time') return instant(schema)
  if (schema.format === 'date') return day
  if (schema.enum) return enumeration(schema, schema.enum)
  switch (schema.type) {
    case 'object':
      return object(schema, unknown)
    case 'array':
      return array(schema, unknown)
    case 'string':
      return text(schema)
    case 'integer':
      return integer(schema)
    case 'boolean':
      return boolean(schema)
    case undefined:
      return free
    default:
      throw new Error(`cannot decode a schema of type ${schema.type}`)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function object(schema: JsonSchema, unknown: DecodeMode['unknown']): Step {
  const properties = schema.properties ?? {}
  const members = Object.entries(properties).map(([name, member]) => ({
    name,
    step: compile(member, unknown),
    required: schema.required?.includes(name) ?? false,
    fallback: member.default,
  }))
  const names = new Set(Object.keys(properties))
  const oneOf = schema.at_least_one_of
  return (value, run) => {
    if (!isObject(value)) return fail(run, failure.object)
    const before = run.errors.length
    const decoded: Record<string, unknown> = {}
    for (const { name, step, required, fallback } of members) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined
      if (given !== undefined && given !== null) {
        run.path.push(name)
        decoded[name] = step(given, run)
        run.path.pop()
      } else if (fallback !== undefined) {
        decoded[name] = Array.isArray(fallback) ? [...fallback] : fallback
      } else if (required) {
        fail(run, given === null ? failure.none : failure.missing, name)
      }
    }
    if (unknown === 'refuse' && !schema.additionalProperties) {
      for (const name of Object.keys(value)) {
        if (!names.has(name)) fail(run, failure.extra, name)
      }
    }
    const isSaid = (name: string) => decoded[name] !== undefined && decoded[name] !== ''
    if (oneOf && run.errors.length === before && !oneOf.some(isSaid)) {
      fail(run, failure.oneOf(oneOf), '__root__')
    }
    return decoded
  }
}

function array(schema: JsonSchema, unknown: DecodeMode['unknown']): Step {
  const step = compile(schema.items ?? {}, unknown)
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems = false } = schema
  return (value, run) => {
    if (!Array.isArray(value)) return fail(run, failure.list)
    if (value.length < minItems) return fail(run, failure.minItems(minItems))
    if (value.length > maxItems) return fail(run, failure.maxItems(maxItems))
    const before = run.errors.length
    const decoded = value.map((item, index) => {
      run.path.push(index)
      const it = item === null ? fail(run, failure.none) : step(item, run)
      run.path.pop()
      return it
    })
    if (uniqueItems && run.errors.length === before && new Set(decoded).size < decoded.length) {
      return fail(run, failure.uniqueItems)
    }
    return decoded
  }
}

/**
 * An object or a short form of it: an object goes to the one branch, everything else to the other.
 */
function union(branches: JsonSchema[], unknown: DecodeMode['unknown']): Step {
  const [ofObject, ...rest] = branches.filter((it) => it.type === 'object')
  const [short, ...more] = branches.filter((it) => it.type !== 'object')
  if (!ofObject || !short || rest.length + more.length > 0) {
    throw new Error('cannot decode a union other than of an object and one short form')
  }
  const objectStep = compile(ofObject, unknown)
  const shortStep = compile(short, unknown)
  return (value, run) => (isObject(value) ? objectStep : shortStep)(value, run)
}
