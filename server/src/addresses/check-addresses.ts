import { notFound } from '../kernel/problem.ts'
import type { Context } from '../platform/context.ts'
import { findAddress } from './store.ts'

/** Refuses with not_found an address that is not there or was deleted. */
export async function checkAddresses(
  ctx: Context,
  it: { billing_address?: string | null; shipping_address?: string | null },
): Promise<void> {
  for (const id of [it.billing_address, it.shipping_address]) {
    if (!id) continue
    const address = await findAddress(ctx, id)
    if (!address || address.deleted) throw notFound('address', id)
  }
}
