import { insertion, move, type Part } from '../platform/change.ts'
import { type Authentication, authentications } from './store.ts'

/** The part of a Change that brings a session from one state to another: a new one is inserted. */
export function authenticationPart(
  before: Authentication | null,
  after: Authentication | null,
): Part {
  if (!after || after === before) return {}
  if (before?.id === after.id) return { move: [move(authentications, before, after)] }
  return { insert: [insertion(authentications, after)] }
}
