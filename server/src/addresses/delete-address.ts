import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type Address, addresses, findAddress } from './store.ts'

/** Marks an address as deleted. Refuses with not_found, also the second time. */
export const deleteAddress = verb(async (ctx: Ctx, input: { id: string }) => {
  const before = await findAddress(ctx, input.id)
  if (!before || before.deleted) throw notFound('address', input.id)
  const after: Address = { ...before, deleted: true, version: before.version + 1 }
  return {
    change: {
      move: [move(addresses, before, after)],
      events: [event(ctx, 'address', 'deleted', after)],
    },
    result: after,
  }
})
