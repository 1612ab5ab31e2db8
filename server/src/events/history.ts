import { type Insertion, insertion, table } from '../platform/change.ts'
import type { Context } from '../platform/context.ts'

interface HistoryRow {
  account: string
  live: boolean
  object_id: string
  version: number
  step: number
  action: string
  status: string
  at: Date
}

const history = table<HistoryRow>('history', {
  account: true,
  live: true,
  object_id: true,
  version: true,
  step: true,
  action: true,
  status: true,
  at: true,
})

/** One edge of a machine that was walked, and the status that it led to. */
export interface Step {
  action: string
  status: string
}

/**
 * The lines of history of one change of one object: unique by (object, version, step), so that no
 * two can both win.
 */
export const historyOf = (
  ctx: Context,
  row: { id: string; version: number },
  steps: readonly Step[],
): Insertion[] =>
  steps.map(({ action, status }, step) =>
    insertion(history, {
      account: ctx.account,
      live: ctx.live,
      object_id: row.id,
      version: row.version,
      step,
      action,
      status,
      at: ctx.now,
    }),
  )
