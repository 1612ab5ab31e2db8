import { operation } from '../operation.ts'
import {
  amount,
  closed,
  day,
  dayOut,
  id,
  idParams,
  listOf,
  nullable,
  oneOf,
  page,
  seconds,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { cardFields } from './cards.ts'
import { Currency, CurrencyDefault } from './methods.ts'

export const disbursementStatuses = [
  'to_disburse',
  'disburse_sent',
  'disbursed',
  'not_honored',
  'refused',
  'failed',
  'awaiting_approval',
] as const

const given = Type.Unsafe<bigint>({
  ...amount('What the card is credited with, in minor units'),
  minimum: 1,
})

export const DisbursementIn = closed('DisbursementIn', {
  card: id('card', 'A card that you keep'),
  amount: given,
  currency: CurrencyDefault,
  cvc: cardFields.cvc,
  date_of_birth: Type.Optional(
    day('Of the holder, where their bank wants to know; passed on, never kept'),
  ),
})
export type DisbursementIn = Static<typeof DisbursementIn>

export const DisbursementOut = closed('DisbursementOut', {
  id: id('dsbm'),
  amount: given,
  currency: Currency,
  card: id('card'),
  created: seconds(),
  date_bank: nullable(dayOut('Day on which the bank books it')),
  date_disbursement: nullable(dayOut('Day on which it is sent')),
  payout: nullable(id('pout')),
  response: nullable(Type.String({ description: 'Answer code of the bank' })),
  status: oneOf(disbursementStatuses),
})
export type DisbursementOut = Static<typeof DisbursementOut>

export const DisbursementList = listOf('DisbursementList', 'disbursements', DisbursementOut)
export type DisbursementList = Static<typeof DisbursementList>

export const DisbursementQuery = closed('', page)
export type DisbursementQuery = Static<typeof DisbursementQuery>

const tag = 'refunds'

export const operations = [
  operation({
    id: 'list-disbursements',
    method: 'GET',
    path: '/v2/disbursements/',
    summary: 'List disbursements',
    tag,
    query: DisbursementQuery,
    response: DisbursementList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'create-disbursement',
    method: 'POST',
    path: '/v2/disbursements/',
    summary: 'Pay money out to a card; a balance below zero is carried over',
    tag,
    body: DisbursementIn,
    response: DisbursementOut,
    problems: [
      'unauthorized',
      'invalid_request',
      'not_found',
      'method_not_allowed_for_currency',
      'processor_not_configured',
    ],
  }),
  operation({
    id: 'read-disbursement',
    method: 'GET',
    path: '/v2/disbursements/{id}',
    summary: 'Read a disbursement',
    tag,
    params: idParams('dsbm'),
    response: DisbursementOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'dishonor-disbursement',
    method: 'POST',
    path: '/v2/sandbox/disbursements/{id}/dishonor',
    summary: 'Let the test bank fail to credit the card; a body is ignored',
    tag: 'sandbox',
    params: idParams('dsbm'),
    response: DisbursementOut,
    problems: ['unauthorized', 'invalid_request', 'not_found', 'conflict', 'illegal_transition'],
  }),
] as const
