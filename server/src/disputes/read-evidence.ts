import { notFound } from '../kernel/problem.ts'
import type { Reader } from '../platform/context.ts'
import { type EvidenceState, stateOf } from './evidence.ts'
import { findDispute, findEvidence, findEvidenceFile } from './store.ts'

/** Refuses with not_found. */
export async function readEvidence(ctx: Reader, id: string): Promise<EvidenceState> {
  const dispute = await findDispute(ctx, id)
  if (!dispute) throw notFound('dispute', id)
  return stateOf(dispute, await findEvidence(ctx, id))
}

/** A file with its content. Refuses with not_found. */
export async function readEvidenceFile(ctx: Reader, it: { dispute: string; id: string }) {
  const file = await findEvidenceFile(ctx, it)
  if (file) return file
  const dispute = await findDispute(ctx, it.dispute)
  throw dispute ? notFound('evidence', it.id) : notFound('dispute', it.dispute)
}
