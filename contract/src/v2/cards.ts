import { operation } from '../operation.ts'
import { closed, id, idParams, listOf, nullable, oneOf, page, seconds, text } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

export const fundings = [
  'credit',
  'debit',
  'prepaid',
  'universal',
  'charge',
  'deferred',
  'unknown',
] as const
export const natures = ['personal', 'corporate', 'unknown'] as const
export const networks = ['unknown', 'national', 'visa', 'mastercard'] as const
export const preferredNetworks = ['national', 'visa', 'mastercard'] as const

const name = text(1, 64, 'Name of the card, often the holder')
const externalId = text(1, 36, 'Your own id of the card; no two cards share one')
const zipCode = text(2, 16, 'Postal code of the holder')
const network = 'Network to prefer where the card has several'

export const cardFields = {
  number: Type.String({ minLength: 13, maxLength: 19, secret: true, description: 'Card number' }),
  exp_month: Type.Integer({ minimum: 1, maximum: 12, description: 'Month of expiry' }),
  exp_year: Type.Integer({ minimum: 2019, maximum: 2099, description: 'Year of expiry' }),
  cvc: Type.Optional(
    Type.String({
      minLength: 3,
      maxLength: 4,
      secret: true,
      description: 'Security code; used once, never kept',
    }),
  ),
  name: Type.Optional(name),
  external_id: Type.Optional(externalId),
  zip_code: Type.Optional(zipCode),
  customer: Type.Optional(id('cust', 'Customer that the card belongs to')),
  tokenize: Type.Boolean({ default: true, description: 'Whether later payments may use the card' }),
  preferred_network: oneOf(preferredNetworks, { default: 'national', description: network }),
}

export const CardIn = closed('CardIn', cardFields)
export type CardIn = Static<typeof CardIn>

export const CardPatch = closed('CardPatch', {
  exp_month: Type.Optional(cardFields.exp_month),
  exp_year: Type.Optional(cardFields.exp_year),
  external_id: Type.Optional(externalId),
  zip_code: Type.Optional(zipCode),
})
export type CardPatch = Static<typeof CardPatch>

export const CardOut = closed('CardOut', {
  id: id('card'),
  brand: Type.String({ description: 'visa, mastercard …' }),
  country: nullable(text(2, 2, 'Country of the issuer')),
  created: seconds(),
  customer: nullable(id('cust')),
  exp_month: cardFields.exp_month,
  exp_year: cardFields.exp_year,
  external_id: nullable(externalId),
  funding: nullable(oneOf(fundings)),
  last4: text(4, 4, 'Last digits of the number'),
  name: nullable(name),
  nature: nullable(oneOf(natures)),
  network: nullable(oneOf(networks)),
  preferred_network: nullable(oneOf(preferredNetworks, { description: network })),
  zip_code: nullable(zipCode),
  deleted: Type.Boolean(),
})
export type CardOut = Static<typeof CardOut>

export const CardList = listOf('CardList', 'cards', CardOut)
export type CardList = Static<typeof CardList>

export const CardQuery = closed('', { customer: Type.Optional(id('cust')), ...page })
export type CardQuery = Static<typeof CardQuery>

const tag = 'cards'
const one = { path: '/v2/cards/{id}', tag, params: idParams('card') } as const

export const operations = [
  operation({
    id: 'list-cards',
    method: 'GET',
    path: '/v2/cards/',
    summary: 'List cards',
    tag,
    query: CardQuery,
    response: CardList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-card',
    method: 'POST',
    path: '/v2/cards/',
    summary: 'Keep a card; the same number and expiry give the card that is kept already',
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
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-card',
    method: 'PATCH',
    summary: 'Change the expiry, the postal code or your id of a card',
    body: CardPatch,
    response: CardOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'duplicate', 'conflict'],
  }),
  operation({
    ...one,
    id: 'delete-card',
    method: 'DELETE',
    summary: 'Delete a card',
    response: CardOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
] as const
