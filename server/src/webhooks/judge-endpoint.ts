import { event } from '../events/event.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { unharmed } from './endpoint.ts'
import { type Endpoint, endpoints, findEndpoint } from './store.ts'

const day_ms = 24 * 3600 * 1000
/** After so long without success it is told, first and again; then the endpoint is disabled. */
const warned_after_ms = [day_ms, 3 * day_ms]
const disabled_after_ms = 5 * day_ms

/** What an attempt says of its endpoint. `gone`: it answered that it does not exist any more. */
export type Verdict = 'accepted' | 'failed' | 'gone'

/**
 * What an endpoint is after an attempt, and what is told of it; undefined when nothing changes,
 * which is nearly always. `real`: when the attempt was over. Pure.
 */
export function judged(
  before: Endpoint,
  verdict: Verdict,
  real: Date,
): { after: Endpoint; action?: 'disabling' | 'disabled' } | undefined {
  if (!before.enabled) return undefined
  if (verdict === 'accepted') {
    return before.failing_since ? { after: { ...before, ...unharmed } } : undefined
  }
  const failing_since = before.failing_since ?? real
  const failing: Endpoint = { ...before, failing_since }
  const ms = real.getTime() - failing_since.getTime()
  if (verdict === 'gone' || ms >= disabled_after_ms) {
    const disabled_reason = verdict === 'gone' ? 'gone' : 'failing'
    return { after: { ...failing, enabled: false, disabled_reason }, action: 'disabled' }
  }
  const warnings = warned_after_ms.filter((it) => ms >= it).length
  if (warnings > before.warnings) return { after: { ...failing, warnings }, action: 'disabling' }
  return before.failing_since ? undefined : { after: failing }
}

/**
 * Keeps what an attempt says of its endpoint: since when nothing has arrived, that it will be
 * disabled, that it is. The others hear of the last two.
 */
export const judgeEndpoint = verb(
  async (ctx: Ctx, input: { id: string; verdict: Verdict; real: Date }) => {
    const before = await findEndpoint(ctx, input.id)
    const change = before && judged(before, input.verdict, input.real)
    if (!change) return { result: undefined }
    const after = { ...change.after, version: before.version + 1 }
    const { action } = change
    return {
      change: {
        move: [move(endpoints, before, after)],
        events: action ? [event(ctx, 'webhook_endpoint', action, after)] : [],
      },
      result: after,
    }
  },
)
