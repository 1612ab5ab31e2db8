import type { Operation } from './operation.ts'
import { type ProblemCode, problems } from './problems.ts'
import type { TSchema } from './typebox.ts'

export interface OpenApiOptions {
  title: string
  version: string
  description?: string
  servers: readonly { url: string; description?: string }[]
  /** How the dialect says no: `invalid` for the status 422, `error` for every other. */
  errors: { error: TSchema; invalid: TSchema }
  /** The status of a refusal, where the dialect has another one for it. */
  statusOf?: (code: ProblemCode) => number
  /** What a caller sends to be known: either of the keys unless said otherwise. */
  schemes?: Json
  /** What is sent to addresses that a client names. */
  messages?: readonly Message[]
}

/** A message to a client: its type, when it is sent, and the schema of its `data`; null: its id. */
interface Message {
  type: string
  says: string
  schema: TSchema | null
}

type Json = Record<string, unknown>
interface Schema extends Json {
  title?: string
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  patternProperties?: Record<string, Schema>
  at_least_one_of?: readonly string[]
}

const keys: Json = {
  Basic: {
    type: 'http',
    scheme: 'basic',
    description: 'The secret key as the user, an empty password',
  },
  Bearer: { type: 'http', scheme: 'bearer', description: 'The secret key' },
}

/**
 * The OpenAPI 3.1 document of these operations. Objects with a title become components, and our own
 * keywords become standard ones. Throws when two operations share an id or two schemas a title.
 * Pure.
 */
export function openApi(operations: readonly Operation[], options: OpenApiOptions): Json {
  const schemas = new Components()
  const paths: Record<string, Json> = {}
  const ids = new Set<string>()
  for (const it of operations) {
    if (ids.has(it.id)) throw new Error(`two operations have the id ${it.id}`)
    ids.add(it.id)
    const path = paths[it.path] ?? {}
    path[it.method.toLowerCase()] = describe(it, schemas, options)
    paths[it.path] = path
  }
  const tags = [...new Set(operations.map((it) => it.tag))].map((name) => ({ name }))
  const { title, version, description, servers, schemes = keys } = options
  return {
    openapi: '3.1.0',
    info: { title, version, ...(description && { description }) },
    servers,
    security: Object.keys(schemes).map((name) => ({ [name]: [] })),
    tags,
    paths,
    ...(options.messages && { webhooks: webhooksOf(options.messages, schemas) }),
    components: {
      schemas: schemas.all,
      securitySchemes: schemes,
    },
  }
}

/** What every operation that writes takes, and how it may be refused for it. */
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Chosen by the client, one for each thing to be done. Sent again with the same request ' +
    'within 30 days, it is answered as it was the first time, with `Idempotent-Replayed: true`, ' +
    'and nothing is done twice. While the first is being answered: 409, with `Retry-After`. With ' +
    'another request: 422. Answers 401, 403, 409, 429 and 5xx are not kept.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[ -~]+$' },
}
const idempotencyProblems: readonly ProblemCode[] = [
  'idempotency_key_invalid',
  'idempotency_key_in_use',
  'idempotency_key_reused',
]

const isNullable = (schema: TSchema): boolean =>
  (schema as { nullable?: boolean }).nullable === true

function describe(it: Operation, schemas: Components, options: OpenApiOptions): Json {
  const isWrite = it.method !== 'GET'
  const parameters = [
    ...parametersOf('path', it.params, schemas),
    ...parametersOf('query', it.query, schemas),
    ...parametersOf('header', it.headers, schemas),
    ...(isWrite ? [idempotencyKey] : []),
  ]
  const json = (schema: TSchema) => ({ 'application/json': { schema: schemas.inline(schema) } })
  const answer = (schema: TSchema) =>
    it.media ? { [it.media]: { schema: schemas.inline(schema) } } : json(schema)
  return {
    operationId: it.id,
    summary: it.summary,
    tags: [it.tag],
    ...(it.deprecated && { deprecated: true }),
    ...(parameters.length > 0 && { parameters }),
    ...(it.body && { requestBody: { required: !isNullable(it.body), content: json(it.body) } }),
    responses: {
      [it.status ?? 200]: it.response
        ? { description: 'Done', content: answer(it.response) }
        : { description: 'Done; the answer is empty' },
      ...refusals([...it.problems, ...(isWrite ? idempotencyProblems : [])], options, (status) => {
        const { error, invalid } = options.errors
        return json(status === 422 ? invalid : error)
      }),
    },
  }
}

