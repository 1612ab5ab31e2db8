import { operation } from '../operation.ts'
import {
  amount,
  closed,
  createdSince,
  dayOut,
  id,
  idParams,
  listOf,
  nullable,
  oneOf,
  page,
  seconds,
  text,
} from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'
import { Currency } from './methods.ts'

export const disputeStatuses = [
  'open',
  'evidence_pending',
  'evidence_sent',
  'evidence_verification',
  'accepted',
  'won',
  'lost',
  'out_of_time',
  'not_contestable',
] as const

export const DisputeOut = closed('DisputeOut', {
  id: id('dspt'),
  amount: amount('Amount disputed, in minor units'),
  currency: Currency,
  fee: amount('Fee of the dispute, in minor units'),
  payment: id('paym'),
  payment_intent: nullable(id('pi')),
  payout: nullable(id('pout')),
  order_id: nullable(text(1, 36)),
  response: Type.String({ description: 'Reason code of the network' }),
  type: Type.String({ description: 'Kind of the dispute' }),
  created: seconds(),
  date_bank: nullable(dayOut('Day on which the bank books it')),
  status: nullable(oneOf(disputeStatuses)),
})
export type DisputeOut = Static<typeof DisputeOut>

export const DisputeList = listOf('DisputeList', 'disputes', DisputeOut)
export type DisputeList = Static<typeof DisputeList>

export const Disputes = Type.Array(DisputeOut)
export type Disputes = Static<typeof Disputes>

export const DisputeQuery = closed('', {
  created: createdSince,
  payment: Type.Optional(id('paym', 'Disputes of this payment')),
  ...page,
})
export type DisputeQuery = Static<typeof DisputeQuery>

const fileFields = {
  name: text(1, 255, 'Name of the file, without a path'),
  type: oneOf(['application/pdf', 'image/png', 'image/jpeg', 'text/plain']),
}

export const EvidenceIn = closed('EvidenceIn', {
  text: Type.Optional(
    text(
      1,
      20_000,
      'What you say, in place of an earlier text. In test mode you win, unless the word `lose` ' +
        'stands in it',
    ),
  ),
  files: Type.Optional(
    Type.Array(
      closed('EvidenceFileIn', {
        ...fileFields,
        content: Type.String({
          minLength: 4,
          maxLength: 163_840,
          contentEncoding: 'base64',
          unlogged: true,
          description: 'The content in base64; all files of a call hold at most 122880 bytes',
        }),
      }),
      { maxItems: 10, description: 'Beside those that were given before; at most 10 in all' },
    ),
  ),
  submit: Type.Boolean({
    default: true,
    description: 'Whether the bank gets all that was given; else it is kept, and more may follow',
  }),
})
export type EvidenceIn = Static<typeof EvidenceIn>

const storedFile = {
  id: id('evdc'),
  ...fileFields,
  size: Type.Integer({ description: 'Bytes of the content' }),
}

export const EvidenceOut = closed('EvidenceOut', {
  due_at: nullable(seconds('Before when it must be submitted, in unix seconds')),
  submitted_at: nullable(seconds('When it was submitted, in unix seconds')),
  text: nullable(Type.String({ description: 'The latest text' })),
  files: Type.Array(closed('EvidenceFile', storedFile)),
})
export type EvidenceOut = Static<typeof EvidenceOut>

export const EvidenceFileOut = closed('EvidenceFileOut', {
  ...storedFile,
  content: Type.String({
    contentEncoding: 'base64',
    unlogged: true,
    description: 'The content in base64',
  }),
})
export type EvidenceFileOut = Static<typeof EvidenceFileOut>

/** Why the test bank may be told to contest: published codes of cards, then of direct debits. */
export const disputeReasons = [
  '14',
  '42',
  '45',
  '1040',
  '1261',
  '4808',
  '4834',
  '4837',
  '4853',
  '4863',
  'AC01',
  'AC04',
  'AC06',
  'AG01',
  'AM04',
  'MD01',
  'MD06',
  'MS02',
] as const

export const DisputeIn = closed('DisputeIn', {
  response: oneOf(disputeReasons, {
    description: 'Reason code: of a network for a card, of SEPA for a direct debit',
  }),
  amount: Type.Optional(
    Type.Unsafe<bigint>({
      ...amount('What is contested, in minor units; absent: the whole payment'),
      minimum: 1,
    }),
  ),
})
export type DisputeIn = Static<typeof DisputeIn>

const params = idParams('dspt')
const changeProblems = [
  'unauthorized',
  'invalid_request',
  'not_found',
  'conflict',
  'illegal_transition',
] as const

export const operations = [
  operation({
    id: 'list-disputes',
    method: 'GET',
    path: '/v2/disputes/',
    summary: 'List disputes',
    tag: 'disputes',
    query: DisputeQuery,
    response: DisputeList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'read-dispute',
    method: 'GET',
    path: '/v2/disputes/{id}',
    summary: 'Read a dispute',
    tag: 'disputes',
    params,
    response: DisputeOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'accept-dispute',
    method: 'POST',
    path: '/v2/disputes/{id}/accept',
    summary: 'Accept a dispute: the payer keeps the money. A body is ignored',
    tag: 'disputes',
    params,
    response: DisputeOut,
    problems: changeProblems,
  }),
  operation({
    id: 'submit-evidence',
    method: 'POST',
    path: '/v2/disputes/{id}/evidence',
    summary: 'Contest a dispute with a text and files, or keep them as a draft',
    tag: 'disputes',
    params,
    body: EvidenceIn,
    response: EvidenceOut,
    problems: [...changeProblems, 'body_too_large'],
  }),
  operation({
    id: 'read-evidence',
    method: 'GET',
    path: '/v2/disputes/{id}/evidence',
    summary: 'Read what was given against a dispute; of files all but their content',
    tag: 'disputes',
    params,
    response: EvidenceOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'read-evidence-file',
    method: 'GET',
    path: '/v2/disputes/{id}/evidence/{file}',
    summary: 'Read a file that was given against a dispute, with its content',
    tag: 'disputes',
    params: closed('', { id: id('dspt'), file: id('evdc') }),
    response: EvidenceFileOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
  operation({
    id: 'dispute-payment',
    method: 'POST',
    path: '/v2/sandbox/payments/{id}/dispute',
    summary: 'Let the test bank contest a captured payment, all or a part of it',
    tag: 'sandbox',
    params: idParams('paym'),
    body: DisputeIn,
    response: DisputeOut,
    problems: changeProblems,
  }),
] as const
