import { Refusal } from '../kernel/problem.ts'
import type { Context } from '../platform/context.ts'
import type { Dispute } from './store.ts'

/**
 * From its deadline on a dispute that nobody answered is out of time, whether or not the job that
 * says so has come by. Refuses with illegal_transition. Pure.
 */
export function assertInTime(ctx: Pick<Context, 'now'>, { evidence_due_at }: Dispute): void {
  if (!evidence_due_at || ctx.now < evidence_due_at) return
  throw new Refusal('illegal_transition', {
    loc: ['body', '__root__'],
    message: `An answer was due before ${evidence_due_at.toISOString()}`,
  })
}
