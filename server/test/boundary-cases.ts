import type { TSchema } from '@obole/contract/typebox.js'
import type { JsonSchema } from '../src/platform/decode-scalar.ts'

/**
 * A value on one side of one bound of a schema: taken when there is no fault, else refused for just
 * this one.
 */
export interface BoundaryCase {
  title: string
  value: unknown
  fault?: { loc: (string | number)[]; kind: string }
}

/** A valid value with nothing in it that is not required. */
export const example = (schema: TSchema): unknown => exampleOf(schema as JsonSchema)

/** For each bound of each field: the last value that is taken and the first that is refused. */
export const boundaryCases = (schema: TSchema): BoundaryCase[] => casesOf(schema as JsonSchema)

function exampleOf(schema: JsonSchema): unknown {
  if (schema.anyOf) return exampleOf(schema.anyOf.at(-1) as JsonSchema)
  if (schema.format === 'date-time') return 1_700_000_000
  if (schema.format === 'date') return '2030-01-31'
  if (schema.enum) return schema.enum[0]
  if (schema.const !== undefined) return schema.const
  switch (schema.type) {
    case 'object': {
      const names = [...(schema.required ?? []), ...(schema.at_least_one_of?.slice(0, 1) ?? [])]
      const properties = schema.properties ?? {}
      return Object.fromEntries(
        names.map((name) => [name, exampleOf(properties[name] as JsonSchema)]),
      )
    }
    case 'array':
      return schema.minItems ? [exampleOf(schema.items ?? {})] : []
    case 'string':
      return textOf(schema, Math.max(schema.minLength ?? 0, Math.min(schema.maxLength ?? 20, 20)))
    case 'integer':
      return schema.minimum ?? 0
    case 'boolean':
      return true
    default:
      return { free: [1, 'a', null] }
  }
}

/** The longest text of a pattern: our patterns are made of texts and of so many characters. */
const matching = (pattern: string): string =>
  pattern
    .replaceAll(/[\^$]/g, '')
    .replace(/\[a-z\]\{(?:\d,)?(\d)\}/, (_, most: string) => 'a'.repeat(Number(most)))
    .replace('[a-zA-Z0-9]{24}', 'a1'.repeat(12))
    .replace('[1-5](xx|[0-9]{2})', '404')

/** A valid text of this length, or undefined where the format has none. */
function textOf(schema: JsonSchema, length: number): string | undefined {
  const kind = schema.pattern === undefined ? schema.format : 'id'
  const fill = (start: string, end = '') =>
    length < start.length + end.length + 1
      ? undefined
      : start + 'a'.repeat(length - start.length - end.length) + end
  if (kind === 'id') return matching(schema.pattern ?? '')
  if (kind === 'email') return fill('', '@b.example')
  if (kind === 'uri') return fill('https://a.example/')
  if (kind === 'ip') return '2001:db8::1'
  return 'a'.repeat(length)
}

const taken = (title: string, value: unknown): BoundaryCase => ({ title, value })
const refused = (title: string, value: unknown, kind: string): BoundaryCase => ({
  title,
  value,
  fault: { loc: [], kind },
})

function casesOf(schema: JsonSchema): BoundaryCase[] {
  if (schema.anyOf) return schema.anyOf.flatMap(casesOf)
  if (schema.nullable) return [taken('null', null), ...casesOf({ ...schema, nullable: false })]
  if (schema.format === 'date-time') return instantCases(schema)
  if (schema.format === 'date') return dayCases
  if (schema.enum) return enumCases(schema.enum)
  switch (schema.type) {
    case 'object':
      return objectCases(schema)
    case 'array':
      return arrayCases(schema)
    case 'string':
      return textCases(schema)
    case 'integer':
      return integerCases(schema)
    case 'boolean':
      return booleanCases(schema)
    default:
      return [
        taken('anything', { deep: [{ constructor: 1 }, null, 1.5] }),
        refused('NUL', 'a\u0000b', 'characters'),
      ]
  }
}

/** The same case one level further out: the value within its object or array. */
const within = (
  inner: BoundaryCase,
  name: string | number,
  wrap: (value: unknown) => unknown,
): BoundaryCase => ({
  title: `${name}: ${inner.title}`,
  value: wrap(inner.value),
  ...(inner.fault && { fault: { ...inner.fault, loc: [name, ...inner.fault.loc] } }),
})

function objectCases(schema: JsonSchema): BoundaryCase[] {
  const whole = exampleOf(schema) as Record<string, unknown>
  const cases: BoundaryCase[] = [taken('no more than is required', whole)]
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const { [name]: _, ...others } = whole
    if (schema.required?.includes(name)) {
      cases.push({ title: `no ${name}`, value: others, fault: { loc: [name], kind: 'missing' } })
      const none = { ...whole, [name]: null }
      cases.push({ title: `${name}: null`, value: none, fault: { loc: [name], kind: 'none' } })
    } else {
      cases.push(taken(`${name}: null`, { ...exampleWithout(schema, name), [name]: null }))
    }
    for (const inner of casesOf(member)) {
      cases.push(within(inner, name, (value) => ({ ...whole, [name]: value })))
    }
  }
  for (const name of ['unknown_member', '__proto__', 'constructor']) {
    const value = withOwn(whole, JSON.parse(`{"${name}":1}`))
    const fault = { loc: [name], kind: 'extra' }
    const free = schema.additionalProperties
    cases.push({ title: `a member ${name}`, value, ...(!free && { fault }) })
  }
  if (schema.at_least_one_of) {
    const value = without(whole, schema.at_least_one_of)
    const fault = { loc: ['__root__'], kind: 'one_of' }
    cases.push({ title: `none of ${schema.at_least_one_of}`, value, fault })
  }
  return cases
}

