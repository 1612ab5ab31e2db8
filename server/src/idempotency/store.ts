import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'

/** A request that carried a key, and what was answered. */
export interface KeyedAnswer {
  account: string
  live: boolean
  /** A keyed hash of method, route and key. */
  id: string
  version: number
  /** By real time. */
  created: Date
  /** By the clock of the account. */
  expires_at: Date
  /** A keyed hash of all that was asked. */
  fingerprint: string
  request_id: string
  /** The number of the last event before work of several Changes; null for all other. */
  after_seq: bigint | null
  /** Null while work of several Changes goes on. */
  status: number | null
  media_type: string | null
  /** Sealed; null where the answer is empty. */
  answer: Buffer | null
}

export const keyedAnswers = table<KeyedAnswer>('idempotency_keys', {
  account: true,
  live: true,
  id: true,
  version: true,
  created: true,
  expires_at: true,
  fingerprint: true,
  request_id: true,
  after_seq: true,
  status: true,
  media_type: true,
  answer: true,
})

export async function findKeyedAnswer(ctx: Reader, id: string): Promise<KeyedAnswer | undefined> {
  const [row] = await ctx.db.query<KeyedAnswer>(
    'select * from idempotency_keys where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}
