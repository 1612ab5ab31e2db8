import { type Invariant, same } from './invariant.ts'

/** Each event that an endpoint shall hear of is delivered or parked. */
export const deliveryInvariants: readonly Invariant[] = [
  {
    says: 'a delivery is due until its end, and attempted at most 15 times',
    sql: `select account, live, id, status, attempts, due_at from deliveries
          where (status = 'pending') <> (due_at is not null) or attempts not between 0 and 15
            or status = 'failed' and attempts < 15 or status = 'delivered' and attempts = 0`,
  },
  {
    says: 'each attempt at a delivery was written, one by one',
    sql: `select d.account, d.live, d.id, d.attempts, a.number, a.last from deliveries d
          left join (select account, live, delivery, count(*) as number, max(attempt) as last
            from delivery_attempts group by 1, 2, 3) a
            on ${same('a', 'd')} and a.delivery = d.id
          where d.attempts <> coalesce(a.number, 0) or d.attempts <> coalesce(a.last, 0)`,
  },
  {
    says: 'a delivery is of an event and to an endpoint of the same account and mode',
    sql: `select d.account, d.live, d.id, d.event, d.endpoint from deliveries d
          where not exists (select from events e
              where ${same('e', 'd')} and e.seq = d.seq and e.id = d.event)
            or not exists (select from webhook_endpoints w
              where ${same('w', 'd')} and w.id = d.endpoint)`,
  },
  {
    says: 'what signs for an endpoint is in the vault, of the same account and mode',
    sql: `select w.account, w.live, w.id, k.id as key from webhook_endpoints w
          cross join lateral unnest(array[w.secret, w.old_secret, w.seed]) as k (id)
          where k.id is not null
            and not exists (select from vault_records v where ${same('v', 'w')} and v.id = k.id)`,
  },
]