/** A valid object without this member: where one of several is enough, with another of them. */
function exampleWithout(schema: JsonSchema, name: string): Record<string, unknown> {
  const others = schema.at_least_one_of?.filter((it) => it !== name)
  return exampleOf({ ...schema, ...(others && { at_least_one_of: others }) }) as Record<
    string,
    unknown
  >
}

const without = (value: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

/** Both objects' own members, `__proto__` as an ordinary name too. */
const withOwn = (one: object, other: object) =>
  Object.fromEntries([...Object.entries(one), ...Object.entries(other)])

function arrayCases(schema: JsonSchema): BoundaryCase[] {
  const items = schema.items ?? {}
  const item = exampleOf(items)
  return [
    taken('one item', [item]),
    refused('not a list', 'a', 'list'),
    ...(schema.minItems ? [refused('too few items', [], 'min_items')] : [taken('no item', [])]),
    ...(schema.maxItems
      ? [refused('too many items', Array(schema.maxItems + 1).fill(item), 'max_items')]
      : []),
    ...(schema.uniqueItems ? [refused('an item twice', [item, item], 'unique_items')] : []),
    ...casesOf(items).map((inner) => within(inner, 0, (value) => [value])),
  ]
}

function textCases(schema: JsonSchema): BoundaryCase[] {
  const { minLength = 0, maxLength, pattern, format } = schema
  const cases = [refused('a list', [], 'string'), refused('NUL', 'a\u0000b', 'characters')]
  const exact = (length: number, title: string) => {
    const value = textOf(schema, length)
    return value === undefined ? [] : [taken(title, value)]
  }
  if (minLength > 0) {
    cases.push(...exact(minLength, 'shortest'))
    cases.push(refused('too short', 'a'.repeat(minLength - 1), 'min_length'))
  }
  if (maxLength !== undefined) {
    cases.push(...exact(maxLength, 'longest'))
    const long = textOf(schema, maxLength + 1)
    cases.push(refused('too long', long, 'max_length'))
  }
  if (maxLength !== undefined && !format && !pattern) {
    cases.push(taken('longest, in characters of two units', '😀'.repeat(maxLength)))
  }
  if (pattern !== undefined) {
    const valid = textOf(schema, 0) as string
    cases.push(taken('an id', valid), refused('another prefix', `x${valid}`, 'regex'))
    cases.push(refused('an id cut short', valid.slice(0, -1), 'regex'))
    cases.push(refused('an id with a line end', `${valid}\n`, 'regex'))
  }
  if (format === 'email') cases.push(refused('no e-mail address', 'a.example', 'email'))
  if (format === 'uri') cases.push(refused('no address', 'javascript:alert(1)', 'url'))
  if (format === 'ip') {
    cases.push(taken('IPv4', '192.0.2.1'), refused('no IP address', '192.0.2.256', 'ip'))
  }
  return cases
}

function integerCases({ minimum, maximum }: JsonSchema): BoundaryCase[] {
  return [
    refused('a fraction', 1.5, 'integer'),
    refused('a word', 'one', 'integer'),
    refused('true', true, 'integer'),
    ...(minimum === undefined
      ? []
      : [taken('lowest', minimum), refused('too low', minimum - 1, 'not_ge')]),
    ...(maximum === undefined
      ? []
      : [taken('highest', maximum), refused('too high', maximum + 1, 'not_le')]),
  ]
}

const booleanCases = (schema: JsonSchema): BoundaryCase[] => [
  taken('true', true),
  taken('as a text', 'True'),
  schema.const === true ? refused('false', false, 'const') : taken('false', false),
  refused('neither', 'maybe', 'boolean'),
]

const enumCases = (values: unknown[]): BoundaryCase[] => [
  ...values.map((value) => taken(String(value), value)),
  refused('another value', 'another', 'enum'),
  refused('a list', [], 'enum'),
]

const instantCases = ({ minimum }: JsonSchema): BoundaryCase[] => [
  taken('ISO 8601', '2024-02-29T12:00:00+01:00'),
  taken('unix seconds as a text', '1700000000'),
  refused('no moment', 'yesterday', 'instant'),
  ...(minimum === undefined
    ? []
    : [taken('earliest', minimum), refused('too early', minimum - 1, 'not_ge')]),
]

const dayCases: BoundaryCase[] = [
  taken('a day', '2024-02-29'),
  taken('unix seconds', 1_601_045_728),
  refused('no day of the calendar', '2023-02-29', 'date'),
  refused('no day', 'today', 'date'),
]
