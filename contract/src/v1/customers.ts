import { operation } from '../operation.ts'
import { anyIdParams, nullable, open, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { customerFields } from '../v2/customers.ts'

const { email, name, mobile, external_id, country, date_birth, legal_id } = customerFields
const fields = { email, name, mobile, external_id, country, date_birth, legal_id }

export const CustomerIn = open('V1CustomerIn', fields, { at_least_one_of: ['email', 'mobile'] })
export type CustomerIn = Static<typeof CustomerIn>

export const CustomerPatch = open('V1CustomerPatch', fields)
export type CustomerPatch = Static<typeof CustomerPatch>

export const CustomerOut = open('V1CustomerOut', {
  country: nullable(Type.String()),
  created: seconds(),
  email: nullable(Type.String()),
  external_id: nullable(Type.String()),
  id: Type.String(),
  live_mode: Type.Boolean(),
  mobile: nullable(Type.String()),
  name: nullable(Type.String()),
})
export type CustomerOut = Static<typeof CustomerOut>

const tag = 'customers'
const one = { path: '/v1/customers/{id}', tag, params: anyIdParams } as const

export const operations = [
  operation({
    id: 'create-customer',
    method: 'POST',
    path: '/v1/customers/',
    summary: 'Create a customer',
    tag,
    body: CustomerIn,
    response: CustomerOut,
    problems: ['unauthorized', 'invalid_request', 'duplicate'],
  }),
  operation({
    ...one,
    id: 'read-customer',
    method: 'GET',
    summary: 'Read a customer',
    response: CustomerOut,
    problems: ['unauthorized', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-customer',
    method: 'PATCH',
    summary: 'Change a customer',
    body: CustomerPatch,
    response: CustomerOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'duplicate', 'conflict'],
  }),
  operation({
    ...one,
    id: 'delete-customer',
    method: 'DELETE',
    summary: 'Delete a customer; the answer is empty',
    problems: ['unauthorized', 'not_found', 'conflict'],
  }),
] as const
