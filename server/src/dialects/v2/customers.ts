import type { CustomerOut, operations } from '@obole/contract/v2/customers.js'
import { createCustomer } from '../../customers/create-customer.ts'
import { deleteCustomer } from '../../customers/delete-customer.ts'
import { type Customer, findCustomer, listCustomers } from '../../customers/store.ts'
import { updateCustomer } from '../../customers/update-customer.ts'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Reader } from '../../platform/context.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const customerView = (it: Customer): CustomerOut => ({
  id: it.id,
  country: it.country,
  created: unixSeconds(it.created),
  date_birth: it.date_birth,
  email: it.email,
  external_id: it.external_id,
  legal_id: it.legal_id,
  mobile: it.mobile,
  name: it.name,
  billing_address: it.billing_address,
  shipping_address: it.shipping_address,
  deleted: it.deleted,
})

export async function foundCustomer(ctx: Reader, id: string): Promise<Customer> {
  const customer = await findCustomer(ctx, id)
  if (!customer) throw notFound('customer', id)
  return customer
}

export const customerHandlers: Handlers<typeof operations> = {
  'list-customers': reading(async ({ ctx, query }) => {
    const page = await listCustomers(ctx, query)
    return { range: rangeOf(page), customers: page.rows.map(customerView) }
  }),
  'create-customer': async ({ ctx, body }) =>
    customerView(await createCustomer(ctx, { ...body, unique: 'external_id' })),
  'read-customer': reading(async ({ ctx, params }) =>
    customerView(await foundCustomer(ctx, params.id)),
  ),
  'update-customer': async ({ ctx, params, body }) =>
    customerView(
      await updateCustomer(ctx, { id: params.id, fields: body, unique_external_id: true }),
    ),
  'delete-customer': async ({ ctx, params }) => customerView(await deleteCustomer(ctx, params)),
  'list-customer-subscriptions': reading(async ({ ctx, params, query }) => {
    await foundCustomer(ctx, params.id)
    const { start, limit } = query
    return {
      range: { start, end: start, limit, count: 0, has_more: false },
      subscriptions: [],
    }
  }),
}
