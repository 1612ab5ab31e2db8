import type { InstructionKind } from '../../instructions/store.ts'
import { ledgerAccounts } from '../../ledger/accounts.ts'
import { type Invariant, same } from './invariant.ts'

const { receivable, bank, pending, available, reserve, disputed, in_transit, fees, vat } =
  ledgerAccounts

/**
 * A line of an instruction. `amount`: all of it, once. `first`: all of it too, when it happens for
 * the first time. `fee`, `vat`: what the service costs, at most once. `released`: the promise, when
 * nothing is captured.
 */
type Part = 'amount' | 'first' | 'fee' | 'vat' | 'released'
type Line = [part: Part, phase: string, debit: string, credit: string]

const charged: Line[] = [
  ['fee', 'posted', pending, fees],
  ['vat', 'posted', pending, vat],
]
const one = (debit: string, credit: string): Line[] => [['amount', 'posted', debit, credit]]

/** What is asked of a bank, or told by it → what moves by it, and nothing else. */
const books: Record<InstructionKind, Line[]> = {
  authorize: [['amount', 'pending', receivable, pending]],
  void: [['amount', 'voided', receivable, pending]],
  capture: [...one(receivable, pending), ['released', 'voided', receivable, pending], ...charged],
  refund: one(pending, reserve),
  book_refund: one(reserve, bank),
  return_refund: one(reserve, pending),
  dispute: [...one(pending, disputed), ...charged],
  win_dispute: one(disputed, pending),
  lose_dispute: one(disputed, bank),
  settle: one(bank, receivable),
  payout: [['first', 'posted', pending, available], ...one(available, in_transit)],
  book_payout: one(in_transit, bank),
  return_payout: one(in_transit, available),
  disburse: one(pending, reserve),
  book_disbursement: one(reserve, bank),
  return_disbursement: one(reserve, pending),
  pay_elsewhere: one(pending, bank),
  charge_elsewhere: one(bank, pending),
}

const lines = Object.entries(books).flatMap(([kind, of]) =>
  of.map(([part, phase, debit, credit]) => ({ kind, part, phase, debit, credit })),
)

const number = (part: Part) => `count(*) filter (where l.part = '${part}')`

/** An approved instruction of an amount has each of its lines; any other one has none. */
const everyLine: Invariant = {
  says: 'an instruction has the transfers of its kind, and one that was not approved has none',
  sql: `select i.account, i.live, i.id, i.kind, i.status, i.amount, count(t.id) as transfers
        from instructions i
        left join transfers t on ${same('t', 'i')} and t.instruction = i.id
        left join jsonb_to_recordset($2::jsonb)
            as l(kind text, part text, phase text, debit text, credit text)
          on l.kind = i.kind and l.phase = t.phase and l.debit = t.debit and l.credit = t.credit
            and t.currency = i.currency
            and (l.part not in ('amount', 'first') or t.amount = i.amount)
            and (l.part <> 'released' or i.amount = 0)
        group by i.account, i.live, i.id
        having count(t.id) <> count(l.part)
          or count(t.id) > 0 and i.status <> 'approved'
          or ${number('amount')} <> (i.status = 'approved' and i.amount > 0)::int
          or ${number('first')} > 1 or ${number('released')} > 1
          or ${number('fee')} > 1 or ${number('vat')} > ${number('fee')}`,
  values: [JSON.stringify(lines)],
}

/** Whole days of transfers; the sums that the commit keeps of them. */
const daysAreSums: Invariant = {
  says: 'the sums of a day are those of its transfers',
  sql: `with moved as materialized (
          select account, live, debit, credit, currency, (created at time zone 'UTC')::date as day,
            coalesce(sum(amount) filter (where phase = 'posted'), 0) as posted,
            sum(case phase when 'pending' then amount else -coalesce(released, 0) end) as promised,
            count(*) as transfers
          from transfers group by 1, 2, 3, 4, 5, 6),
        lines as (
          select account, live, debit as ledger_account, currency, day,
            posted as debits, 0 as credits, promised as pending, transfers from moved
          union all
          select account, live, credit, currency, day, 0, posted, -promised, transfers from moved
          union all
          select account, live, ledger_account, currency, day,
            -debits, -credits, -pending, -transfers from ledger_days)
        select account, live, concat_ws(' ', ledger_account, currency, day) as id,
          sum(debits) as debits, sum(credits) as credits, sum(pending) as pending,
          sum(transfers) as transfers
        from lines group by account, live, ledger_account, currency, day
        having sum(debits) <> 0 or sum(credits) <> 0 or sum(pending) <> 0 or sum(transfers) <> 0`,
}

export const transferInvariants: readonly Invariant[] = [
  {
    says: 'transfers sum to zero per currency',
    sql: `select account, live, currency as id, sum(debits - credits) as posted,
            sum(pending) as pending
          from ledger_days group by account, live, currency
          having sum(debits - credits) <> 0 or sum(pending) <> 0`,
  },
  daysAreSums,
  {
    says: 'a transfer ends a pending one of the same sides, and no more than it',
    sql: `select t.account, t.live, t.id, t.pending, t.phase, t.amount, t.released
          from transfers t
          left join transfers p on ${same('p', 't')} and p.id = t.pending
          where t.pending is not null and (p.phase is distinct from 'pending'
            or p.debit <> t.debit or p.credit <> t.credit or p.currency <> t.currency
            or p.amount <> t.released or t.amount > p.amount
            or t.phase = 'voided' and t.amount <> p.amount)`,
  },
  {
    says: 'a transfer has an approved instruction',
    sql: `select t.account, t.live, t.id, t.instruction, t.reason from transfers t
          where not exists (select from instructions i
            where ${same('i', 't')} and i.id = t.instruction and i.status = 'approved')`,
  },
  everyLine,
]
