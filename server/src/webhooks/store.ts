import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import type { Db } from '../platform/db.ts'
import { type Filter, type Page, type PageInput, pageOf } from '../platform/page-of.ts'

/** Where a merchant wants to hear of events. */
export interface Endpoint {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  deleted: boolean
  /** Whose language it is told in. */
  dialect: string
  /** Its place among those that an account may have. */
  slot: number
  url: string
  enabled: boolean
  events: readonly string[]
  /** The same, as `like` takes them. */
  patterns: readonly string[]
  description: string | null
  /** Ids of sealed keys: what signs, what signed before, and the seed of a key pair. */
  secret: string
  old_secret: string | null
  old_secret_until: Date | null
  seed: string | null
  failing_since: Date | null
  /** How often it was told that it will be disabled. */
  warnings: number
  disabled_reason: 'gone' | 'failing' | null
}

export const endpoints = table<Endpoint>(
  'webhook_endpoints',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    deleted: true,
    dialect: true,
    slot: true,
    url: true,
    enabled: true,
    events: true,
    patterns: true,
    description: true,
    secret: true,
    old_secret: true,
    old_secret_until: true,
    seed: true,
    failing_since: true,
    warnings: true,
    disabled_reason: true,
  },
  'created',
)

/** An event that an endpoint shall hear of. Its instants are those of real time. */
export interface Delivery {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  endpoint: string
  event: string
  seq: bigint
  type: string
  object_id: string
  status: 'pending' | 'delivered' | 'failed' | 'canceled'
  attempts: number
  due_at: Date | null
  /** Somebody is at it until `due_at`. */
  taken: boolean
  /** Another address than the endpoint's. */
  url: string | null
}

export const deliveries = table<Delivery>('deliveries', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  endpoint: true,
  event: true,
  seq: true,
  type: true,
  object_id: true,
  status: true,
  attempts: true,
  due_at: true,
  taken: true,
  url: true,
})

export interface Attempt {
  account: string
  live: boolean
  delivery: string
  attempt: number
  at: Date
  duration_ms: number
  status_code: number | null
  error: string | null
  request_headers: Record<string, string>
  response_headers: Record<string, string> | null
  response_body: string | null
}

export const attempts = table<Attempt>('delivery_attempts', {
  account: true,
  live: true,
  delivery: true,
  attempt: true,
  at: true,
  duration_ms: true,
  status_code: true,
  error: true,
  request_headers: true,
  response_headers: true,
  response_body: true,
})

/** The endpoint, unless it is deleted, another account's or of the other mode. */
export async function findEndpoint(ctx: Reader, id: string): Promise<Endpoint | undefined> {
  const [row] = await ctx.db.query<Endpoint>(
    `select * from webhook_endpoints
     where account = $1 and live = $2 and id = $3 and not deleted`,
    [ctx.account, ctx.live, id],
  )
  return row
}

export const findEndpoints = (ctx: Reader): Promise<Endpoint[]> =>
  ctx.db.query<Endpoint>(
    `select * from webhook_endpoints
     where account = $1 and live = $2 and not deleted order by created, id`,
    [ctx.account, ctx.live],
  )

/** A page of the endpoints of a dialect, the newest first. */
export const listEndpoints = (
  ctx: Reader,
  { dialect, ...input }: PageInput & { dialect: string },
): Promise<Page<Endpoint>> =>
  pageOf<Endpoint>(
    ctx,
    {
      table: 'webhook_endpoints',
      by: 'created',
      always: ['not deleted'],
      filters: [{ sql: 'dialect = ?', value: dialect }],
    },
    input,
  )

export interface DeliveryFilters extends PageInput {
  endpoint: string
  status?: Delivery['status'] | undefined
  event?: string | undefined
}

/** A page of what an endpoint was told, the newest first. */
export function listDeliveries(ctx: Reader, input: DeliveryFilters): Promise<Page<Delivery>> {
  const filters: Filter[] = [{ sql: 'endpoint = ?', value: input.endpoint }]
  if (input.status) filters.push({ sql: 'status = ?', value: input.status })
  if (input.event) filters.push({ sql: 'event = ?', value: input.event })
  return pageOf<Delivery>(ctx, { table: 'deliveries', by: 'created', filters }, input)
}

