import { limits } from '../kernel/limits.ts'
import { later } from '../kernel/time.ts'
import type { Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { textOf } from './evidence.ts'
import { type Progress, walk } from './progress.ts'
import { settleDispute } from './settle-dispute.ts'
import { type Dispute, findEvidence } from './store.ts'

/** What the payer's bank says to the evidence. */
async function judged(ctx: Ctx, dispute: Dispute): Promise<Progress> {
  const { id, amount, response } = dispute
  const text = textOf(await findEvidence(ctx, id))
  const verdict = processorOf(ctx).disputeVerdict({ id, amount, response, text, now: ctx.now })
  return settleDispute(ctx, dispute, verdict === 'won' ? 'win' : 'lose')
}

async function moved(ctx: Ctx, dispute: Dispute): Promise<Progress | undefined> {
  switch (dispute.status) {
    case 'open':
    case 'evidence_pending':
      return settleDispute(ctx, dispute, 'lapse')
    case 'evidence_sent':
      return walk(ctx, dispute, 'verify', { due_at: later(ctx.now, limits.verdict_ms) }, {})
    case 'evidence_verification':
      return judged(ctx, dispute)
    default:
      return undefined
  }
}

/**
 * What falls due of a dispute: the deadline for an answer, the bank's morning when it takes the
 * evidence up, its verdict. Undefined before its time.
 */
export async function dueDispute(ctx: Ctx, dispute: Dispute): Promise<Part | undefined> {
  if (!dispute.due_at || dispute.due_at > ctx.now) return undefined
  return (await moved(ctx, dispute))?.part
}
