import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import type { Db, Value } from '../platform/db.ts'
import { rowSet } from '../platform/row-set.ts'

/** One call of an API. Bodies and query are JSON without secrets, or null. */
export interface RequestRow {
  account: string
  live: boolean
  id: string
  /** Real time, whatever clock the account has. */
  created: Date
  api: string
  operation: string | null
  method: string
  path: string
  query: string | null
  status: number
  duration_ms: number
  key: string
  idempotency_key: string | null
  object_id: string | null
  event_ids: readonly string[]
  error: string | null
  request_body: string | null
  response_body: string | null
}

export const requests = table<RequestRow>('requests', {
  account: true,
  live: true,
  id: true,
  created: true,
  api: true,
  operation: true,
  method: true,
  path: true,
  query: true,
  status: true,
  duration_ms: true,
  key: true,
  idempotency_key: true,
  object_id: true,
  event_ids: true,
  error: true,
  request_body: true,
  response_body: true,
})

const columns = requests.columns.join(', ')

/**
 * Writes calls, in one statement; those that are there already stay. The disk is not waited for:
 * this is a log, and who pays must not stand behind it.
 */
export async function insertRequests(db: Db, rows: readonly RequestRow[]): Promise<void> {
  await db.query(
    `with quick as materialized (select set_config('synchronous_commit', 'off', true))
     insert into requests (${columns})
     select ${columns} from quick, jsonb_populate_recordset(
       jsonb_populate_record(null::requests, $1::jsonb -> 'all'), $1::jsonb -> 'each')
     on conflict do nothing`,
    [JSON.stringify(rowSet(requests.columns, rows as unknown as Record<string, unknown>[]))],
  )
}

export async function findRequest(
  { db, account, live }: Reader,
  id: string,
): Promise<RequestRow | undefined> {
  const [row] = await db.query<RequestRow>(
    'select * from requests where account = $1 and live = $2 and id = $3',
    [account, live, id],
  )
  return row
}

export interface RequestFilter {
  method?: string | undefined
  /** The statuses from the first to the last. */
  status?: readonly [number, number] | undefined
  path?: string | undefined
  request_id?: string | undefined
  object_id?: string | undefined
  created?: Date | undefined
  before?: string | undefined
}

/** Calls without what was said in them. */
export type RequestLine = Omit<RequestRow, 'query' | 'request_body' | 'response_body'>

const lines = requests.columns
  .filter((it) => it !== 'query' && it !== 'request_body' && it !== 'response_body')
  .join(', ')

/** The newest calls that match, and whether there are older ones. */
export async function listRequests(
  { db, account, live }: Reader,
  it: RequestFilter,
  limit: number,
): Promise<{ rows: RequestLine[]; has_more: boolean }> {
  const values: Value[] = [account, live]
  const where = ['account = $1', 'live = $2']
  const add = (sql: string, value: Value | undefined) => {
    if (value !== undefined) where.push(sql.replace('?', `$${values.push(value)}`))
  }
  add('id = ?', it.request_id)
  add('id < ?', it.before)
  add('object_id = ?', it.object_id)
  add('method = ?', it.method)
  add('starts_with(path, ?)', it.path)
  add('created >= ?', it.created)
  add('status >= ?', it.status?.[0])
  add('status <= ?', it.status?.[1])
  // Said in so many words, an index of the failed ones is enough.
  if (it.status && it.status[0] >= 400) where.push('status >= 400')
  const rows = await db.query<RequestLine>(
    `select ${lines} from requests where ${where.join(' and ')}
     order by id desc limit $${values.push(limit + 1)}`,
    values,
  )
  return { rows: rows.slice(0, limit), has_more: rows.length > limit }
}
