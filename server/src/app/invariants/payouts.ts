import { type Invariant, same } from './invariant.ts'

/** Counted up with each batch of lines; here from the lines themselves. */
const payoutsAreSums: Invariant = {
  says: 'a payout is the sum of its lines, and so are its totals',
  sql: `with sums as (
          select account, live, payout as id, currency, kind, method, count(*) as count,
            sum(amount) as amount, sum(fee) as fees, sum(vat) as vat
          from settlement_items where payout is not null group by 1, 2, 3, 4, 5, 6),
        kinds as (
          select account, live, id, currency, kind, sum(amount) as amount, sum(fees) as fees,
            sum(vat) as vat, jsonb_object_agg(method, jsonb_build_object('amount', amount::text,
              'count', count, 'fees', fees::text, 'vat', vat::text)) as totals
          from sums group by 1, 2, 3, 4, 5),
        lines as (
          select account, live, id, min(currency) as currency, max(currency) as other,
            sum(amount - fees - vat) as amount, sum(fees) as fees, sum(vat) as vat,
            jsonb_object_agg(kind, totals) as totals
          from kinds group by 1, 2, 3)
        select account, live, id, p.status, p.amount, lines.amount as lines, p.fees,
          lines.fees as lines_fees, p.fees_vat, lines.vat as lines_vat
        from (select account, live, id, status, currency, amount, fees, fees_vat, totals
          from payouts) p
        full join lines using (account, live, id)
        where p.currency is distinct from lines.currency or lines.currency <> lines.other
          or p.amount <> lines.amount or p.fees <> lines.fees or p.fees_vat <> lines.vat
          or p.totals <> lines.totals`,
}

/** A payout is ordered once more each time that it came back. */
const instructionsOfStatus: Invariant = {
  says: 'a payout has the instructions of its status, of its amount',
  sql: `with counted as (
          select p.account, p.live, p.id, p.status, p.amount,
            count(*) filter (where i.kind = 'payout') as ordered,
            count(*) filter (where i.kind = 'return_payout') as returned,
            count(*) filter (where i.kind = 'book_payout') as booked,
            count(*) filter (where i.kind <> 'settle'
              and (i.amount <> p.amount or i.currency <> p.currency)) as other,
            coalesce(sum(i.amount) filter (where i.kind = 'settle'), 0) as settled
          from payouts p
          left join instructions i on ${same('i', 'p')} and i.object_id = p.id
            and i.status = 'approved'
          group by p.account, p.live, p.id)
        select * from counted c where other > 0
          or booked <> (status = 'paid')::int
          or ordered - returned <> (status in ('to_pay', 'sent', 'paid'))::int
          or status = 'failed' and returned = 0
          or settled <> (select coalesce(sum(s.amount), 0) from settlement_items s
            where ${same('s', 'c')} and s.payout = c.id and s.kind = 'payment')`,
}

/** The merchant's share becomes available once, however often it is ordered. */
const availableOnce: Invariant = {
  says: 'a payout leaves the pending balance of the merchant once',
  sql: `select i.account, i.live, i.object_id as id, count(*) as times from instructions i
        join transfers t on ${same('t', 'i')} and t.instruction = i.id
        where i.kind = 'payout' and t.credit = 'merchant:available'
        group by 1, 2, 3 having count(*) <> 1
        union all
        select p.account, p.live, p.id, 0 from payouts p where p.status <> 'pending'
          and not exists (select from instructions i
            join transfers t on ${same('t', 'i')} and t.instruction = i.id
            where ${same('i', 'p')} and i.object_id = p.id and t.credit = 'merchant:available')`,
}

export const payoutInvariants: readonly Invariant[] = [
  payoutsAreSums,
  instructionsOfStatus,
  availableOnce,
  {
    says: 'a payout goes on by itself from its closing to its end',
    sql: `select account, live, id, status, due_at from payouts
          where status in ('to_pay', 'sent', 'failed') and due_at is null
            or status = 'paid' and due_at is not null
            or status <> 'pending' and amount <= 0`,
  },
  {
    says: 'an open payout is claimed as the only one of its currency',
    sql: `select account, live, id, p.currency, c.value as claimed
          from (select account, live, id, currency from payouts where status = 'pending') p
          full join (select account, live, owner as id, value from claims
            where scope = 'payout.open') c using (account, live, id)
          where p.currency is distinct from c.value`,
  },
]
