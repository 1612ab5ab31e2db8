import { Refusal } from './problem.ts'

/** status → action → next status. A status without actions is terminal. */
export type Machine<S extends string, A extends string> = Record<S, Partial<Record<A, S>>>

/** The next status. Refuses with illegal_transition when the table has no such edge. Pure. */
export function step<S extends string, A extends string>(
  machine: Machine<S, A>,
  status: S,
  action: A,
): S {
  const next = machine[status][action]
  if (next) return next
  throw new Refusal('illegal_transition', {
    loc: ['body', '__root__'],
    message: `A ${status} object cannot ${action}`,
  })
}
