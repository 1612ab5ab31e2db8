import { newId } from '../kernel/ids.ts'
import { type Insertion, insertion } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'
import { type InstructionRow, instructions } from './store.ts'

type Settled = Pick<
  InstructionRow,
  'object_id' | 'kind' | 'processor' | 'amount' | 'currency' | 'response'
> & { id?: string; status: 'approved' | 'declined' | 'failed' }

/** One attempt to move money that was answered within the decision: begun and settled at once. */
export function settledInstruction(
  ctx: Context,
  it: Settled,
): { row: InstructionRow; insert: Insertion } {
  const row: InstructionRow = {
    account: ctx.account,
    live: ctx.live,
    id: it.id ?? newId('inst'),
    object_id: it.object_id,
    kind: it.kind,
    processor: it.processor,
    status: it.status,
    amount: it.amount,
    currency: it.currency,
    response: it.response,
    created: ctx.now,
    settled_at: ctx.now,
  }
  return { row, insert: insertion(instructions, row) }
}
