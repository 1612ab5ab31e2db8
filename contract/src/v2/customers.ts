import { operation } from '../operation.ts'
import {
  closed,
  createdSince,
  day,
  dayOut,
  id,
  idParams,
  listOf,
  nullable,
  page,
  seconds,
  text,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { SubscriptionList } from './subscriptions.ts'

const email = Type.String({ format: 'email', maxLength: 64, description: 'E-mail address' })
const country = text(2, 2, 'Country code')
const externalId = text(1, 36, 'Your own id of the customer; no two customers share one')

export const customerFields = {
  email: Type.Optional(email),
  name: Type.Optional(text(1, 64, 'Full name')),
  mobile: Type.Optional(text(0, 16, 'Mobile phone number, with the country prefix')),
  date_birth: Type.Optional(day('Date of birth')),
  legal_id: Type.Optional(text(0, 16, 'Legal identifier: SIREN, CBE, KVK …')),
  country: Type.Optional(country),
  external_id: Type.Optional(externalId),
  billing_address: Type.Optional(id('addr')),
  shipping_address: Type.Optional(id('addr')),
}

export const CustomerIn = closed('CustomerIn', customerFields, {
  at_least_one_of: ['email', 'mobile'],
})
export type CustomerIn = Static<typeof CustomerIn>

export const CustomerPatch = closed('CustomerPatch', customerFields)
export type CustomerPatch = Static<typeof CustomerPatch>

export const CustomerOut = closed('CustomerOut', {
  id: id('cust'),
  country: nullable(country),
  created: seconds(),
  date_birth: nullable(dayOut('Date of birth')),
  email: nullable(email),
  external_id: nullable(externalId),
  legal_id: nullable(text(0, 16, 'Legal identifier')),
  mobile: nullable(text(0, 16, 'Mobile phone number')),
  name: nullable(text(1, 64, 'Full name')),
  billing_address: nullable(id('addr')),
  shipping_address: nullable(id('addr')),
  deleted: Type.Boolean(),
})
export type CustomerOut = Static<typeof CustomerOut>

export const CustomerList = listOf('CustomerList', 'customers', CustomerOut)
export type CustomerList = Static<typeof CustomerList>

export const CustomerQuery = closed('', {
  created: createdSince,
  external_id: Type.Optional(text(1, 36)),
  email: Type.Optional(text(0, 64)),
  name: Type.Optional(text(1, 64)),
  country: Type.Optional(text(2, 2)),
  legal_id: Type.Optional(text(0, 16)),
  ...page,
})
export type CustomerQuery = Static<typeof CustomerQuery>

const tag = 'customers'
const one = { path: '/v2/customers/{id}', tag, params: idParams('cust') } as const

export const operations = [
  operation({
    id: 'list-customers',
    method: 'GET',
    path: '/v2/customers/',
    summary: 'List customers',
    tag,
    query: CustomerQuery,
    response: CustomerList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-customer',
    method: 'POST',
    path: '/v2/customers/',
    summary: 'Create a customer',
    tag,
    body: CustomerIn,
    response: CustomerOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'duplicate'],
  }),
  operation({
    ...one,
    id: 'read-customer',
    method: 'GET',
    summary: 'Read a customer',
    response: CustomerOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-customer',
    method: 'PATCH',
    summary: 'Change a customer; members that are not sent stay as they are',
    body: CustomerPatch,
    response: CustomerOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'duplicate', 'conflict'],
  }),
  operation({
    ...one,
    id: 'delete-customer',
    method: 'DELETE',
    summary: 'Delete a customer',
    response: CustomerOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    id: 'list-customer-subscriptions',
    method: 'GET',
    path: '/v2/customers/{id}/subscriptions',
    summary: 'List the subscriptions of a customer',
    tag,
    params: idParams('cust'),
    query: closed('', page),
    response: SubscriptionList,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
] as const