export async function findDelivery(ctx: Reader, id: string): Promise<Delivery | undefined> {
  const [row] = await ctx.db.query<Delivery>(
    'select * from deliveries where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** The attempts of these deliveries, in their order. */
export const findAttempts = (ctx: Reader, ids: readonly string[]): Promise<Attempt[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : ctx.db.query<Attempt>(
        `select * from delivery_attempts
         where account = $1 and live = $2 and delivery = any($3) order by delivery, attempt`,
        [ctx.account, ctx.live, ids],
      )

/** Of these events, what an endpoint was told last of each. */
export const findLastDeliveries = (
  ctx: Reader,
  endpoint: string,
  seqs: readonly bigint[],
): Promise<Delivery[]> =>
  ctx.db.query<Delivery>(
    `select distinct on (seq) * from deliveries
     where account = $1 and live = $2 and endpoint = $3 and seq = any($4::bigint[])
       and url is null
     order by seq, id desc`,
    [ctx.account, ctx.live, endpoint, seqs],
  )

/**
 * Endpoints for which something is pending, each once: jumps from one to the next in the index,
 * however much is pending for each.
 */
const waiting = `waiting as (
  (select account, live, endpoint from deliveries where due_at is not null
   order by account, live, endpoint limit 1)
  union all
  select n.account, n.live, n.endpoint from waiting w cross join lateral (
    select d.account, d.live, d.endpoint from deliveries d
    where d.due_at is not null
      and (d.account, d.live, d.endpoint) > (w.account, w.live, w.endpoint)
    order by d.account, d.live, d.endpoint limit 1) n)`

const ofEndpoint = (e: string, d: string): string =>
  `${d}.account = ${e}.account and ${d}.live = ${e}.live and ${d}.endpoint = ${e}.endpoint`

/** Each is looked up: a plan from when there were few would go on reading all of them. */
const named = (w: string, e: string): string =>
  `${e}.account = ${w}.account and ${e}.live = ${w}.live and ${e}.id = ${w}.endpoint`

/** A delivery that is due, and what stands before it. */
export interface DueDelivery extends Delivery {
  due_at: Date
  /** When it was found, by our clock or the database's, whichever is ahead. */
  found_at: Date
  /** Its endpoint has taken nothing since it first failed. */
  is_failing: boolean
  /** The first pending delivery of the same object, that must end before this; when it is due. */
  behind: string | null
  behind_until: Date | null
  /** Somebody is at that one, or was when they died. */
  behind_taken: boolean | null
}

/**
 * What is due by an instant, of each endpoint that is enabled the first so many: none waits in this
 * list behind the backlog of another. By the database's clock too, which says when an event was
 * told.
 */
export const findDueDeliveries = (db: Db, by: Date, each: number): Promise<DueDelivery[]> =>
  db.query<DueDelivery>(
    `with recursive ${waiting}
     select d.*, greatest($1, now()) as found_at, e.failing_since is not null as is_failing,
       b.id as behind, b.due_at as behind_until, b.taken as behind_taken
     from waiting w
     cross join lateral (
       select e.failing_since from webhook_endpoints e where ${named('w', 'e')}
         and e.enabled and not e.deleted offset 0) e
     cross join lateral (
       select * from deliveries d where ${ofEndpoint('w', 'd')}
         and d.due_at <= greatest($1, now())
       order by d.due_at, d.seq limit $2) d
     left join lateral (
       select p.id, p.due_at, p.taken from deliveries p where ${ofEndpoint('w', 'p')}
         and p.due_at is not null and p.object_id = d.object_id and (p.seq, p.id) < (d.seq, d.id)
         and p.url is not distinct from d.url
       order by p.seq, p.id limit 1) b on true
     order by d.due_at, d.seq`,
    [by, each],
  )

/** What is pending for endpoints that were deleted. */
export const findAbandoned = (db: Db, limit: number): Promise<Delivery[]> =>
  db.query<Delivery>(
    `with recursive ${waiting}
     select d.* from waiting w
     cross join lateral (
       select from webhook_endpoints e where ${named('w', 'e')} and e.deleted offset 0) e
     cross join lateral (
       select * from deliveries d where ${ofEndpoint('w', 'd')} and d.due_at is not null
       limit $1) d
     limit $1`,
    [limit],
  )

const places = (rows: readonly { account: string; live: boolean }[]) => [
  rows.map(({ account }) => account),
  rows.map(({ live }) => live),
]

/** The endpoints of these deliveries as they are, deleted ones too. */
export const findEndpointsOf = (db: Db, of: readonly Delivery[]): Promise<Endpoint[]> =>
  db.query<Endpoint>(
    `select e.* from (select distinct * from unnest($1::text[], $2::boolean[], $3::text[])) as
       k (account, live, id)
     join webhook_endpoints e on e.account = k.account and e.live = k.live and e.id = k.id`,
    [...places(of), of.map(({ endpoint }) => endpoint)],
  )
