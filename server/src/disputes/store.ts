import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import { type Filter, type Page, type PageInput, pageOf } from '../platform/page-of.ts'
import type { Method } from '../processors/processor.ts'
import { findSettledIn } from '../settlements/store.ts'
import type { DisputeStatus } from './dispute.ts'

export interface Dispute {
  account: string
  live: boolean
  id: string
  version: number
  created: Date
  payment: string
  amount: bigint
  currency: string
  /** The true code: what may be shown of it says `publicDisputeCode`. */
  response: string
  status: DisputeStatus
  type: string
  order_id: string | null
  payment_intent: string | null
  fee: bigint | null
  date_bank: string | null
  method: Method | null
  /** Until when evidence may be given; null: for ever, or never where it is not contestable. */
  evidence_due_at: Date | null
  /** When evidence was submitted. */
  submitted_at: Date | null
  /** When something happens by itself. */
  due_at: Date | null
}

export const disputes = table<Dispute>(
  'disputes',
  {
    account: true,
    live: true,
    id: true,
    version: true,
    created: true,
    payment: true,
    amount: true,
    currency: true,
    response: true,
    status: true,
    type: true,
    order_id: true,
    payment_intent: true,
    fee: true,
    date_bank: true,
    method: true,
    evidence_due_at: true,
    submitted_at: true,
    due_at: true,
  },
  'created',
)

export async function findDispute(ctx: Reader, id: string): Promise<Dispute | undefined> {
  const [row] = await ctx.db.query<Dispute>(
    'select * from disputes where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

export interface DisputeFilters extends PageInput {
  created?: Date | undefined
  payment?: string | undefined
  payment_intent?: string | undefined
  payout?: string | undefined
}

/** A page of the disputes, the newest first unless asked otherwise. */
export function listDisputes(ctx: Reader, input: DisputeFilters): Promise<Page<Dispute>> {
  const exact = ['payment', 'payment_intent'] as const
  const filters: Filter[] = exact.flatMap((field) => {
    const value = input[field]
    return value === undefined ? [] : [{ sql: `${field} = ?`, value }]
  })
  if (input.payout !== undefined) {
    filters.push({ sql: findSettledIn('dispute'), value: input.payout })
  }
  return pageOf<Dispute>(
    ctx,
    { table: 'disputes', by: 'created', filters, created_from: input.created },
    input,
  )
}

/** A text or a file that was given against a dispute. */
export interface Evidence {
  account: string
  live: boolean
  id: string
  created: Date
  dispute: string
  /** Of the dispute that it came with. */
  dispute_version: number
  text: string | null
  name: string | null
  type: string | null
  content: Buffer | null
}

export const evidence = table<Evidence>('evidence', {
  account: true,
  live: true,
  id: true,
  created: true,
  dispute: true,
  dispute_version: true,
  text: true,
  name: true,
  type: true,
  content: true,
})

/** A text, or what there is to know of a file. */
export type EvidenceItem =
  | { id: string; text: string }
  | { id: string; text: null; name: string; type: string; size: number }

/** The latest text and the files against a dispute, in that order; of files all but the content. */
export const findEvidence = (ctx: Reader, dispute: string): Promise<EvidenceItem[]> =>
  ctx.db.query<EvidenceItem>(
    `select id, text, name, type, octet_length(content) as size from evidence
     where account = $1 and live = $2 and dispute = $3 and (text is null or dispute_version = (
       select max(dispute_version) from evidence
       where account = $1 and live = $2 and dispute = $3 and text is not null))
     order by dispute_version, id`,
    [ctx.account, ctx.live, dispute],
  )

/** The file of this id among what was given against this dispute. */
export async function findEvidenceFile(
  ctx: Reader,
  it: { dispute: string; id: string },
): Promise<{ id: string; name: string; type: string; content: Buffer } | undefined> {
  const [row] = await ctx.db.query<{ id: string; name: string; type: string; content: Buffer }>(
    `select id, name, type, content from evidence
     where account = $1 and live = $2 and dispute = $3 and id = $4 and content is not null`,
    [ctx.account, ctx.live, it.dispute, it.id],
  )
  return row
}
