import type { DisbursementStatus } from '../../disbursements/disbursement.ts'
import type { DisputeStatus } from '../../disputes/dispute.ts'
import type { InstructionKind } from '../../instructions/store.ts'
import type { RefundStatus } from '../../refunds/refund.ts'
import type { SettlementKind } from '../../settlements/store.ts'
import { type Invariant, same } from './invariant.ts'

/** Status → what a bank has agreed to, or told us, by then: once each, in alphabetical order. */
type Asked<Status extends string> = Record<Status, readonly InstructionKind[]>

const refunds: Asked<RefundStatus> = {
  awaiting_approval: [],
  to_refund: ['refund'],
  refund_sent: ['refund'],
  refunded: ['book_refund', 'refund'],
  not_honored: ['refund', 'return_refund'],
  payment_canceled: [],
  failed: [],
}
const disbursements: Asked<DisbursementStatus> = {
  awaiting_approval: [],
  to_disburse: ['disburse'],
  disburse_sent: ['disburse'],
  disbursed: ['book_disbursement', 'disburse'],
  not_honored: ['disburse', 'return_disbursement'],
  refused: [],
  failed: [],
}
const lost: readonly InstructionKind[] = ['dispute', 'lose_dispute']
const disputes: Asked<DisputeStatus> = {
  open: ['dispute'],
  evidence_pending: ['dispute'],
  evidence_sent: ['dispute'],
  evidence_verification: ['dispute'],
  won: ['dispute', 'win_dispute'],
  lost,
  accepted: lost,
  out_of_time: lost,
  not_contestable: lost,
}

const askedOf = (table: string, asked: Asked<string>): Invariant => ({
  says: `each of the ${table} has the instructions of its status, of its amount`,
  sql: `select r.account, r.live, r.id, r.status, r.amount, array_agg(i.kind) as instructions
        from ${table} r
        left join instructions i on ${same('i', 'r')} and i.object_id = r.id
          and i.status = 'approved' and i.kind not in ('pay_elsewhere', 'charge_elsewhere')
        group by r.account, r.live, r.id
        having coalesce(jsonb_agg(i.kind order by i.kind) filter (where i.id is not null), '[]')
            is distinct from $2::jsonb -> r.status
          or bool_or(i.amount <> r.amount or i.currency <> r.currency)`,
  values: [JSON.stringify(asked)],
})

/** Of an object that is settled: the line that each instruction about it leaves. */
const items: { kind: InstructionKind; item: SettlementKind; sign: 1 | -1 }[] = [
  { kind: 'capture', item: 'payment', sign: 1 },
  { kind: 'refund', item: 'refund', sign: -1 },
  { kind: 'return_refund', item: 'refund', sign: 1 },
  { kind: 'dispute', item: 'dispute', sign: -1 },
  { kind: 'win_dispute', item: 'dispute', sign: 1 },
  { kind: 'disburse', item: 'disbursement', sign: -1 },
  { kind: 'return_disbursement', item: 'disbursement', sign: 1 },
]

/**
 * What happened to an object, its fee and the tax, less its lines: nothing is left. Of what was
 * imported some lines were settled elsewhere, as one sum.
 */
const itemsAreObjects: Invariant = {
  says: 'what is settled of an object is what happened to it, its fee and the tax',
  sql: `with kinds as (
          select * from jsonb_to_recordset($2::jsonb) as k(kind text, item text, sign int)),
        sums as (
          select i.account, i.live, i.object_id, i.currency, k.item,
            1 as lines, k.sign * i.amount as amount, 0 as fee, 0 as vat, 0 as elsewhere
          from instructions i join kinds k on k.kind = i.kind
          where i.status = 'approved' and i.amount > 0
          union all
          select i.account, i.live, i.object_id, t.currency, k.item, 0, 0,
            case t.credit when 'platform:fees' then t.amount else 0 end,
            case t.credit when 'platform:vat' then t.amount else 0 end, 0
          from transfers t
          join instructions i on ${same('i', 't')} and i.id = t.instruction
          join kinds k on k.kind = i.kind
          where t.credit in ('platform:fees', 'platform:vat')
          union all
          select account, live, object_id, currency, kind, -1, -amount, -fee, -vat, 0
          from settlement_items
          union all
          select account, live, object_id, currency, null, 0, 0, 0, 0,
            case kind when 'pay_elsewhere' then amount else -amount end
          from instructions where kind in ('pay_elsewhere', 'charge_elsewhere'))
        select account, live, object_id as id, sum(lines) as lines, sum(amount) as amount,
          sum(fee) as fee, sum(vat) as vat, sum(elsewhere) as elsewhere
        from sums group by account, live, object_id, currency
        having sum(amount - fee - vat - elsewhere) <> 0
          or count(*) filter (where item is null) = 0
            and (sum(lines) <> 0 or sum(amount) <> 0 or sum(fee) <> 0 or sum(vat) <> 0)
          or min(item) <> max(item)`,
  values: [JSON.stringify(items)],
}

const feeOf = (table: string, kind: SettlementKind): string =>
  `select r.account, r.live, r.id, r.fee, s.fee as settled from ${table} r
   join settlement_items s on ${same('s', 'r')} and s.object_id = r.id and s.kind = '${kind}'
   where s.fee > 0 and s.fee is distinct from r.fee`

/** Statuses in which something happens by itself. */
const onTheWay: Record<string, readonly string[]> = {
  refunds: ['to_refund', 'refund_sent'] satisfies RefundStatus[],
  disbursements: ['to_disburse', 'disburse_sent'] satisfies DisbursementStatus[],
}

export const settledInvariants: readonly Invariant[] = [
  askedOf('refunds', refunds),
  askedOf('disputes', disputes),
  askedOf('disbursements', disbursements),
  itemsAreObjects,
  {
    says: 'an object shows the fee that was settled',
    sql: `${feeOf('payments', 'payment')} union all ${feeOf('disputes', 'dispute')}`,
  },
  ...Object.entries(onTheWay).map(([table, statuses]) => ({
    says: `each of the ${table} goes on by itself while it is on its way, and then no more`,
    sql: `select account, live, id, status, due_at from ${table}
          where (status = any($2)) <> (due_at is not null)`,
    values: [statuses],
  })),
  {
    says: 'a dispute goes on by itself until it ends, unless nobody knows its deadline',
    sql: `select account, live, id, status, due_at from disputes
          where (status in ('open', 'evidence_pending', 'evidence_sent', 'evidence_verification'))
              <> (due_at is not null)
            and (due_at is not null or evidence_due_at is not null)`,
  },
]
