import { Secret } from '../kernel/secret.ts'
import { type Insertion, insertion } from '../platform/change.ts'
import type { Db } from '../platform/db.ts'
import type { Ctx } from '../processors/ctx.ts'
import { findNumber, findNumbers, type NumberPlace, type NumberRow, numbers } from './store.ts'

/** The row that keeps a number or key, readable by the vault for this record alone. */
export function sealedNumber(
  ctx: Pick<Ctx, 'vault' | 'account' | 'live'>,
  id: string,
  kind: NumberRow['kind'],
  number: Secret<string | Buffer>,
): Insertion {
  const sealed = ctx.vault.seal({ account: ctx.account, record: id, kind }, number.reveal())
  return insertion(numbers, { account: ctx.account, live: ctx.live, id, kind, sealed })
}

/**
 * The number of a card or bank account. Undefined when it was never known: the record came by an
 * import.
 */
export async function openNumber(ctx: Ctx, id: string): Promise<Secret<string> | undefined> {
  const row = await findNumber(ctx, id)
  if (!row) return undefined
  const scope = { account: ctx.account, record: id, kind: row.kind }
  return new Secret(ctx.vault.open(scope, row.sealed))
}

/** Keys of several accounts by the ids of their records, all of which are there. */
export async function openKeys(
  { db, vault }: { db: Db; vault: Ctx['vault'] },
  places: readonly NumberPlace[],
): Promise<Map<string, Secret<Buffer>>> {
  const rows = places.length ? await findNumbers(db, places) : []
  return new Map(
    rows.map(({ account, id, kind, sealed }) => [
      id,
      new Secret(vault.openBytes({ account, record: id, kind }, sealed)),
    ]),
  )
}
