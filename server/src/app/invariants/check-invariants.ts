import type { Db } from '../../platform/db.ts'
import { deliveryInvariants } from './deliveries.ts'
import type { Invariant } from './invariant.ts'
import { paymentInvariants } from './payments.ts'
import { payoutInvariants } from './payouts.ts'
import { settledInvariants } from './settled.ts'
import { transferInvariants } from './transfers.ts'
import { walkInvariants } from './walks.ts'
import { wallInvariants } from './walls.ts'

/** What must be true of every database. */
export const invariants: readonly Invariant[] = [
  ...transferInvariants,
  ...paymentInvariants,
  ...settledInvariants,
  ...payoutInvariants,
  ...walkInvariants,
  ...wallInvariants,
  ...deliveryInvariants,
]

/** An invariant that does not hold, and the first row that breaks it. */
export interface Broken {
  says: string
  /** How many rows break it. */
  number: number
  account: string
  live: boolean
  id: string
  /** The row, as JSON. */
  row: string
}

/**
 * The rows that break one invariant, of one account or of all: how many, and the first. All of them
 * are looked for before one is shown, so that no plan bets on finding one soon.
 */
async function check(
  db: Pick<Db, 'query'>,
  { says, sql, values = [] }: Invariant,
  account: string | null,
): Promise<Broken[]> {
  const rows = await db.query<Omit<Broken, 'says' | 'number'> & { number: bigint }>(
    `with broken as materialized (
       select * from (${sql}) rows where $1::text is null or account = $1)
     select account, live, id, to_jsonb(broken)::text as row,
       (select count(*) from broken) as number
     from broken order by account, live, id limit 1`,
    [account, ...values],
  )
  return rows.map((it) => ({ ...it, says, number: Number(it.number) }))
}

async function checkAll(
  db: Pick<Db, 'query'>,
  of: readonly Invariant[],
  account: string | null,
): Promise<Broken[]> {
  const broken: Broken[] = []
  for (const it of of) broken.push(...(await check(db, it, account)))
  return broken
}

/** What is wrong in this database, a line for each; nothing, or there is a bug. */
export const brokenInvariants = async (
  db: Pick<Db, 'query'>,
  of: readonly Invariant[] = invariants,
): Promise<string[]> => (await checkAll(db, of, null)).map(({ says, row }) => `${says}: ${row}`)

const counted = [
  'transfers',
  'ledger_days',
  'instructions',
  'payments',
  'payment_intents',
  'refunds',
  'disputes',
  'disbursements',
  'settlement_items',
  'payouts',
  'history',
  'events',
  'deliveries',
] as const

/** How many rows the invariants are about, by table. */
async function countChecked(db: Pick<Db, 'query'>, account: string | null) {
  const each = counted.map(
    (it) => `select '${it}' as name, count(*) as number from ${it}
      where $1::text is null or account = $1`,
  )
  const rows = await db.query<{ name: string; number: bigint }>(each.join(' union all '), [account])
  return Object.fromEntries(rows.map(({ name, number }) => [name, Number(number)])) as Record<
    (typeof counted)[number],
    number
  >
}

export interface Verified {
  /** How many were checked. */
  invariants: number
  /** Rows by table. */
  checked: Record<(typeof counted)[number], number>
  broken: Broken[]
  took_ms: number
}

/** Room for the hash tables of one statement, so that few of them go to disk. */
const memory = '64MB'

/**
 * One view of a server's database, however long the work takes. On the embedded engine, where a
 * transaction would keep everybody else waiting, each statement has its own: an invariant is one.
 */
const inSnapshot = <T>(db: Db, work: (db: Pick<Db, 'query'>) => Promise<T>): Promise<T> =>
  db.engine === 'embedded'
    ? work(db)
    : db.transaction(async (tx) => {
        await tx.script(`set transaction isolation level repeatable read, read only;
          set local work_mem = '${memory}'`)
        return work(tx)
      })

/** Checks all invariants, of one account or of all. Writes nothing, and waits for nobody. */
export function verifyLedger(
  db: Db,
  { account = null }: { account?: string | null | undefined } = {},
): Promise<Verified> {
  return inSnapshot(db, async (view) => {
    const began = performance.now()
    const broken = await checkAll(view, invariants, account)
    const checked = await countChecked(view, account)
    const took_ms = Math.round(performance.now() - began)
    return { invariants: invariants.length, checked, broken, took_ms }
  })
}
