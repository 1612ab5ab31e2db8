import { operation } from '../operation.ts'
import { closed, id, idParams, listOf, metadata, nullable, page, seconds, text } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

const zipCode = text(2, 16, 'Postal code')
const city = text(1, 50, 'City')
const country = text(2, 2, 'Country code, taken as it is')
const line = text(1, 50)
const state = text(1, 3, 'State or region code')

export const AddressIn = closed('AddressIn', {
  zip_code: zipCode,
  city,
  country,
  line1: Type.Optional(line),
  line2: Type.Optional(line),
  line3: Type.Optional(line),
  state: Type.Optional(state),
  metadata: Type.Optional(metadata()),
})
export type AddressIn = Static<typeof AddressIn>

export const AddressOut = closed('AddressOut', {
  id: id('addr'),
  zip_code: zipCode,
  city,
  country,
  created_at: seconds(),
  deleted: Type.Boolean(),
  line1: nullable(line),
  line2: nullable(line),
  line3: nullable(line),
  state: nullable(state),
  metadata: metadata(),
})
export type AddressOut = Static<typeof AddressOut>

export const AddressList = listOf('AddressList', 'addresses', AddressOut)
export type AddressList = Static<typeof AddressList>

export const AddressQuery = closed('', page)
export type AddressQuery = Static<typeof AddressQuery>

const tag = 'addresses'
const one = { path: '/v2/addresses/{id}', tag, params: idParams('addr') } as const

export const operations = [
  operation({
    id: 'list-addresses',
    method: 'GET',
    path: '/v2/addresses/',
    summary: 'List addresses',
    tag,
    query: AddressQuery,
    response: AddressList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-address',
    method: 'POST',
    path: '/v2/addresses/',
    summary: 'Create an address',
    tag,
    body: AddressIn,
    response: AddressOut,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    ...one,
    id: 'read-address',
    method: 'GET',
    summary: 'Read an address; a deleted one says so',
    response: AddressOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...one,
    id: 'delete-address',
    method: 'DELETE',
    summary: 'Delete an address',
    response: AddressOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
] as const
