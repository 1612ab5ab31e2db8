import { type ProblemCode, problems } from '@obole/contract/problems.js'
import type { ErrorOut } from '@obole/contract/v1/errors.js'
import type { Refusal } from '../../kernel/problem.ts'
import type { Failure } from '../../platform/failure.ts'
import type { Dialect } from '../operation-route.ts'

type Message = ErrorOut['error']['message']

const told = (status: number, message: Message, type = 'invalid_request_error') => ({
  status,
  body: { error: { type, message } } satisfies ErrorOut,
})

/**
 * Faults of the content are 400: it is what the official clients of v1 have an exception for in
 * each language, while 422 came to one of them with v2. A status that does not allow the call is
 * 409, as published for refunds.
 */
function statusOf({ code, status }: { code: ProblemCode; status: number }): number {
  // Newer than v1: no client of it has met it under another status than the standard's.
  if (code === 'idempotency_key_reused') return status
  if (code === 'illegal_transition' || code === 'amount_exceeds_authorized') return 409
  return status === problems.invalid_request.status ? 400 : status
}

const duplicates: Record<string, string> = {
  customer: 'Customer already exists, you may want to update it instead creating a new one',
  card: 'Card already exists, you may want to update it instead creating a new one',
  payment: 'Payment already exists, duplicate unique_id',
}

const unknownAddress = 'Nothing matches the given URI'

function messageOf({ code, detail, message }: Refusal): Message {
  const { kind = '', id = '' } = detail
  if (code === 'unauthorized') return 'You are not authorized to access that resource'
  if (code === 'not_found') return kind ? `No such ${kind} ${id}` : unknownAddress
  if (code === 'duplicate') return { error: duplicates[kind] ?? `${kind} already exists`, id }
  const place = detail.loc?.slice(1).filter((it) => it !== '__root__') ?? []
  return place.length ? `${place.join('.')}: ${message}` : message
}

function faultOf({ loc, msg }: Failure): string {
  const place = loc.slice(1).filter((it) => it !== '__root__')
  return place.length ? `${place.join('.')}: ${msg}` : msg
}

/** All is told in one envelope; faults of the content in one sentence, the first of them first. */
export const v1Words: Pick<Dialect, 'invalid' | 'refused' | 'broken'> = {
  // An id has no form in v1: one that cannot be is one that is not there.
  invalid: (errors) =>
    errors.some(({ loc }) => loc[0] === 'path')
      ? told(404, unknownAddress)
      : told(400, errors.map(faultOf).join('; ')),
  refused: (refusal) => told(statusOf(refusal), messageOf(refusal)),
  broken: (request_id) => told(500, `Internal error (${request_id})`, 'api_error'),
}
