import { operation } from '../operation.ts'
import { anyIdParams, metadata, nullable, open, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { AddressIn as V2AddressIn } from '../v2/addresses.ts'

export const AddressIn = open('V1AddressIn', V2AddressIn.properties)
export type AddressIn = Static<typeof AddressIn>

export const AddressOut = open('V1AddressOut', {
  city: Type.String(),
  country: Type.String(),
  created: seconds(),
  id: Type.String(),
  line1: nullable(Type.String()),
  line2: nullable(Type.String()),
  line3: nullable(Type.String()),
  live_mode: Type.Boolean(),
  metadata: metadata(),
  state: nullable(Type.String()),
  zip_code: Type.String(),
})
export type AddressOut = Static<typeof AddressOut>

const tag = 'addresses'
const one = { path: '/v1/addresses/{id}', tag, params: anyIdParams } as const

export const operations = [
  operation({
    id: 'create-address',
    method: 'POST',
    path: '/v1/addresses/',
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
    summary: 'Read an address',
    response: AddressOut,
    problems: ['unauthorized', 'not_found'],
  }),
  operation({
    ...one,
    id: 'delete-address',
    method: 'DELETE',
    summary: 'Delete an address; the answer is empty',
    problems: ['unauthorized', 'not_found', 'conflict'],
  }),
] as const
