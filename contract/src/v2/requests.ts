import { operation } from '../operation.ts'
import { closed, createdSince, id, idParams, nullable, oneOf, page, seconds } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

const path = (description: string) => Type.String({ maxLength: 512, description })

const line = {
  id: id('req', 'As the header Request-Id of its answer says'),
  created: seconds('When it came, in unix seconds of real time'),
  api: Type.String({ description: 'The API that it spoke: v2, v1 …' }),
  operation: nullable(Type.String({ description: 'What was called; null where nothing is' })),
  method: Type.String(),
  path: path('The address that was called, without its query'),
  status: Type.Integer({ description: 'Status of the answer' }),
  duration_ms: Type.Number({ description: 'From the first byte to the last of the answer' }),
  key: id('key', 'The key that it carried'),
  key_hint: nullable(Type.String({ description: 'Kind, mode and last characters of that key' })),
  idempotency_key: nullable(Type.String({ description: 'As it was sent' })),
  object_id: nullable(Type.String({ description: 'The id of the object that it is about' })),
  event_ids: Type.Array(Type.String(), {
    description: 'Events that it wrote itself; not those of what fell due by it',
  }),
  error: nullable(Type.String({ description: 'The code of the refusal' })),
}

/** One call without what was said in it. */
export const RequestLine = closed('RequestLine', line)
export type RequestLine = Static<typeof RequestLine>

const body = (what: string) =>
  Type.Unknown({
    description:
      `The body of the ${what} as it may be kept: \`***\` stands for secrets, for what no schema ` +
      'names, and for free data. A text where it was cut or could not be read; null where none ' +
      'was sent, and for what was only read',
  })

export const RequestOut = closed('RequestOut', {
  ...line,
  query: Type.Unknown({ description: 'Parameters of the address, as they may be kept, or null' }),
  request_body: body('request'),
  response_body: body('answer'),
})
export type RequestOut = Static<typeof RequestOut>

export const RequestList = closed('RequestList', {
  requests: Type.Array(RequestLine, { description: 'The newest first' }),
  has_more: Type.Boolean({ description: 'Whether older ones follow: `before` the last of these' }),
})
export type RequestList = Static<typeof RequestList>

const RequestQuery = closed('', {
  method: Type.Optional(oneOf(['GET', 'POST', 'PATCH', 'PUT', 'DELETE'])),
  status: Type.Optional(
    Type.String({ pattern: '^[1-5](xx|[0-9]{2})$', description: 'A status, or a class: `4xx`' }),
  ),
  path: Type.Optional(path('What the address begins with')),
  request_id: Type.Optional(id('req', 'Only this one')),
  object_id: Type.Optional(
    Type.String({
      pattern: '^[a-z]{1,8}_[a-zA-Z0-9]{24}$',
      description: 'Only those about this object',
    }),
  ),
  created: createdSince,
  before: Type.Optional(id('req', 'Only those that came before this one')),
  limit: page.limit,
})
export type RequestQuery = Static<typeof RequestQuery>

const tag = 'requests'

export const operations = [
  operation({
    id: 'list-requests',
    method: 'GET',
    path: '/v2/requests/',
    summary: 'List the calls of this account and mode, kept for 30 days unless set otherwise',
    tag,
    query: RequestQuery,
    response: RequestList,
    problems: ['unauthorized', 'invalid_request'],
  }),
  operation({
    id: 'read-request',
    method: 'GET',
    path: '/v2/requests/{id}',
    summary: 'Read a call: what was sent and answered, without secrets',
    tag,
    params: idParams('req'),
    response: RequestOut,
    problems: ['unauthorized', 'invalid_request', 'not_found'],
  }),
] as const
