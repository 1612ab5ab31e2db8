import type { AddressOut, operations } from '@obole/contract/v2/addresses.js'
import { createAddress } from '../../addresses/create-address.ts'
import { deleteAddress } from '../../addresses/delete-address.ts'
import { type Address, findAddress, listAddresses } from '../../addresses/store.ts'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const addressView = (it: Address): AddressOut => ({
  id: it.id,
  line1: it.line1,
  line2: it.line2,
  line3: it.line3,
  zip_code: it.zip_code,
  city: it.city,
  state: it.state,
  country: it.country,
  metadata: it.metadata,
  created_at: unixSeconds(it.created),
  deleted: it.deleted,
})

export const addressHandlers: Handlers<typeof operations> = {
  'list-addresses': reading(async ({ ctx, query }) => {
    const page = await listAddresses(ctx, query)
    return { range: rangeOf(page), addresses: page.rows.map(addressView) }
  }),
  'create-address': async ({ ctx, body }) => addressView(await createAddress(ctx, body)),
  // A deleted address goes on being shown, marked as deleted.
  'read-address': reading(async ({ ctx, params }) => {
    const address = await findAddress(ctx, params.id)
    if (!address) throw notFound('address', params.id)
    return addressView(address)
  }),
  'delete-address': async ({ ctx, params }) => addressView(await deleteAddress(ctx, params)),
}
