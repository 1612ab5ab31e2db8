import { type ProblemCode, problems } from '@obole/contract/problems.js'

/** What a dialect may need to say a refusal in its own words. Nothing here is secret. */
export interface Detail {
  /** The kind of object that is meant, for "No such payment …". */
  kind?: string
  /** The id as the caller gave it, or of the object that stands in the way. */
  id?: string
  /** Where in the request, as names from the outside in: ['body', 'amount']. */
  loc?: readonly (string | number)[]
  /** One sentence for the developer who calls. */
  message?: string
}

/**
 * A "no" that the caller deserves: a code of the catalogue. Thrown by verbs; never for an outcome
 * of a bank.
 */
export class Refusal extends Error {
  readonly code: ProblemCode
  readonly detail: Detail
  constructor(code: ProblemCode, detail: Detail = {}) {
    super(detail.message ?? problems[code].title)
    this.code = code
    this.detail = detail
  }
  get status(): number {
    return problems[this.code].status
  }
}

/**
 * Refuses as if the object did not exist: also for another account's, and for one of the other
 * mode.
 */
export const notFound = (kind: string, id: string): Refusal =>
  new Refusal('not_found', { kind, id })
