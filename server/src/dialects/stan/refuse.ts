import { type ErrorOut, statusOf } from '@obole/contract/stan/errors.js'
import type { Refusal } from '../../kernel/problem.ts'
import type { Dialect } from '../operation-route.ts'

const told = (status: number, error: string, error_description: string) => ({
  status,
  body: { error, error_description } satisfies ErrorOut,
})

const at = (loc: readonly (string | number)[], message: string): string => {
  const place = loc.slice(1).filter((it) => it !== '__root__')
  return place.length ? `${place.join('.')}: ${message}` : message
}

/** Refusals that are told by a name of their own; all others are a request that is not valid. */
const named = new Set(['unauthorized', 'not_found', 'method_not_allowed', 'conflict'])

const nowhere = 'Nothing is at this address'

function textOf({ code, detail, message }: Refusal): string {
  const { kind, id = '' } = detail
  if (code === 'not_found') return kind ? `No such ${kind} ${id}` : nowhere
  return at(detail.loc ?? [], message)
}

/** All is told in one shape; faults of the content in one sentence, the first of them first. */
export const stanWords: Pick<Dialect, 'invalid' | 'refused' | 'broken'> = {
  // An id that cannot be is one that is not there.
  invalid: (errors) =>
    errors.some(({ loc }) => loc[0] === 'path')
      ? told(404, 'not_found', nowhere)
      : told(400, 'invalid_request', errors.map(({ loc, msg }) => at(loc, msg)).join('; ')),
  refused: (refusal) => {
    const name = named.has(refusal.code) ? refusal.code : 'invalid_request'
    return told(statusOf(refusal.code), name, textOf(refusal))
  },
  broken: (request_id) => told(500, 'internal_error', `Internal error (${request_id})`),
}
