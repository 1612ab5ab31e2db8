import type { KeyringRow } from '@obole/vault/keyring.js'
import type { SealedKind } from '@obole/vault/vault.js'
import { table } from '../platform/change.ts'
import type { Reader } from '../platform/context.ts'
import type { Db } from '../platform/db.ts'

/**
 * A card number or IBAN, sealed by the vault: `id` is the card's or bank account's. Or what
 * deliveries are signed with, under an id of its own.
 */
export interface NumberRow {
  account: string
  live: boolean
  id: string
  kind: SealedKind
  sealed: Buffer
}

export const numbers = table<NumberRow>('vault_records', {
  account: true,
  live: true,
  id: true,
  kind: true,
  sealed: true,
})

export async function findNumber(ctx: Reader, id: string): Promise<NumberRow | undefined> {
  const [row] = await ctx.db.query<NumberRow>(
    'select * from vault_records where account = $1 and live = $2 and id = $3',
    [ctx.account, ctx.live, id],
  )
  return row
}

/** Sealed values of several accounts by their places; those that are not there are left out. */
export const findNumbers = (db: Db, places: readonly NumberPlace[]): Promise<NumberRow[]> =>
  db.query<NumberRow>(
    `select r.* from unnest($1::text[], $2::boolean[], $3::text[]) as k (account, live, id)
     join vault_records r on r.account = k.account and r.live = k.live and r.id = k.id`,
    [places.map((it) => it.account), places.map((it) => it.live), places.map((it) => it.id)],
  )

/** What comes after this one in the order of `findSealedOtherwise`. */
export type NumberPlace = Pick<NumberRow, 'account' | 'live' | 'id'>

/** Numbers whose data key another master key wraps than this (its id in hexadecimal), by place. */
export const findSealedOtherwise = (
  db: Db,
  master_key: string,
  after: NumberPlace,
  limit: number,
): Promise<NumberRow[]> =>
  db.query<NumberRow>(
    `select * from vault_records
     where substring(sealed from 2 for 8) <> decode($1, 'hex')
       and (account, live, id) > ($2, $3, $4)
     order by account, live, id limit $5`,
    [master_key, after.account, after.live, after.id, limit],
  )

/** Replaces sealed values that are still as they were read. Answers how many. */
export async function replaceSealed(
  db: Db,
  rows: readonly (NumberRow & { resealed: Buffer })[],
): Promise<number> {
  const done = await db.query(
    `update vault_records r set sealed = n.resealed
     from unnest($1::text[], $2::boolean[], $3::text[], $4::bytea[], $5::bytea[])
       as n(account, live, id, sealed, resealed)
     where r.account = n.account and r.live = n.live and r.id = n.id and r.sealed = n.sealed
     returning 1`,
    (['account', 'live', 'id', 'sealed', 'resealed'] as const).map((it) =>
      rows.map((row) => row[it]),
    ),
  )
  return done.length
}

/**
 * Keys of the vault that outlive every master key, wrapped by one. Empty before the first start.
 */
export const findKeyring = (db: Db): Promise<KeyringRow[]> =>
  db.query<KeyringRow>('select name, wrapped from keyring order by name')

/** Keeps a keyring unless there is one: of several processes at their first start, one is heard. */
export async function insertKeyring(db: Db, rows: readonly KeyringRow[]): Promise<void> {
  await db.query(
    `insert into keyring (name, wrapped) select * from unnest($1::text[], $2::bytea[])
     on conflict do nothing`,
    [rows.map((it) => it.name), rows.map((it) => it.wrapped)],
  )
}

/** Replaces a wrapped key that is still as it was read. Answers how many: one or none. */
export async function replaceWrapped(db: Db, was: KeyringRow, wrapped: Buffer): Promise<number> {
  const done = await db.query(
    'update keyring set wrapped = $3 where name = $1 and wrapped = $2 returning 1',
    [was.name, was.wrapped, wrapped],
  )
  return done.length
}
