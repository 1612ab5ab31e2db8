import { type Invariant, same } from './invariant.ts'

const series: readonly Invariant[] = [
  {
    says: 'events are numbered without gaps, from the deleted ones to the end of their series',
    sql: `select account, live, 'events' as id, e.first, e.last, e.number, s.last as series,
            d.last as deleted
          from (select account, live, min(seq) as first, max(seq) as last, count(*) as number
            from events group by 1, 2) e
          full join (select account, live, last from series where name = 'events') s
            using (account, live)
          full join deleted_events d using (account, live)
          where coalesce(e.first, d.last + 1) is distinct from coalesce(d.last, 0) + 1
            or coalesce(e.last, d.last) <> coalesce(e.number, 0) + coalesce(d.last, 0)
            or s.last is distinct from coalesce(e.last, d.last)`,
  },
  {
    says: 'an event is told once',
    sql: `select min(account) as account, bool_or(live) as live, id, count(*) as times
          from events group by id having count(*) > 1`,
  },
]

/** What a list holds, by table: its column of days, and which rows are in it. */
const listed: readonly [table: string, created: string, where: string][] = [
  ['payments', 'created', 'true'],
  ['payment_intents', 'created_at', 'true'],
  ['refunds', 'created', 'true'],
  ['disputes', 'created', 'true'],
  ['disbursements', 'created', 'true'],
  ['payouts', 'created', 'true'],
  ['cards', 'created', 'not deleted'],
  ['bank_accounts', 'created', 'not deleted'],
  ['customers', 'created', 'not deleted'],
  ['addresses', 'created', 'not deleted'],
]

const tallies: readonly Invariant[] = listed.map(([table, created, where]) => ({
  says: `the tallies of ${table} are their counts`,
  sql: `select account, live, day::text as id, t.number as tally, c.number
        from (select account, live, day, number from tallies where object = '${table}') t
        full join (select account, live, (${created} at time zone 'UTC')::date as day,
            count(*) as number from ${table} where ${where} group by 1, 2, 3) c
          using (account, live, day)
        where coalesce(t.number, 0) <> coalesce(c.number, 0)`,
}))

/** What a row names is of the same account and mode. */
const references: readonly [table: string, column: string, other: string][] = [
  ['payments', 'card', 'cards'],
  ['payments', 'sepa', 'bank_accounts'],
  ['payments', 'customer', 'customers'],
  ['payments', 'authentication', 'authentications'],
  ['payments', 'payment_intent', 'payment_intents'],
  ['payment_intents', 'payment', 'payments'],
  ['payment_intents', 'card', 'cards'],
  ['payment_intents', 'customer', 'customers'],
  ['authentications', 'payment', 'payments'],
  ['refunds', 'payment', 'payments'],
  ['refunds', 'payment_intent', 'payment_intents'],
  ['disputes', 'payment', 'payments'],
  ['disputes', 'payment_intent', 'payment_intents'],
  ['evidence', 'dispute', 'disputes'],
  ['disbursements', 'card', 'cards'],
  ['settlement_items', 'payout', 'payouts'],
  ['cards', 'customer', 'customers'],
]

const walls: readonly Invariant[] = references.map(([table, column, other]) => ({
  says: `${column} of ${table} is a row of ${other} of the same account and mode`,
  sql: `select r.account, r.live, r.id, r.${column} as names from ${table} r
        where r.${column} is not null
          and not exists (select from ${other} o where ${same('o', 'r')} and o.id = r.${column})`,
}))

/** What is known by its number has it in the vault. An import may not know it. */
const numbers: readonly Invariant[] = ['cards', 'bank_accounts'].map((table) => ({
  says: `the numbers of ${table} are in the vault, of the same account and mode`,
  sql: `select r.account, r.live, r.id from ${table} r
        where r.fingerprint is not null
          and not exists (select from vault_records v where ${same('v', 'r')} and v.id = r.id)`,
}))

/** Each object that a bank was asked about. */
const union = ['payments', 'refunds', 'disputes', 'disbursements', 'payouts']
  .map((it) => `select account, live, id from ${it}`)
  .join(' union all ')

export const wallInvariants: readonly Invariant[] = [
  {
    says: 'what was answered under an idempotency key is claimed, and no other key is',
    sql: `select account, live, id, k.id is null as unanswered
          from (select account, live, id from idempotency_keys) k
          full join (select account, live, value as id, owner from claims
            where scope = 'idempotency') c using (account, live, id)
          where k.id is null or c.owner is distinct from id`,
  },
  ...series,
  ...tallies,
  ...walls,
  ...numbers,
  {
    says: 'an instruction is about an object of the same account and mode',
    sql: `select i.account, i.live, i.id, i.kind, i.object_id from instructions i
          left join (${union}) o
            on ${same('o', 'i')} and o.id = i.object_id
          where o.id is null`,
  },
  ...(
    [
      ['payments', 'payment'],
      ['payment_intents', 'payment_intent'],
    ] as const
  ).map(([table, name]) => ({
    says: `a unique id of ${table} is claimed by one of them`,
    sql: `select p.account, p.live, p.id, p.unique_id, c.owner from ${table} p
          left join claims c on ${same('c', 'p')} and c.scope = '${name}.unique_id'
            and c.value = p.unique_id
          where p.unique_id is not null and c.owner is distinct from p.id`,
  })),
]
