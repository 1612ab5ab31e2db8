import type { LedgerAccountOut, operations, TransferOut } from '@obole/contract/v2/ledger.js'
import {
  findInstructions,
  findInstructionsOf,
  type InstructionRow,
} from '../../instructions/store.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { inItsDirection, ledgerKinds } from '../../ledger/accounts.ts'
import { type Balance, trialBalance } from '../../ledger/balances.ts'
import { listTransfers, type TransferRow } from '../../ledger/store.ts'
import type { Reader } from '../../platform/context.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

const accountView = (it: Balance): LedgerAccountOut => ({
  name: it.ledger_account,
  currency: it.currency,
  kind: ledgerKinds[it.ledger_account],
  posted_debits: it.debits,
  posted_credits: it.credits,
  balance: inItsDirection(it.ledger_account, it.posted),
  pending: inItsDirection(it.ledger_account, it.pending),
})

const transferView = (it: TransferRow, about: InstructionRow | undefined): TransferOut => ({
  id: it.id,
  created: unixSeconds(it.created),
  debit: it.debit,
  credit: it.credit,
  amount: it.amount,
  currency: it.currency,
  phase: it.phase,
  reason: it.reason,
  instruction: it.instruction,
  kind: about?.kind ?? '',
  object: about?.object_id ?? '',
})

/** The instructions that a list is narrowed to; undefined when it is not. */
async function instructionsOf(
  ctx: Reader,
  { instruction, object }: { instruction?: string; object?: string },
): Promise<string[] | undefined> {
  if (object === undefined) return instruction === undefined ? undefined : [instruction]
  const ids = await findInstructionsOf(ctx, object)
  return instruction === undefined ? ids : ids.filter((it) => it === instruction)
}

export const ledgerHandlers: Handlers<typeof operations> = {
  'list-ledger-accounts': reading(async ({ ctx, query }) => ({
    accounts: (await trialBalance(ctx, query)).map(accountView),
  })),
  'list-ledger-transfers': reading(async ({ ctx, query }) => {
    const { account, instruction: _, object: __, ...rest } = query
    const instructions = await instructionsOf(ctx, query)
    const page = await listTransfers(ctx, { ...rest, ledger_account: account, instructions })
    const about = await findInstructions(
      ctx,
      page.rows.map((it) => it.instruction),
    )
    return {
      range: rangeOf(page),
      transfers: page.rows.map((it) => transferView(it, about.get(it.instruction))),
    }
  }),
}
