import { type Invariant, same } from './invariant.ts'

const held = `('authorized', 'to_capture', 'capture_sent')`

/** What a bank was asked about a payment of each status. */
const instructionsOfStatus: Invariant = {
  says: 'a payment has the instructions of its status, and goes on by itself while it is on its way',
  sql: `with counted as (
          select p.account, p.live, p.id, p.status, p.amount, p.authorized, p.due_at,
            count(*) filter (where i.kind = 'authorize') as agreed,
            count(*) filter (where i.kind = 'capture') as captured,
            count(*) filter (where i.kind = 'void') as voided,
            coalesce(sum(i.amount) filter (where i.kind = 'authorize'), 0) as agreed_to,
            sum(i.amount) filter (where i.kind = 'capture') as taken
          from payments p
          left join instructions i on ${same('i', 'p')} and i.object_id = p.id
            and i.status = 'approved'
          group by p.account, p.live, p.id)
        select * from counted where not case
            when status in ('created', 'authenticating', 'refused', 'failed')
              then agreed + captured + voided = 0 and authorized is null
            when status in ${held}
              then agreed = 1 and captured + voided = 0 and authorized = agreed_to
            when status in ('captured', 'disputed')
              then agreed = 1 and captured = 1 and voided = 0 and taken = amount
            when status in ('canceled', 'expired')
              then captured = 0 and voided = (agreed_to > 0)::int
            else false
          end
          or (status in ${held}) <> (due_at is not null)`,
}

export const paymentInvariants: readonly Invariant[] = [
  instructionsOfStatus,
  {
    says: 'no more is captured than the bank agreed to',
    sql: 'select account, live, id, amount, authorized from payments where amount > authorized',
  },
  {
    says: 'a payment has a promise of its own while the bank holds one',
    sql: `select p.account, p.live, p.id, p.status, p.authorized, p.promise from payments p
          left join transfers t on ${same('t', 'p')} and t.id = p.promise
          left join instructions i on ${same('i', 't')} and i.id = t.instruction
          where (p.promise is not null) <> (p.status in ${held} and coalesce(p.authorized, 0) > 0)
            or p.promise is not null and (t.phase is distinct from 'pending'
              or t.amount <> p.authorized or t.currency <> p.currency
              or i.object_id is distinct from p.id)`,
  },
  {
    says: 'a pending transfer is the promise of a payment until it is posted or voided',
    sql: `select t.account, t.live, t.id, t.instruction, e.id as ended_by, p.id as payment
          from transfers t
          left join transfers e on ${same('e', 't')} and e.pending = t.id
          left join payments p on ${same('p', 't')} and p.promise = t.id
          where t.phase = 'pending' and (e.id is null) <> (p.id is not null)`,
  },
  {
    says: 'what is refunded of a payment is the sum of its refunds, and at most what was captured',
    sql: `with made as (
            select account, live, payment, currency, sum(amount) as amount from refunds
            where status not in ('not_honored', 'failed', 'payment_canceled') group by 1, 2, 3, 4)
          select account, live, id, p.status, p.amount, p.refunded, made.amount as refunds
          from (select account, live, id, status, amount, refunded, currency from payments) p
          full join (select account, live, payment as id, amount, currency from made) made
            using (account, live, id)
          where coalesce(p.refunded, 0) <> coalesce(made.amount, 0) or p.currency <> made.currency
            or p.refunded > p.amount
            or p.refunded > 0 and p.status not in ('captured', 'disputed')`,
  },
  {
    says: 'a disputed payment has one dispute that is not won, of no more than its amount',
    sql: `with made as (
            select account, live, payment as id, count(*) as disputes, sum(amount) as contested,
              min(currency) as currency
            from disputes where status <> 'won' group by 1, 2, 3)
          select account, live, id, p.status, p.amount, made.disputes, made.contested
          from (select account, live, id, status, amount, currency from payments) p
          full join made using (account, live, id)
          where coalesce(made.disputes, 0) <> (p.status is not distinct from 'disputed')::int
            or made.contested > p.amount or made.currency <> p.currency`,
  },
  {
    says: 'a payment that waits for the payer has a session that ends',
    sql: `select p.account, p.live, p.id, p.authentication, a.status from payments p
          left join authentications a on ${same('a', 'p')} and a.id = p.authentication
          where p.status = 'authenticating'
            and (a.due_at is null or a.status not in ('available', 'attempted'))`,
  },
]
