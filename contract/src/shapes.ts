import { idPattern, type Prefix } from './ids.ts'
import Type, {
  type Static,
  type TArray,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TUnsafe,
} from './typebox.ts'

/**
 * The words that the schemas of every dialect are made of. They are JSON Schema with these keywords
 * of our own:
 *
 * - `bigint`: the integer is a bigint in the program.
 * - `secret`: a card number, its code or an IBAN in clear; never written to a log or an answer.
 * - `unlogged`: may stand in an answer, and in no log: a file, a secret told to who makes it.
 * - `lowercase`: upper case letters of the input are taken as lower case.
 * - `message`: what to say instead of the standard words when `const` does not hold.
 * - `at_least_one_of`: members of which one must be there and not empty.
 * - `nullable`: null is a value too. Serialisers are quicker and surer with it than with a list of
 * types.
 *
 * `Static` of a schema is what the program holds: bigint for amounts, Date for instants of a
 * request, and a member with a default is there.
 */
export interface Keywords {
  bigint?: boolean
  secret?: boolean
  unlogged?: boolean
  lowercase?: boolean
  message?: string
  at_least_one_of?: readonly string[]
  nullable?: boolean
}

type Options = Record<string, unknown>

/**
 * An object without other members than these. Members with a default are not required of the
 * sender. The title names it in documents; '' is for what has no name of its own there.
 */
export const closed = <P extends TProperties>(title: string, properties: P, options?: Options) =>
  withDefaults(
    Type.Object(properties, { ...(title && { title }), additionalProperties: false, ...options }),
  )

/** An object whose sender may add what we do not know. */
export const open = <P extends TProperties>(title: string, properties: P, options?: Options) =>
  withDefaults(Type.Object(properties, { ...(title && { title }), ...options }))

function withDefaults<P extends TProperties>(schema: TObject<P>): TObject<P> {
  const asked = (schema.required ?? []) as string[]
  const required = asked.filter((name) => !('default' in (schema.properties[name] as object)))
  return Object.assign(schema, { required })
}

/** The same members for a change: none is required and none has a default. */
export function optional<P extends TProperties>(
  properties: P,
): { [K in keyof P]: TOptional<P[K]> } {
  const changed = Object.entries(properties).map(([name, schema]) => {
    const { default: _, ...rest } = schema as Options
    return [name, Type.Optional(rest as TSchema)]
  })
  return Object.fromEntries(changed)
}

/** A value or null, always there: how answers say that something is absent. */
export function nullable<T extends TSchema>(schema: T): TUnsafe<Static<T> | null> {
  const { default: _, ...rest } = schema as Options
  const values = rest.enum as unknown[] | undefined
  return Type.Unsafe({ ...rest, nullable: true, ...(values && { enum: [...values, null] }) })
}

/** An id of this kind. */
export const id = (prefix: Prefix, description?: string) =>
  Type.String({ pattern: idPattern(prefix), ...(description && { description }) })

/** A text of so many characters, counted as code points. */
export const text = (minLength: number, maxLength: number, description?: string) =>
  Type.String({ ...(minLength && { minLength }), maxLength, ...(description && { description }) })

export const oneOf = <const V extends string[]>(values: readonly [...V], options?: Options) =>
  Type.Enum(values, { type: 'string', ...options })

/** Minor units of a currency; the bounds are those of 32 bits without sign, as published. */
export const amount = (description?: string) =>
  Type.Unsafe<bigint>({
    type: 'integer',
    minimum: 0,
    maximum: 4_294_967_295,
    bigint: true,
    ...(description && { description }),
  })

/** A moment in a request: unix seconds or ISO 8601; a Date in the program. */
export const instant = (options?: Options) =>
  Type.Unsafe<Date>({ type: ['string', 'integer'], format: 'date-time', ...options })

/** A day in a request: YYYY-MM-DD, or any moment of it in UTC; 'YYYY-MM-DD' in the program. */
export const day = (description?: string) =>
  Type.Unsafe<string>({
    type: ['string', 'integer'],
    format: 'date',
    ...(description && { description }),
  })

/** A day in an answer. */
export const dayOut = (description?: string) =>
  Type.String({ format: 'date', ...(description && { description }) })

/** A moment in an answer: unix seconds. */
export const seconds = (description = 'Unix seconds') => Type.Integer({ description })

/** An address on the web that a browser will be sent to. */
export const url = (description: string) =>
  Type.String({ format: 'uri', minLength: 1, maxLength: 65_536, description })

/** Anything that JSON can say, given back as it came. */
export const metadata = () =>
  Type.Unknown({ description: 'Free data of yours, given back as sent' })

/** Which part of a list is asked for. */
export const page = {
  start: Type.Integer({ minimum: 0, default: 0, description: 'Index of the first element' }),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'Elements at most' }),
}

/** Objects made at or after this moment. */
export const createdSince = Type.Optional(
  instant({ minimum: 0, description: 'Made at or after this moment' }),
)

/** The one parameter of an address that names an object. */
export const idParams = (prefix: Prefix) => closed('', { id: id(prefix) })

/** The one parameter of an address where a malformed id is an id that does not exist. */
export const anyIdParams = closed('', { id: Type.String() })

export const Range = closed('Range', {
  start: Type.Integer({ description: 'Index of the first element' }),
  end: Type.Integer({ description: 'Index after the last element' }),
  limit: Type.Integer({ description: 'Elements asked for' }),
  count: Type.Integer({ description: 'Elements that match in all' }),
  has_more: Type.Boolean({ description: 'Whether elements follow' }),
})

/** A page of a list: its range, and the elements under their plural name. */
export const listOf = <K extends string, T extends TSchema>(title: string, plural: K, item: T) =>
  closed(title, { range: Range, [plural]: Type.Array(item) } as { range: typeof Range } & {
    [_ in K]: TArray<T>
  })
