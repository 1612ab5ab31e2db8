import type { Pricing } from '../kernel/pricing.ts'
import { table } from '../platform/change.ts'
import type { Db } from '../platform/db.ts'

/** A merchant. */
export interface Account {
  id: string
  name: string
  version: number
  created: Date
  /** Null: the standard terms. */
  pricing: Pricing | null
}

export const accounts = table<Account>('accounts', {
  id: true,
  name: true,
  version: true,
  created: true,
  pricing: true,
})

/** The clock of an account's test mode, once it was moved or stopped. Its id is the account's. */
export interface ClockRow {
  account: string
  live: boolean
  id: string
  version: number
  /** What it said when the clock on the wall said `real_at`. */
  at: Date
  real_at: Date
  frozen: boolean
  /** Where it is on its way to; everything due before is done first. */
  target: Date | null
}

export const clocks = table<ClockRow>('clocks', {
  account: true,
  live: true,
  id: true,
  version: true,
  at: true,
  real_at: true,
  frozen: true,
  target: true,
})

/** What every piece of work of an account needs to know of it. */
export interface Terms {
  account: string
  pricing: Pricing | null
  /** Null: real time. */
  clock: ClockRow | null
}

/** The terms of these accounts in this mode; an account that is not there has none. */
export async function findTerms(db: Db, live: boolean, ids: readonly string[]): Promise<Terms[]> {
  type Row = ClockRow & { name: string; pricing: Pricing | null }
  const rows = await db.query<Row>(
    `select a.pricing, a.id as name, c.*
     from accounts a left join clocks c on c.account = a.id and c.live = $1 and c.id = a.id
     where a.id = any($2)`,
    [live, ids],
  )
  return rows.map(({ name, pricing, ...clock }) => ({
    account: name,
    pricing,
    clock: clock.id === null ? null : clock,
  }))
}

/** The clocks of all accounts that have one of their own. */
export const findClocks = (db: Db): Promise<ClockRow[]> =>
  db.query<ClockRow>('select * from clocks order by account')

/** A key of the API, without the key: only its keyed hash is kept. */
export interface Key {
  account: string
  live: boolean
  id: string
  kind: 'secret' | 'public'
  hash: string
  /** Its kind and mode, and the last four characters: enough to know it again. */
  hint: string
  created: Date
  revoked_at: Date | null
}

export const keys = table<Key>('keys', {
  account: true,
  live: true,
  id: true,
  kind: true,
  hash: true,
  hint: true,
  created: true,
  revoked_at: true,
})

/** The key with this hash, unless it was revoked, and its account's name. */
export async function findKeyByHash(
  db: Db,
  hash: string,
): Promise<(Key & { account_name: string }) | undefined> {
  const [row] = await db.query<Key & { account_name: string }>(
    `select k.*, a.name as account_name from keys k join accounts a on a.id = k.account
     where k.hash = $1 and k.revoked_at is null`,
    [hash],
  )
  return row
}

export async function findAccount(db: Db, id: string): Promise<Account | undefined> {
  const [row] = await db.query<Account>('select * from accounts where id = $1', [id])
  return row
}

export const listAccounts = (db: Db): Promise<Account[]> =>
  db.query<Account>('select * from accounts order by created, id')

export const listKeys = (db: Db, account: string): Promise<Key[]> =>
  db.query<Key>('select * from keys where account = $1 order by created, id', [account])

/** The key with this id or hash, revoked or not. */
export async function findKey(
  db: Db,
  it: { id?: string; hash?: string },
): Promise<Key | undefined> {
  const [row] = await db.query<Key>('select * from keys where id = $1 or hash = $2', [
    it.id ?? null,
    it.hash ?? null,
  ])
  return row
}

/**
 * Ends a key. The one write that is not a Change: a key has no version, no event and no other row
 * that hangs on it, and ending it twice is ending it once.
 */
export async function revokeKey(db: Db, id: string, now: Date): Promise<void> {
  await db.query('update keys set revoked_at = coalesce(revoked_at, $2) where id = $1', [id, now])
}
