import type { CustomerIn, CustomerOut, operations } from '@obole/contract/stan/customers.js'
import { type CreateStanCustomer, createStanCustomer } from '../../stan/create-customer.ts'
import type { StanCustomer } from '../../stan/store.ts'
import type { Handlers } from '../operation-route.ts'

/** Clients send empty texts for what they do not know. */
const customerInput = ({ email, address, ...it }: CustomerIn): CreateStanCustomer => ({
  email,
  name: it.name || null,
  firstname: it.firstname || null,
  lastname: it.lastname || null,
  phone_number: it.phone_number || null,
  address: address ?? null,
})

const customerView = (it: StanCustomer): CustomerOut => ({
  id: it.id,
  email: it.email,
  name: it.name,
  firstname: it.firstname,
  lastname: it.lastname,
  phone_number: it.phone_number,
  address: it.address,
})

export const customerHandlers: Handlers<typeof operations> = {
  'create-customer': async ({ ctx, body }) =>
    customerView(await createStanCustomer(ctx, customerInput(body))),
}
