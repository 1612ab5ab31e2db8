import { findInstructions } from '../instructions/store.ts'
import { inItsDirection, type LedgerAccount } from '../ledger/accounts.ts'
import { findPosted, findSums, type LedgerFilters, type TransferRow } from '../ledger/store.ts'
import type { Context } from '../platform/context.ts'

type Whose = Pick<Context, 'db' | 'account' | 'live'>

export interface StatementOf extends LedgerFilters {
  ledger_account: LedgerAccount
  currency: string
}

/** One movement, with what stands on the account after it. */
export interface StatementLine {
  created: Date
  transfer: string
  reason: string
  /** The instruction's kind, and the object that it is about. */
  kind: string
  object: string
  /** The other side of the transfer. */
  counterpart: LedgerAccount
  debit: bigint
  credit: bigint
  balance: bigint
}

/** Lines that are read at once: some hundred kilobytes. */
const piece = 1000

async function balanceBefore(ctx: Whose, it: StatementOf): Promise<bigint> {
  if (it.from === undefined) return 0n
  const before = new Date(Date.parse(it.from) - 24 * 3600 * 1000).toISOString().slice(0, 10)
  const { ledger_account, currency } = it
  const [sum] = await findSums(ctx, { ledger_account, currency, until: before })
  return sum ? inItsDirection(ledger_account, sum.debits - sum.credits) : 0n
}

async function linesOf(ctx: Whose, it: StatementOf, rows: readonly TransferRow[], from: bigint) {
  const about = await findInstructions(ctx, [...new Set(rows.map((row) => row.instruction))])
  let balance = from
  return rows.map((row): StatementLine => {
    const isDebit = row.debit === it.ledger_account
    balance += inItsDirection(it.ledger_account, isDebit ? row.amount : -row.amount)
    const asked = about.get(row.instruction)
    return {
      created: row.created,
      transfer: row.id,
      reason: row.reason,
      kind: asked?.kind ?? '',
      object: asked?.object_id ?? '',
      counterpart: isDebit ? row.credit : row.debit,
      debit: isDebit ? row.amount : 0n,
      credit: isDebit ? 0n : row.amount,
      balance,
    }
  })
}

/** A statement of one ledger account: what stood on it, and its movements in pieces. */
export interface Statement {
  opening: bigint
  pieces: AsyncGenerator<StatementLine[]>
}

/**
 * What was posted on a ledger account over these days, in its own direction: what it owns or owes
 * grows it. Promises are not in it, as they move nothing. Read in pieces, however long it is.
 */
export async function statementOf(ctx: Whose, it: StatementOf): Promise<Statement> {
  const opening = await balanceBefore(ctx, it)
  async function* pieces(): AsyncGenerator<StatementLine[]> {
    let balance = opening
    for (let after: TransferRow | undefined; ; ) {
      const rows = await findPosted(ctx, it, after, piece)
      if (!rows.length) return
      const lines = await linesOf(ctx, it, rows, balance)
      yield lines
      balance = lines.at(-1)?.balance ?? balance
      after = rows.at(-1)
    }
  }
  return { opening, pieces: pieces() }
}
