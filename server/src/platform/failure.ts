/**
 * One fault of a request, in the words of v2, which are those of pydantic v1. Never holds the
 * value: it may be secret.
 */
export interface Failure {
  /** From `body`, `query` or `path` inwards. */
  loc: (string | number)[]
  kind: string
  msg: string
  type: string
  ctx?: Readonly<Record<string, unknown>>
}

const words = <const K extends string>(
  kind: K,
  msg: string,
  type: string,
  ctx?: Readonly<Record<string, unknown>>,
) => (ctx ? { kind, msg, type, ctx } : { kind, msg, type })

const permitted = (values: readonly unknown[]): string =>
  values.map((it) => (typeof it === 'string' ? `'${it}'` : String(it))).join(', ')

const atLeast = (limit: number, unit: string): string =>
  `ensure this value has at least ${limit} ${unit}`
const atMost = (limit: number, unit: string): string =>
  `ensure this value has at most ${limit} ${unit}`

/** What can be wrong with a value → how it is told. */
export const failure = {
  missing: words('missing', 'field required', 'value_error.missing'),
  none: words('none', 'none is not an allowed value', 'type_error.none.not_allowed'),
  extra: words('extra', 'extra fields not permitted', 'value_error.extra'),
  object: words('object', 'value is not a valid dict', 'type_error.dict'),
  list: words('list', 'value is not a valid list', 'type_error.list'),
  string: words('string', 'str type expected', 'type_error.str'),
  integer: words('integer', 'value is not a valid integer', 'type_error.integer'),
  boolean: words('boolean', 'value could not be parsed to a boolean', 'type_error.bool'),
  characters: words(
    'characters',
    'NUL and unpaired surrogates are not permitted',
    'value_error.str.characters',
  ),
  email: words('email', 'value is not a valid email address', 'value_error.email'),
  ip: words('ip', 'value is not a valid IPv4 or IPv6 address', 'value_error.ipvanyaddress'),
  instant: words('instant', 'invalid datetime format', 'value_error.datetime'),
  day: words('date', 'invalid date format', 'value_error.date'),
  uniqueItems: words(
    'unique_items',
    'the list has duplicated items',
    'value_error.list.unique_items',
  ),
  url: {
    scheme: words('url', 'invalid or missing URL scheme', 'value_error.url.scheme'),
    scheme_permitted: words('url', 'URL scheme not permitted', 'value_error.url.scheme', {
      allowed_schemes: ['http', 'https'],
    }),
    host: words('url', 'URL host invalid', 'value_error.url.host'),
    characters: words('url', 'URL invalid, characters not permitted', 'value_error.url.extra'),
  },
  notGe: (limit_value: number) =>
    words(
      'not_ge',
      `ensure this value is greater than or equal to ${limit_value}`,
      'value_error.number.not_ge',
      { limit_value },
    ),
  notLe: (limit_value: number) =>
    words(
      'not_le',
      `ensure this value is less than or equal to ${limit_value}`,
      'value_error.number.not_le',
      { limit_value },
    ),
  minLength: (limit_value: number) =>
    words('min_length', atLeast(limit_value, 'characters'), 'value_error.any_str.min_length', {
      limit_value,
    }),
  maxLength: (limit_value: number) =>
    words('max_length', atMost(limit_value, 'characters'), 'value_error.any_str.max_length', {
      limit_value,
    }),
  minItems: (limit_value: number) =>
    words('min_items', atLeast(limit_value, 'items'), 'value_error.list.min_items', {
      limit_value,
    }),
  maxItems: (limit_value: number) =>
    words('max_items', atMost(limit_value, 'items'), 'value_error.list.max_items', {
      limit_value,
    }),
  regex: (pattern: string) =>
    words('regex', `string does not match regex "${pattern}"`, 'value_error.str.regex', {
      pattern,
    }),
  enum: (values: readonly unknown[]) =>
    words(
      'enum',
      `value is not a valid enumeration member; permitted: ${permitted(values)}`,
      'type_error.enum',
      { enum_values: values },
    ),
  const: (value: unknown, message?: string) =>
    message
      ? words('const', message, 'value_error')
      : words('const', `unexpected value; permitted: ${permitted([value])}`, 'value_error.const'),
  oneOf: (names: readonly string[]) =>
    words('one_of', `${names.join(' or ')} is required`, 'value_error'),
} as const
