import { event } from '../events/event.ts'
import { newId } from '../kernel/ids.ts'
import { wholeSecond } from '../kernel/time.ts'
import { insertion } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { type Address, addresses } from './store.ts'

export type CreateAddress = Pick<Address, 'zip_code' | 'city' | 'country'> &
  Partial<Pick<Address, 'line1' | 'line2' | 'line3' | 'state' | 'metadata'>>

/** Makes an address. The same data twice are two addresses: they are never deduplicated. */
export const createAddress = verb(async (ctx: Ctx, input: CreateAddress) => {
  const row: Address = {
    account: ctx.account,
    live: ctx.live,
    id: newId('addr'),
    version: 1,
    created: wholeSecond(ctx.now),
    deleted: false,
    line1: null,
    line2: null,
    line3: null,
    state: null,
    metadata: null,
    ...input,
  }
  return {
    change: {
      insert: [insertion(addresses, row)],
      events: [event(ctx, 'address', 'created', row)],
    },
    result: row,
  }
})
