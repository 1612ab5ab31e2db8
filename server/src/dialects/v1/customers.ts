import type { CustomerOut, operations } from '@obole/contract/v1/customers.js'
import { createCustomer } from '../../customers/create-customer.ts'
import { deleteCustomer } from '../../customers/delete-customer.ts'
import { type Customer, findCustomer } from '../../customers/store.ts'
import { updateCustomer } from '../../customers/update-customer.ts'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { type Handlers, reading } from '../operation-route.ts'

export const customerView = (it: Customer): CustomerOut => ({
  country: it.country,
  created: unixSeconds(it.created),
  email: it.email,
  external_id: it.external_id,
  id: it.id,
  live_mode: it.live,
  mobile: it.mobile,
  name: it.name,
})

export const customerHandlers: Handlers<typeof operations> = {
  'create-customer': async ({ ctx, body }) =>
    customerView(await createCustomer(ctx, { ...body, unique: 'triple' })),
  'read-customer': reading(async ({ ctx, params }) => {
    const customer = await findCustomer(ctx, params.id)
    if (!customer) throw notFound('customer', params.id)
    return customerView(customer)
  }),
  'update-customer': async ({ ctx, params, body }) =>
    customerView(
      await updateCustomer(ctx, { id: params.id, fields: body, unique_external_id: false }),
    ),
  'delete-customer': async ({ ctx, params }) => {
    await deleteCustomer(ctx, params)
  },
}
