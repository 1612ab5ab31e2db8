import { type ProblemCode, problems } from '../problems.ts'
import { open } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

/** Every refusal of Stan. The description is for the developer who calls. */
export const ErrorOut = open('StanError', {
  error: Type.String(),
  error_description: Type.String(),
})
export type ErrorOut = Static<typeof ErrorOut>

/**
 * The status of a refusal: what is wrong with a request is 400, whether it is its form or what it
 * asks for, as Stan publishes no other one for it.
 */
export function statusOf(code: ProblemCode): number {
  const { status } = problems[code]
  return status === 422 || (status === 409 && code !== 'conflict') ? 400 : status
}
