import { operation } from '../operation.ts'
import { nullable, open, text } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { uuid } from './fields.ts'

const line = Type.Optional(text(0, 255))
const phone = text(0, 64)

export const Address = open('StanAddress', {
  firstname: line,
  lastname: line,
  street_address: line,
  street_address_line2: line,
  locality: line,
  zip_code: line,
  country: line,
  region: line,
  phone_number: Type.Optional(phone),
})
export type Address = Static<typeof Address>

export const CustomerIn = open('StanCustomerIn', {
  email: Type.String({ format: 'email', maxLength: 254 }),
  name: Type.Optional(text(0, 255, 'The whole name; or its two parts')),
  firstname: line,
  lastname: line,
  phone_number: Type.Optional(phone),
  address: Type.Optional(Address),
})
export type CustomerIn = Static<typeof CustomerIn>

export const CustomerOut = open('StanCustomer', {
  id: uuid(),
  email: Type.String(),
  name: nullable(Type.String()),
  firstname: nullable(Type.String()),
  lastname: nullable(Type.String()),
  phone_number: nullable(Type.String()),
  address: nullable(Address),
})
export type CustomerOut = Static<typeof CustomerOut>

export const operations = [
  operation({
    id: 'create-customer',
    method: 'POST',
    path: '/v1/customers',
    summary: 'Create a customer, always a new one',
    tag: 'customers',
    body: CustomerIn,
    response: CustomerOut,
    problems: ['unauthorized', 'invalid_request'],
  }),
] as const
