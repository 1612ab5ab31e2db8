import type { operations, RequestLine as RequestLineOut } from '@obole/contract/v2/requests.js'
import { listKeys } from '../../accounts/store.ts'
import { notFound } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Reader } from '../../platform/context.ts'
import { findRequest, listRequests, type RequestLine } from '../../requests/store.ts'
import { type Handlers, reading, type Services } from '../operation-route.ts'

/** Key → what it is known by. */
const hintsOf = async ({ db, account }: Reader): Promise<Map<string, string>> =>
  new Map((await listKeys(db, account)).map(({ id, hint }) => [id, hint]))

const lineView = (it: RequestLine, hints: ReadonlyMap<string, string>): RequestLineOut => ({
  id: it.id,
  created: unixSeconds(it.created),
  api: it.api,
  operation: it.operation,
  method: it.method,
  path: it.path,
  status: it.status,
  duration_ms: it.duration_ms,
  key: it.key,
  key_hint: hints.get(it.key) ?? null,
  idempotency_key: it.idempotency_key,
  object_id: it.object_id,
  event_ids: [...it.event_ids],
  error: it.error,
})

/** '404' → 404 to 404; '4xx' → 400 to 499. */
function statuses(status: string): [number, number] {
  const first = Number(status.replace('xx', '00'))
  return [first, status.endsWith('xx') ? first + 99 : first]
}

const parsed = (json: string | null): unknown => json && JSON.parse(json)

export const requestHandlers = ({ requests }: Services): Handlers<typeof operations> => ({
  'list-requests': reading(async ({ ctx, query }) => {
    const { status, limit, ...filter } = query
    // Who has just called sees it, when this process answered.
    await requests?.flush()
    const range = status === undefined ? undefined : statuses(status)
    const [page, hints] = await Promise.all([
      listRequests(ctx, { ...filter, status: range }, limit),
      hintsOf(ctx),
    ])
    return { requests: page.rows.map((it) => lineView(it, hints)), has_more: page.has_more }
  }),
  'read-request': reading(async ({ ctx, params }) => {
    await requests?.flush()
    const [row, hints] = await Promise.all([findRequest(ctx, params.id), hintsOf(ctx)])
    if (!row) throw notFound('request', params.id)
    return {
      ...lineView(row, hints),
      query: parsed(row.query),
      request_body: parsed(row.request_body),
      response_body: parsed(row.response_body),
    }
  }),
})
