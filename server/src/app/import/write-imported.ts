import { event } from '../../events/event.ts'
import { historyOf } from '../../events/history.ts'
import type { Payment } from '../../payments/store.ts'
import { move, type Part } from '../../platform/change.ts'
import type { Tx } from '../../platform/db.ts'
import { idsTaken, quietClaims, statementFor } from '../../platform/gathering.ts'
import type { Ctx } from '../../processors/ctx.ts'
import type { Imported } from './imported.ts'
import { tables } from './tables.ts'

/** How many objects are written, or looked for, at once. */
export const batch = 200

/** The first line of an object's history, or one more, and its event: that it is there, no more. */
function told(
  ctx: Ctx,
  { object, status }: Pick<Imported, 'object' | 'status'>,
  row: { id: string; version: number },
): Required<Pick<Part, 'insert' | 'events'>> {
  return {
    insert: status === undefined ? [] : historyOf(ctx, row, [{ action: 'import', status }]),
    // Evidence is told by its dispute.
    events: object === 'evidence' ? [] : [{ ...event(ctx, object, 'imported', row), row: null }],
  }
}

async function write(tx: Tx, { account, live }: Ctx, part: Part): Promise<void> {
  const { text, values } = statementFor([{ account, live, ...part }])
  await tx.query(text, values)
}

/** Writes a batch of objects of the context's mode. */
export async function writeImported(tx: Tx, ctx: Ctx, all: readonly Imported[]): Promise<void> {
  if (all.length === 0) return
  const parts = all.map((it) => told(ctx, it, { id: it.id, version: 1 }))
  const claims = all.flatMap((it) => it.claims)
  await write(tx, ctx, {
    insert: all.flatMap(({ insert }, n) => [...insert, ...(parts[n]?.insert ?? [])]),
    events: parts.flatMap(({ events }) => events),
    claim: all.flatMap((it) => it.claim ?? []),
  })
  if (claims.length === 0) return
  const { text, values } = quietClaims(ctx.account, ctx.live, claims)
  await tx.query(text, values)
}

/** Puts payments in the place of what they were before their refunds came. */
export async function writeRefunded(
  tx: Tx,
  ctx: Ctx,
  all: readonly { before: Payment; after: Payment }[],
): Promise<void> {
  if (all.length === 0) return
  const parts = all.map(({ before, after: { status } }) =>
    told(ctx, { object: 'payment', status }, { id: before.id, version: before.version + 1 }),
  )
  await write(tx, ctx, {
    move: all.map(({ before, after }) => move(tables.payment, before, after)),
    insert: parts.flatMap(({ insert }) => insert),
    events: parts.flatMap(({ events }) => events),
  })
}

/** Those of the ids that a table has already. */
export async function takenOf(
  tx: Tx,
  { account, live }: Ctx,
  table: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { text, values } = idsTaken(table, account, live, ids)
  return new Set((await tx.query<{ id: string }>(text, values)).map((it) => it.id))
}