/** What is told by its id alone. */
const byId = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }

/** How messages arrive: by POST, with the event's id, its type, when, and its object. */
function webhooksOf(messages: readonly Message[], schemas: Components): Json {
  const webhook = ({ type, says, schema }: Message): Json => ({
    post: {
      operationId: `hear-${type}`,
      summary: says,
      tags: ['events'],
      security: [],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['id', 'type', 'created', 'data'],
              properties: {
                id: { type: 'string' },
                type: { const: type },
                created: { type: 'integer' },
                data: schema ? schemas.inline(schema) : byId,
              },
            },
          },
        },
      },
      responses: { '2XX': { description: 'Taken; anything else is tried again later' } },
    },
  })
  return Object.fromEntries(messages.map((it) => [it.type, webhook(it)]))
}

function parametersOf(
  place: 'path' | 'query' | 'header',
  schema: Operation['params'],
  schemas: Components,
) {
  const required = (schema?.required ?? []) as readonly string[]
  return Object.entries((schema?.properties ?? {}) as Record<string, TSchema>).map(
    ([name, member]) => {
      const { description, ...rest } = schemas.inline(member)
      const must = place === 'path' || required.includes(name)
      return {
        name,
        in: place,
        required: must,
        ...(description !== undefined && { description }),
        schema: rest,
      }
    },
  )
}

/** The refusals by their status: one answer each, with the titles of all that share it. */
function refusals(
  codes: readonly ProblemCode[],
  { statusOf = (code) => problems[code].status }: OpenApiOptions,
  content: (status: number) => Json,
): Json {
  const byStatus = new Map<number, string[]>()
  for (const code of codes) {
    const status = statusOf(code)
    byStatus.set(status, [...(byStatus.get(status) ?? []), problems[code].title])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, titles]) => [
      status,
      { description: titles.join('. '), content: content(status) },
    ]),
  )
}

/** The named schemas met so far, in standard JSON Schema. */
class Components {
  readonly all: Record<string, Json> = {}

  /** The schema as it stands in the document: a reference where it has a name. */
  inline(schema: TSchema): Json {
    const it = schema as Schema
    if (!it.title) return this.standard(it)
    const { nullable, ...rest } = it
    this.add(it.title, this.standard(rest))
    const reference = { $ref: `#/components/schemas/${it.title}` }
    return nullable ? { anyOf: [reference, { type: 'null' }] } : reference
  }

  private add(title: string, schema: Json): void {
    const same = JSON.stringify(schema)
    const known = this.all[title]
    if (known && JSON.stringify(known) !== same) throw new Error(`two schemas are named ${title}`)
    this.all[title] = schema
  }

  private standard(schema: Schema): Json {
    const { bigint: _, lowercase: __, message: ___, title: ____, ...named } = schema
    const { unlogged: _____, ...own } = named
    const { secret, nullable, at_least_one_of, properties, items, ...rest } = own
    const { anyOf, patternProperties, ...it } = rest
    const inner = (members: Record<string, Schema>) =>
      Object.fromEntries(Object.entries(members).map(([name, it]) => [name, this.inline(it)]))
    return {
      ...it,
      ...(nullable === true && it.type !== undefined && { type: [it.type, 'null'] }),
      ...(secret === true && { writeOnly: true }),
      ...(properties && { properties: inner(properties) }),
      ...(patternProperties && { patternProperties: inner(patternProperties) }),
      ...(items && { items: this.inline(items) }),
      ...(anyOf && { anyOf: anyOf.map((branch) => this.inline(branch)) }),
      ...(at_least_one_of && { anyOf: at_least_one_of.map((name) => ({ required: [name] })) }),
    }
  }
}

/** Where a schema takes a secret: paths of members, of whatever branch. Pure. */
export function secretPaths(schema: TSchema): string[] {
  const it = schema as Schema
  if (it.secret) return ['']
  const branches = [...(it.anyOf ?? []), ...(it.items ? [it.items] : [])]
  const members = Object.entries(it.properties ?? {}).flatMap(([name, member]) =>
    secretPaths(member).map((path) => (path ? `${name}.${path}` : name)),
  )
  return [...members, ...branches.flatMap(secretPaths)]
}
