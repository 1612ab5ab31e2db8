import { settledInstruction } from '../instructions/instruction.ts'
import type { Part } from '../platform/change.ts'
import { type Ctx, processorOf } from '../processors/ctx.ts'
import { type Progress, walk } from './progress.ts'
import { ended } from './promise.ts'
import type { Payment } from './store.ts'

/** Takes back in the ledger what an authorization promised. Nothing, when it promised nothing. */
function voided(ctx: Ctx, payment: Payment, reason: string): Part {
  const { id: object_id, promise, authorized, currency } = payment
  if (!promise || authorized === null) return {}
  const { row, insert } = settledInstruction(ctx, {
    object_id,
    kind: 'void',
    processor: processorOf(ctx).name,
    status: 'approved',
    amount: authorized,
    currency,
    response: null,
  })
  return { insert: [insert, ...ended(ctx, payment, { instruction: row.id, amount: 0n, reason })] }
}

const reasons = { cancel: 'cancellation', expire: 'expiry' } as const

/**
 * A payment that ends before its capture: what the bank promised is free again. Refuses with
 * illegal_transition. Pure but for ids.
 */
export const withdrawn = (ctx: Ctx, it: Progress, action: keyof typeof reasons): Progress =>
  walk(it, action, { promise: null }, voided(ctx, it.payment, reasons[action]))
