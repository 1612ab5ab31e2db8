import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { isOpen, walked } from './authentication.ts'
import { type Authentication, authentications, findAuthentication } from './store.ts'

/**
 * Notes that the payer was sent to the bank. Nothing happens when the session is over or was
 * attempted already.
 */
export const attemptAuthentication = verb(async (ctx: Ctx, input: { id: string }) => {
  const before = await findAuthentication(ctx, input.id)
  if (before?.status !== 'available' || !isOpen(before, ctx.now)) {
    return { result: before }
  }
  const after = walked(before, 'attempt')
  return { change: { move: [move(authentications, before, after)] }, result: after }
})

/** Counts a wrong one-time code, so that it cannot be guessed. */
export const countWrongCode = verb(async (ctx: Ctx, input: { id: string }) => {
  const before = await findAuthentication(ctx, input.id)
  if (!before || !isOpen(before, ctx.now)) return { result: before }
  const after: Authentication = { ...before, tries: before.tries + 1 }
  return { change: { move: [move(authentications, before, after)] }, result: after }
})
