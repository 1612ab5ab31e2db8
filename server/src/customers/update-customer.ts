import { checkAddresses } from '../addresses/check-addresses.ts'
import { event } from '../events/event.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type CustomerFields, claimsOf } from './create-customer.ts'
import { type Customer, customers, findByExternalId, findCustomer } from './store.ts'

export interface UpdateCustomer {
  id: string
  fields: Partial<CustomerFields>
  /** Whether an external id must be nobody else's: it must in v2. */
  unique_external_id: boolean
}

/** Claims of the old values end; a new external id is claimed where it must be unique. */
const claims = (before: Customer, after: Customer, unique: boolean) => ({
  release: [
    ...claimsOf(before, 'triple'),
    ...(before.external_id === after.external_id ? [] : claimsOf(before, 'external_id')),
  ],
  claim: unique && before.external_id !== after.external_id ? claimsOf(after, 'external_id') : [],
})

/** Changes the members that were sent. Refuses with not_found (customer, address), duplicate. */
export const updateCustomer = verb(async (ctx: Ctx, input: UpdateCustomer) => {
  const before = await findCustomer(ctx, input.id)
  if (!before) throw notFound('customer', input.id)
  await checkAddresses(ctx, input.fields)
  const after: Customer = { ...before, ...input.fields, version: before.version + 1 }
  if (input.unique_external_id && after.external_id && after.external_id !== before.external_id) {
    const other = await findByExternalId(ctx, after.external_id)
    if (other) throw new Refusal('duplicate', { kind: 'customer', id: other.id })
  }
  return {
    change: {
      ...claims(before, after, input.unique_external_id),
      move: [move(customers, before, after)],
      events: [event(ctx, 'customer', 'updated', after)],
    },
    result: after,
  }
})
