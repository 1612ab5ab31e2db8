import type {
  DisputeOut,
  EvidenceFileOut,
  EvidenceIn,
  EvidenceOut,
  operations,
} from '@obole/contract/v2/disputes.js'
import { acceptDispute } from '../../disputes/accept-dispute.ts'
import { disputePayment } from '../../disputes/dispute-payment.ts'
import type { EvidenceFile, EvidenceState } from '../../disputes/evidence.ts'
import { readEvidence, readEvidenceFile } from '../../disputes/read-evidence.ts'
import { type Dispute, findDispute, listDisputes } from '../../disputes/store.ts'
import { submitEvidence } from '../../disputes/submit-evidence.ts'
import { notFound, Refusal } from '../../kernel/problem.ts'
import { unixSeconds } from '../../kernel/time.ts'
import type { Reader } from '../../platform/context.ts'
import { publicDisputeCode } from '../../processors/dispute-codes.ts'
import { findPayoutsOf } from '../../settlements/store.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const disputeView = (it: Dispute, payout: string | null): DisputeOut => ({
  id: it.id,
  amount: it.amount,
  created: unixSeconds(it.created),
  currency: it.currency as DisputeOut['currency'],
  date_bank: it.date_bank,
  fee: it.fee ?? 0n,
  order_id: it.order_id,
  payment: it.payment,
  payment_intent: it.payment_intent,
  payout,
  response: publicDisputeCode(it.response),
  status: it.status,
  type: it.type,
})

/** Disputes as v2 shows them, with the payout that each is in. */
export async function disputeViews(ctx: Reader, rows: readonly Dispute[]): Promise<DisputeOut[]> {
  const payouts = await findPayoutsOf(
    ctx,
    rows.map(({ id }) => id),
  )
  return rows.map((it) => disputeView(it, payouts.get(it.id) ?? null))
}

const shownDispute = async (ctx: Reader, row: Dispute): Promise<DisputeOut> => {
  const [view] = await disputeViews(ctx, [row])
  return view as DisputeOut
}

type StoredFile = EvidenceOut['files'][number]

const evidenceView = ({ dispute, text, files }: EvidenceState): EvidenceOut => {
  const { evidence_due_at, submitted_at } = dispute
  return {
    due_at: evidence_due_at && unixSeconds(evidence_due_at),
    submitted_at: submitted_at && unixSeconds(submitted_at),
    text,
    files: files.map((it) => ({ ...it, type: it.type as StoredFile['type'] })),
  }
}

/** Files in bytes. What only looks like base64 would lose something on the way. */
const filesOf = ({ files = [] }: EvidenceIn): EvidenceFile[] =>
  files.map(({ content, ...it }, n) => {
    const bytes = Buffer.from(content, 'base64')
    if (bytes.toString('base64') === content) return { ...it, content: bytes }
    const loc = ['body', 'files', n, 'content']
    throw new Refusal('invalid_request', { loc, message: 'this is not base64' })
  })

export const disputeHandlers: Handlers<typeof operations> = {
  'list-disputes': reading(async ({ ctx, query }) => {
    const page = await listDisputes(ctx, query)
    return { range: rangeOf(page), disputes: await disputeViews(ctx, page.rows) }
  }),
  'read-dispute': reading(async ({ ctx, params }) => {
    const dispute = await findDispute(ctx, params.id)
    if (!dispute) throw notFound('dispute', params.id)
    return shownDispute(ctx, dispute)
  }),
  'accept-dispute': async ({ ctx, params }) => shownDispute(ctx, await acceptDispute(ctx, params)),
  'submit-evidence': async ({ ctx, params, body }) => {
    const { text, submit } = body
    const input = { id: params.id, text, files: filesOf(body), submit }
    return evidenceView(await submitEvidence(ctx, input))
  },
  'read-evidence': reading(async ({ ctx, params }) =>
    evidenceView(await readEvidence(ctx, params.id)),
  ),
  'read-evidence-file': reading(async ({ ctx, params }) => {
    const { content, ...file } = await readEvidenceFile(ctx, {
      dispute: params.id,
      id: params.file,
    })
    const type = file.type as EvidenceFileOut['type']
    return { ...file, type, size: content.length, content: content.toString('base64') }
  }),
  'dispute-payment': async ({ ctx, params, body }) =>
    shownDispute(ctx, await disputePayment(ctx, { id: params.id, ...body })),
}
