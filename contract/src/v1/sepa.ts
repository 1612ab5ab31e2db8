import { operation } from '../operation.ts'
import { anyIdParams, day, dayOut, nullable, open, optional, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { sepaFields } from '../v2/sepa.ts'

const { name, iban, bic, mandate, date_mandate } = sepaFields
const date_birth = Type.Optional(day('Date of birth of the holder'))

/**
 * The old documentation asks an IBAN of 16 or more; a Norwegian one has 15, so the bounds are v2's.
 */
export const SepaIn = open('V1SepaIn', {
  name,
  iban,
  bic,
  mandate,
  date_mandate,
  date_birth,
  customer: Type.Optional(Type.String()),
})
export type SepaIn = Static<typeof SepaIn>

export const SepaPatch = open(
  'V1SepaPatch',
  optional({ name, bic, mandate, date_mandate, date_birth }),
)
export type SepaPatch = Static<typeof SepaPatch>

export const SepaOut = open('V1SepaOut', {
  bic: nullable(Type.String()),
  created: seconds(),
  date_birth: nullable(dayOut()),
  date_mandate: nullable(seconds('Day of the signature, in unix seconds')),
  id: Type.String(),
  last4: Type.String(),
  live_mode: Type.Boolean(),
  mandate: nullable(Type.String()),
  name: Type.String(),
})
export type SepaOut = Static<typeof SepaOut>

const tag = 'sepa'
const one = { path: '/v1/sepa/{id}', tag, params: anyIdParams } as const

export const operations = [
  operation({
    id: 'create-sepa',
    method: 'POST',
    path: '/v1/sepa/',
    summary: 'Keep a bank account',
    tag,
    body: SepaIn,
    response: SepaOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'test_number_required'],
  }),
  operation({
    ...one,
    id: 'read-sepa',
    method: 'GET',
    summary: 'Read a bank account; never its IBAN',
    response: SepaOut,
    problems: ['unauthorized', 'not_found'],
  }),
  operation({
    ...one,
    id: 'update-sepa',
    method: 'PATCH',
    summary: 'Change the holder, the mandate or the bank of a bank account',
    body: SepaPatch,
    response: SepaOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict'],
  }),
  operation({
    ...one,
    id: 'delete-sepa',
    method: 'DELETE',
    summary: 'Delete a bank account; the answer is empty',
    problems: ['unauthorized', 'not_found', 'conflict'],
  }),
] as const
