import type { AddressOut, operations } from '@obole/contract/v1/addresses.js'
import { createAddress } from '../../addresses/create-address.ts'
import { deleteAddress } from '../../addresses/delete-address.ts'
import { type Address, findAddress } from '../../addresses/store.ts'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { type Handlers, reading } from '../operation-route.ts'

const addressView = (it: Address): AddressOut => ({
  city: it.city,
  country: it.country,
  created: unixSeconds(it.created),
  id: it.id,
  line1: it.line1,
  line2: it.line2,
  line3: it.line3,
  live_mode: it.live,
  metadata: it.metadata,
  state: it.state,
  zip_code: it.zip_code,
})

export const addressHandlers: Handlers<typeof operations> = {
  'create-address': async ({ ctx, body }) => addressView(await createAddress(ctx, body)),
  // v1 has no word for a deleted address, so that it is not there.
  'read-address': reading(async ({ ctx, params }) => {
    const address = await findAddress(ctx, params.id)
    if (!address || address.deleted) throw notFound('address', params.id)
    return addressView(address)
  }),
  'delete-address': async ({ ctx, params }) => {
    await deleteAddress(ctx, params)
  },
}
