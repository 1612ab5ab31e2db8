import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { claimsOf } from './create-customer.ts'
import { type Customer, customers, findCustomer } from './store.ts'

/** Takes a customer out of sight; what it paid stays readable. Refuses with not_found. */
export const deleteCustomer = verb(async (ctx: Ctx, input: { id: string }) => {
  const before = await findCustomer(ctx, input.id)
  if (!before) throw notFound('customer', input.id)
  const after: Customer = { ...before, deleted: true, version: before.version + 1 }
  return {
    change: {
      release: [...claimsOf(before, 'triple'), ...claimsOf(before, 'external_id')],
      move: [move(customers, before, after)],
      events: [event(ctx, 'customer', 'deleted', after)],
    },
    result: after,
  }
})
