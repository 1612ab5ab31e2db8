import { notFound } from '../kernel/problem.ts'
import type { Context } from '../platform/context.ts'
import { findRefunds, type Refund } from '../refunds/store.ts'
import { findStanRefund, listStanRefunds, type Part, type StanRefund } from './store.ts'

/** A refund of Stan with the core's behind it, once that is made. */
export interface StanRefundParts {
  stan: StanRefund
  refund: Refund | undefined
}

/** Refunds with those behind them: one read, however many they are. */
async function completed(ctx: Context, rows: readonly StanRefund[]): Promise<StanRefundParts[]> {
  const ids = rows.flatMap(({ refund }) => refund ?? [])
  const found = new Map((await findRefunds(ctx, ids)).map((it) => [it.id, it]))
  return rows.map((stan) => ({ stan, refund: found.get(stan.refund ?? '') }))
}

/** A part of the refunds, the newest first. */
export const readStanRefunds = async (ctx: Context, part: Part): Promise<StanRefundParts[]> =>
  completed(ctx, await listStanRefunds(ctx, part))

/** Refuses with not_found. */
export async function readStanRefund(ctx: Context, id: string): Promise<StanRefundParts> {
  const stan = await findStanRefund(ctx, id)
  if (!stan) throw notFound('refund', id)
  const [parts] = await completed(ctx, [stan])
  return parts as StanRefundParts
}
