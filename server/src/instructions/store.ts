import { table } from '../platform/change.ts'
import type { Context, Reader } from '../platform/context.ts'

/** What a bank was asked, or told us. */
export type InstructionKind =
  | 'authorize'
  | 'void'
  | 'capture'
  | 'refund'
  | 'book_refund'
  | 'return_refund'
  | 'dispute'
  | 'win_dispute'
  | 'lose_dispute'
  | 'settle'
  | 'payout'
  | 'book_payout'
  | 'return_payout'
  | 'disburse'
  | 'book_disbursement'
  | 'return_disbursement'
  // What an import brings: the merchant was paid by others, or has paid them.
  | 'pay_elsewhere'
  | 'charge_elsewhere'

export interface InstructionRow {
  account: string
  live: boolean
  id: string
  object_id: string
  kind: InstructionKind
  processor: string
  status: 'begun' | 'approved' | 'declined' | 'failed'
  amount: bigint
  currency: string
  response: string | null
  created: Date
  settled_at: Date | null
}

export const instructions = table<InstructionRow>('instructions', {
  account: true,
  live: true,
  id: true,
  object_id: true,
  kind: true,
  processor: true,
  status: true,
  amount: true,
  currency: true,
  response: true,
  created: true,
  settled_at: true,
})

/** The instruction by which the bank agreed to this payment. */
export async function findApproved(
  ctx: Reader,
  object_id: string,
  kind: InstructionRow['kind'],
): Promise<InstructionRow | undefined> {
  const [row] = await ctx.db.query<InstructionRow>(
    `select * from instructions
     where account = $1 and live = $2 and object_id = $3 and kind = $4 and status = 'approved'
     order by id desc limit 1`,
    [ctx.account, ctx.live, object_id, kind],
  )
  return row
}

/** Instructions by their ids. */
export async function findInstructions(
  ctx: Pick<Context, 'db' | 'account' | 'live'>,
  ids: readonly string[],
): Promise<Map<string, InstructionRow>> {
  const rows = await ctx.db.query<InstructionRow>(
    'select * from instructions where account = $1 and live = $2 and id = any($3)',
    [ctx.account, ctx.live, ids],
  )
  return new Map(rows.map((it) => [it.id, it]))
}

/** The ids of all instructions about one object. */
export async function findInstructionsOf(ctx: Reader, object_id: string): Promise<string[]> {
  const rows = await ctx.db.query<{ id: string }>(
    'select id from instructions where account = $1 and live = $2 and object_id = $3',
    [ctx.account, ctx.live, object_id],
  )
  return rows.map(({ id }) => id)
}
