import type { ProblemCode } from './problems.ts'
import type { TObject, TSchema } from './typebox.ts'

/**
 * What a client calls: one method on one address, with the schemas of what goes in and what comes
 * out.
 */
export interface Operation {
  /** Verb and noun, as the verb file of the feature: `capture-payment`. Unique within a dialect. */
  id: string
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** With `{id}` for parameters, as in OpenAPI. */
  path: string
  summary: string
  tag: string
  params?: TObject
  query?: TObject
  /** Headers that it reads, as texts. */
  headers?: TObject
  /** Absent: a body is ignored, whatever it holds. Nullable: it may be left out. */
  body?: TSchema
  /** The schema of the success answer; absent with an empty one. */
  response?: TSchema
  /** The answer is a stream of this type, each of whose events holds a response. */
  media?: 'text/event-stream'
  /** 200 unless said otherwise. */
  status?: 200 | 204
  problems: readonly ProblemCode[]
  deprecated?: boolean
}

/** States an operation of a dialect, keeping the literal types of its schemas. */
export const operation = <const T extends Operation>(it: T): T => it
