import { limits } from '../kernel/limits.ts'
import { later } from '../kernel/time.ts'
import type { Answer } from '../platform/http-client.ts'
import type { Attempt, Delivery } from './store.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]

/**
 * How long to wait before each attempt, after the one before: 75 hours in all, a long weekend and a
 * morning. Quick at first, as most failures are a restart; and never all at once.
 */
export const retryDelays: readonly number[] = [
  ...[0, 5 * second, 30 * second, 2 * minute, 5 * minute, 15 * minute, 30 * minute],
  ...[1, 2, 5, 8, 10, 14, 16, 18].map((it) => it * hour),
]

/** A fifth more or less, so that what failed together does not come back together. */
const jitter = 0.2

/** What `Retry-After` says, in milliseconds from an instant: seconds, or a date. Pure. */
export function retryAfter(value: string | undefined, at: Date): number {
  if (value === undefined) return 0
  const text = value.trim()
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * second : Date.parse(text) - at.getTime()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), limits.retry_after_max_ms) : 0
}

/** How an attempt went: what was answered, and whether that is enough. */
export interface Outcome {
  answer: Answer
  accepted: boolean
  /** When it was sent, and when that was over, in real time. */
  at: Date
  ended: Date
}

/**
 * What becomes of a delivery by an attempt. `lot`: drawn from 0 to 1, for the jitter. An attempt
 * that our own stop has ended is none. Pure.
 */
export function endAttempt(before: Delivery, outcome: Outcome, lot: number): Delivery {
  const { answer, accepted, ended } = outcome
  const after = { ...before, taken: false, version: before.version + 1 }
  if (answer.result === 'unreachable' && answer.reason === 'aborted') {
    return { ...after, due_at: ended }
  }
  const attempts = before.attempts + 1
  if (accepted) return { ...after, attempts, status: 'delivered', due_at: null }
  const delay = retryDelays[attempts]
  if (delay === undefined) return { ...after, attempts, status: 'failed', due_at: null }
  const asked = answer.result === 'answered' ? answer.headers['retry-after'] : undefined
  const ms = Math.max(delay * (1 + jitter * (2 * lot - 1)), retryAfter(asked, ended))
  return { ...after, attempts, due_at: later(ended, Math.round(ms)) }
}

/** So many bytes of a text, and no half character. */
const firstBytes = (text: string, bytes: number): string =>
  Buffer.byteLength(text) <= bytes ? text : Buffer.from(text).subarray(0, bytes).toString('utf8')

function firstHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  let room: number = limits.delivery_answer_bytes
  for (const [name, value] of Object.entries(headers)) {
    room -= name.length + Buffer.byteLength(value)
    if (room < 0) break
    kept[name] = value
  }
  return kept
}

/** What is shown of an attempt, at a real delivery or a test. Pure. */
export function shownAttempt(
  { answer, at }: Pick<Outcome, 'answer' | 'at'>,
  request_headers: Record<string, string>,
): Omit<Attempt, 'account' | 'live' | 'delivery' | 'attempt'> {
  const shown = { at, duration_ms: answer.duration_ms, request_headers }
  if (answer.result === 'unreachable') {
    const error = `${answer.reason}: ${answer.message}`
    return { ...shown, status_code: null, error, response_headers: null, response_body: null }
  }
  return {
    ...shown,
    status_code: answer.status,
    error: null,
    response_headers: firstHeaders(answer.headers),
    response_body: firstBytes(answer.body, limits.delivery_answer_bytes),
  }
}
