import { operation } from '../operation.ts'
import {
  closed,
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

const name = text(1, 64, 'Name of the account holder')
const mandate = text(0, 35, 'Reference of the mandate')
const dateMandate = 'Day on which the mandate was signed'

export const sepaFields = {
  name,
  iban: Type.String({ minLength: 12, maxLength: 34, secret: true, description: 'IBAN' }),
  mandate: Type.Optional(mandate),
  date_mandate: Type.Optional(day(dateMandate)),
  bic: Type.Optional(text(0, 11, 'BIC of the bank')),
  customer: Type.Optional(id('cust', 'Customer that the account belongs to')),
}

export const SepaIn = closed('SepaIn', sepaFields)
export type SepaIn = Static<typeof SepaIn>

/** A bank account in a new payment: all of it, since a debit needs a signed mandate. */
export const SepaPostCheckout = closed('SepaPostCheckout', {
  name,
  iban: sepaFields.iban,
  mandate,
  date_mandate: day(dateMandate),
})
export type SepaPostCheckout = Static<typeof SepaPostCheckout>

export const SepaPatch = closed('SepaPatch', {
  name: Type.Optional(name),
  mandate: sepaFields.mandate,
  date_mandate: sepaFields.date_mandate,
})
export type SepaPatch = Static<typeof SepaPatch>

export const SepaOut = closed('SepaOut', {
  id: id('sepa'),
  bic: nullable(text(0, 11, 'BIC of the bank')),
  created: seconds(),
  customer: nullable(id('cust')),
  date_mandate: nullable(dayOut(dateMandate)),
  last4: text(4, 4, 'Last characters of the IBAN'),
  mandate: nullable(mandate),
  name,
  deleted: Type.Boolean(),
})
export type SepaOut = Static<typeof SepaOut>

export const SepaList = listOf('SepaList', 'sepa', SepaOut)
export type SepaList = Static<typeof SepaList>

export const SepaQuery = closed('', page)
export type SepaQuery = Static<typeof SepaQuery>

const tag = 'sepa'
const one = { path: '/v2/sepa/{id}', tag, params: idParams('sepa') } as const

const createSepa = operation({
  id: 'create-sepa',
  method: 'POST',
  path: '/v2/sepa/',
  summary: 'Keep a bank account',
  tag,
  query: closed('', {
    bic: Type.Optional(Type.Boolean({ description: 'Taken and without effect' })),
  }),
  body: SepaIn,
  response: SepaOut,
  problems: ['unauthorized', 'invalid_request', 'not_found', 'test_number_required'],
})

const readSepa = operation({
  ...one,
  id: 'read-sepa',
  method: 'GET',
  summary: 'Read a bank account; never its IBAN',
  response: SepaOut,
  problems: ['unauthorized', 'invalid_request', 'not_found'],
})

export const operations = [
  operation({
    id: 'list-sepa',
    method: 'GET',
    path: '/v2/sepa/',
    summary: 'List bank accounts',
    tag,
    query: SepaQuery,
    response: SepaList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  createSepa,
  readSepa,
  operation({
    ...one,
    id: 'update-sepa',
    method: 'PATCH',
    summary: 'Change the holder or the mandate of a bank account',
    body: SepaPatch,
    response: SepaOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    ...one,
    id: 'delete-sepa',
    method: 'DELETE',
    summary: 'Delete a bank account',
    response: SepaOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    ...createSepa,
    id: 'create-sepa-ibanonly',
    path: '/v2/sepa/ibanonly',
    query: closed('', {}),
    deprecated: true,
  }),
  operation({
    ...readSepa,
    id: 'read-sepa-ibanonly',
    path: '/v2/sepa/ibanonly/{id}',
    deprecated: true,
  }),
] as const
