import { limits } from '../kernel/limits.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { insertion } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { assertInTime } from './deadline.ts'
import {
  assertFiles,
  type EvidenceFile,
  type EvidenceState,
  evidenceRows,
  stateOf,
} from './evidence.ts'
import { walk } from './progress.ts'
import { type Evidence, type EvidenceItem, evidence, findDispute, findEvidence } from './store.ts'

interface SubmitEvidence {
  id: string
  text?: string | undefined
  files: readonly EvidenceFile[]
  /** Otherwise it is kept as a draft, to which more may come. */
  submit: boolean
}

const itemOf = ({ id, text, name, type, content }: Evidence): EvidenceItem =>
  text === null
    ? { id, text, name: name ?? '', type: type ?? '', size: content?.length ?? 0 }
    : { id, text }

/**
 * Keeps what a merchant says against a dispute, and hands it to the bank when it is submitted: all
 * that was given until then. Files add up, a text takes the place of the one before. Refuses with
 * not_found, illegal_transition, invalid_request.
 */
export const submitEvidence = verb(async (ctx: Ctx, input: SubmitEvidence) => {
  const before = await findDispute(ctx, input.id)
  if (!before) throw notFound('dispute', input.id)
  const values = input.submit
    ? { submitted_at: ctx.now, due_at: ctx.bankDays.bookingAfter(ctx.now) }
    : { due_at: before.evidence_due_at }
  const { dispute, part } = walk(ctx, before, input.submit ? 'submit' : 'draft', values, {})
  assertInTime(ctx, before)
  // Until it is submitted, each version but the first is a draft.
  if (!input.submit && before.version > limits.evidence_drafts_max) {
    throw new Refusal('illegal_transition', {
      loc: ['body', '__root__'],
      message: `At most ${limits.evidence_drafts_max} drafts against a dispute`,
    })
  }
  const earlier = await findEvidence(ctx, before.id)
  const rows = evidenceRows(ctx, dispute, input)
  if (rows.length === 0 && (earlier.length === 0 || !input.submit)) {
    throw new Refusal('invalid_request', {
      loc: ['body', '__root__'],
      message: 'text or files is required',
    })
  }
  assertFiles(input.files, stateOf(before, earlier).files.length)
  const insert = [...(part.insert ?? []), ...rows.map((it) => insertion(evidence, it))]
  const result: EvidenceState = stateOf(dispute, [...earlier, ...rows.map(itemOf)])
  return { change: { ...part, insert }, result }
})
