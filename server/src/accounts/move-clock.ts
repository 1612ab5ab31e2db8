import { insertion, move } from '../platform/change.ts'
import { type Decision, verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { arrived, type ClockMove, moved } from './clock.ts'
import { type ClockRow, clocks, findTerms } from './store.ts'

const claimScope = 'clock'

/**
 * Sends the clock of an account's test mode on its way; it stands until everything due on the way
 * is done. `real` is the clock on the wall. Refuses with invalid_request.
 */
export const moveClock = verb(
  async (ctx: Ctx, input: ClockMove & { real: Date }): Promise<Decision<ClockRow>> => {
    const { account, live } = ctx
    const [terms] = await findTerms(ctx.db, live, [account])
    const clock = terms?.clock ?? null
    const after = moved(ctx.bankDays, clock, input, input.real)
    if (clock) {
      const result = { ...clock, ...after, version: clock.version + 1 }
      return { change: { move: [move(clocks, clock, result)] }, result }
    }
    const result: ClockRow = { account, live, id: account, version: 1, ...after }
    // Of two who set it for the first time one is told to read again.
    const claim = [{ scope: claimScope, value: account, owner: account }]
    return { change: { claim, insert: [insertion(clocks, result)] }, result }
  },
)

/** Everything due up to an instant is done: the clock stands there, and runs on if it runs. */
export const arriveClock = verb(
  async (ctx: Ctx, { reached, real }: { reached: Date; real: Date }) => {
    const [terms] = await findTerms(ctx.db, ctx.live, [ctx.account])
    const clock = terms?.clock
    const after = clock ? arrived(clock, reached, real) : undefined
    const change = clock && after ? { move: [move(clocks, clock, after)] } : undefined
    return { ...(change && { change }), result: undefined }
  },
)
