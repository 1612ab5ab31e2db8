import { operation } from '../operation.ts'
import { anyIdParams, nullable, oneOf, open, optional, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { cardFields, fundings, networks, preferredNetworks } from '../v2/cards.ts'

const { number, exp_month, exp_year, cvc, name, external_id, zip_code } = cardFields
const { tokenize, preferred_network } = cardFields

export const CardIn = open('V1CardIn', {
  number,
  exp_month,
  exp_year,
  cvc,
  name,
  external_id,
  zip_code,
  customer: Type.Optional(Type.String()),
  tokenize,
  preferred_network,
})
export type CardIn = Static<typeof CardIn>

export const CardPatch = open(
  'V1CardPatch',
  optional({ name, exp_month, exp_year, zip_code, preferred_network }),
)
export type CardPatch = Static<typeof CardPatch>

export const CardOut = open('V1CardOut', {
  brand: Type.String(),
  country: nullable(Type.String()),
  created: seconds(),
  exp_month: Type.Integer(),
  exp_year: Type.Integer(),
  funding: nullable(oneOf(fundings)),
  id: Type.String(),
  last4: Type.String(),
  live_mode: Type.Boolean(),
  name: nullable(Type.String()),
  nature: nullable(oneOf(['personnal', 'corporate', 'unknown'])),
  network: nullable(oneOf(networks)),
  preferred_network: nullable(oneOf(preferredNetworks)),
  zip_code: nullable(Type.String()),
})
export type CardOut = Static<typeof CardOut>

const tag = 'cards'
const one = { path: '/v1/cards/{id}', tag, params: anyIdParams } as const

export const operations = [
  operation({
    id: 'create-card',
    method: 'POST',
    path: '/v1/cards/',
    summary: 'Keep a card',
    tag,
    body: CardIn,
    response: CardOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'duplicate', 'test_number_required'],
  }),
  operation({
    ...one,
    id: 'read-card',
    method: 'GET',
    summary: 'Read a card; never its number',
    response: CardOut,
    problems: ['unauthorized', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-card',
    method: 'PATCH',
    summary: 'Change the name, the expiry, the postal code or the preferred network of a card',
    body: CardPatch,
    response: CardOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'duplicate', 'conflict'],
  }),
  operation({
    ...one,
    id: 'delete-card',
    method: 'DELETE',
    summary: 'Delete a card; the answer is empty',
    problems: ['unauthorized', 'not_found', 'conflict'],
  }),
] as const
