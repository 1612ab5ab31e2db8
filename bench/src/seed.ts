import type { Db } from '@obole/server/src/platform/db.js'
import { bankYear, payoutsOf } from './bank-year.ts'
import { id } from './seeded-id.ts'

/** Days over which the payments are spread. */
export const days = 365
const batch = 50_000

/** Each tenth payment is made with a new card; each second has the order id of the one before. */
const card = '(n - n % 10)'
const at = `to_timestamp(($4::bigint + (n * $5::float8))::bigint)`
/** The day of the bank on which it is sent, counted from one: what is equal waits for the next. */
const day = `width_bucket(${at}, $6::timestamptz[]) + 1`
/** Numbers of the events of cards, apart from those of payments. */
const of_card = '(2147483648 + n)'

/**
 * The payments of one batch, with the outcome that each has: most are paid, some refused, some
 * never tried. Those of which the time has come are sent, booked and in a payout.
 */
const payments = `payment as materialized (
  select *,
    case when n % 20 = 0 then 'created' when n % 20 = 1 then 'refused'
         when booked <= $10 then 'captured' when sent <= $10 then 'capture_sent'
         else 'to_capture' end as status,
    case when n % 20 < 2 then 1 when booked <= $10 then 3 when sent <= $10 then 2
         else 1 end as version,
    amount * 70 / 10000 + 12 as fee,
    ((amount * 70 / 10000 + 12) * 2000 + 5000) / 10000 as vat
  from (
    select n, ${id('paym')} as id, ${at} as at, 100 + (n * 7919) % 50000 as amount,
      ($6::timestamptz[])[${day}] as sent, ($7::timestamptz[])[${day}] as booked,
      ($8::timestamptz[])[${day}] as paid, ($9::bigint[])[${day}] as payout
    from generate_series($2::bigint, $3::bigint) as n) accepted)`

const day_of = (instant: string) => `(${instant} at time zone 'Europe/Paris')::date`
const isTried = "status <> 'created'"
const isAccepted = "status not in ('created', 'refused')"
const promise = id('trsf', '(4 * n)')
const [authorize, capture] = [id('inst', '(2 * n)'), id('inst', '(2 * n + 1)')]

const statements = [
  `with ${payments}
    insert into cards (account, live, id, version, created, deleted, last4, brand, country, funding,
      nature, network, preferred_network, exp_month, exp_year, tokenize)
    select $1, false, ${id('card')}, 1, at, false, '4242', 'visa', 'US', 'credit',
      'personal', 'visa', 'national', 1 + n % 12, 2030, true
    from payment where n % 10 = 0`,
  `with ${payments}
    insert into payments (account, live, id, version, created, status, amount, authorized, promise,
      currency, method, card, order_id, description, capture, response, fee, date_paym, date_bank,
      date_settlement, origin, tries, due_at)
    select $1, false, id, version, at, status, amount,
      case when ${isAccepted} then amount end,
      case when status in ('to_capture', 'capture_sent') then ${promise} end, 'eur',
      case when ${isTried} then 'card' end, case when ${isTried} then ${id('card', card)} end,
      'order-' || n / 2, 'Order number ' || n / 2, true,
      case when status = 'refused' then '51' when ${isTried} then '00' end,
      case when ${isAccepted} then fee end, case when ${isAccepted} then at end,
      case when status = 'captured' then ${day_of('booked')} end,
      case when status = 'captured' then ${day_of('paid')} end, 1, (${isTried})::int,
      case status when 'to_capture' then sent when 'capture_sent' then booked end
    from payment`,
  `with ${payments}
    insert into history (account, live, object_id, version, step, action, status, at)
    select $1, false, id, v, 0,
      case when status = 'refused' then 'refuse' when v = 1 then 'accept' when v = 2 then 'send'
           else 'clear' end,
      case when status = 'refused' then status when v = 1 then 'to_capture'
           when v = 2 then 'capture_sent' else 'captured' end,
      case v when 1 then at when 2 then sent else booked end
    from payment, generate_series(1, version) as v where ${isTried}`,
  `with ${payments}
    insert into instructions (account, live, id, object_id, kind, processor, status, amount,
      currency, response, created, settled_at)
    select $1, false, ${authorize}, id, 'authorize', 'sandbox',
      case when status = 'refused' then 'declined' else 'approved' end, amount, 'eur',
      case when status = 'refused' then '51' else '00' end, at, at
    from payment where ${isTried}
    union all
    select $1, false, ${capture}, id, 'capture', 'sandbox', 'approved', amount, 'eur', '00',
      booked, booked
    from payment where status = 'captured'`,
  `with ${payments}
    insert into transfers (account, live, id, instruction, phase, pending, released, debit, credit,
      amount, currency, reason, created)
    select $1, false, ${promise}, ${authorize}, 'pending', null, null, 'processor:receivable',
      'merchant:pending', amount, 'eur', 'authorization', at
    from payment where ${isAccepted}
    union all
    select $1, false, ${id('trsf', '(4 * n + 1)')}, ${capture}, 'posted', ${promise}, amount,
      'processor:receivable', 'merchant:pending', amount, 'eur', 'capture', booked
    from payment where status = 'captured'
    union all
    select $1, false, ${id('trsf', '(4 * n + 2)')}, ${capture}, 'posted', null, null,
      'merchant:pending', 'platform:fees', fee, 'eur', 'fee', booked
    from payment where status = 'captured'
    union all
    select $1, false, ${id('trsf', '(4 * n + 3)')}, ${capture}, 'posted', null, null,
      'merchant:pending', 'platform:vat', vat, 'eur', 'vat', booked
    from payment where status = 'captured'`,
  `with ${payments}
    insert into settlement_items (account, live, id, version, created, kind, object_id, method,
      currency, amount, fee, vat, payout, due_at)
    select $1, false, ${id('item')}, case when paid <= $10 then 2 else 1 end, booked, 'payment', id,
      'card', 'eur', amount, fee, vat,
      case when paid <= $10 then ${id('pout', 'payout')} end, case when paid > $10 then paid end
    from payment where status = 'captured'`,
  `with ${payments},
    told as (
      select n, step, id, 'payment' as object,
        case when step = 0 then 'created' when status = 'refused' then 'refused'
             when step = 1 then 'accepted' when step = 2 then 'sent' else 'captured' end as what,
        greatest(step, 1) as version, case when step < 2 then at when step = 2 then sent
          else booked end as at, ${id('evt', '(4 * n + step)')} as event
      from payment, generate_series(0, case when ${isTried} then version else 0 end) as step
      union all
      select n, -1, ${id('card')}, 'card', 'created', 1, at, ${id('evt', of_card)}
      from payment where n % 10 = 0)
    insert into events (account, live, seq, id, type, object, object_id, version, cause, created)
    select $1, false, row_number() over (order by n, step) + coalesce((select max(seq) from events
        where account = $1 and not live), 0),
      event, object || '.' || what, object, id, version, 'seed', at
    from told`,
]

/** The payouts (`$2`) of an account (`$1`), with the sums of the lines that are in them. */
const payouts = `payout as materialized (
  select p.*, case status when 'paid' then 3 when 'sent' then 2 else 1 end as version,
    sums.gross, sums.fees, sums.vat, sums.count, sums.gross - sums.fees - sums.vat as amount
  from jsonb_to_recordset($2::jsonb) as p(n bigint, id text, reference text, made timestamptz,
    sent timestamptz, booked timestamptz, booked_on date, status text)
  join (select payout as id, sum(amount) as gross, sum(fee) as fees, sum(vat) as vat,
      count(*) as count
    from settlement_items where account = $1 and not live and payout is not null
    group by 1) sums using (id))`

/** Four numbers of each kind of id for a payout, far from those of payments and cards. */
const nth = (prefix: string, place: number | 'step') =>
  id(prefix, `(3221225472 + 4 * n + ${place})`)

/** Place of the transfer and of its instruction, and what moves. */
const moves = [
  [0, 0, 'bank:cash', 'processor:receivable', 'gross', 'settlement', 'made'],
  [1, 1, 'merchant:pending', 'merchant:available', 'amount', 'payout', 'made'],
  [2, 1, 'merchant:available', 'payouts:in_transit', 'amount', 'payout_ordered', 'made'],
  [3, 2, 'payouts:in_transit', 'bank:cash', 'amount', 'payout_booked', 'booked'],
] as const

const transfers = moves.map(
  ([place, instruction, debit, credit, amount, reason, at]) =>
    `select $1, false, ${nth('trsf', place)}, ${nth('inst', instruction)}, 'posted', '${debit}',
      '${credit}', ${amount}, 'eur', '${reason}', ${at}
    from payout ${at === 'booked' ? "where status = 'paid'" : ''}`,
)

const payoutStatements = [
  `with ${payouts}
    insert into payouts (account, live, id, version, created, status, reference, currency, totals,
      amount, fees, fees_vat, date, date_bank, due_at)
    select $1, false, id, version, made, status, reference, 'eur', jsonb_build_object('payment',
        jsonb_build_object('card', jsonb_build_object('amount', gross::text, 'count', count,
          'fees', fees::text, 'vat', vat::text))), amount, fees, vat, sent,
      case when status = 'paid' then booked_on end,
      case status when 'to_pay' then sent when 'sent' then booked end
    from payout`,
  `with ${payouts}
    insert into history (account, live, object_id, version, step, action, status, at)
    select $1, false, id, v, 0, ('{close,send,book}'::text[])[v],
      ('{to_pay,sent,paid}'::text[])[v], case v when 1 then made when 2 then sent else booked end
    from payout, generate_series(1, version) as v`,
  `with ${payouts}
    insert into instructions (account, live, id, object_id, kind, processor, status, amount,
      currency, created, settled_at)
    select $1, false, ${nth('inst', 0)}, id, 'settle', 'sandbox', 'approved', gross, 'eur', made,
      made from payout
    union all
    select $1, false, ${nth('inst', 1)}, id, 'payout', 'sandbox', 'approved', amount, 'eur', made,
      made from payout
    union all
    select $1, false, ${nth('inst', 2)}, id, 'book_payout', 'sandbox', 'approved', amount, 'eur',
      booked, booked from payout where status = 'paid'`,
  `with ${payouts}
    insert into transfers (account, live, id, instruction, phase, debit, credit, amount, currency,
      reason, created)
    ${transfers.join('\n    union all\n    ')}`,
  `with ${payouts}
    insert into events (account, live, seq, id, type, object, object_id, version, cause, created)
    select $1, false, row_number() over (order by n, step) + coalesce((select max(seq) from events
        where account = $1 and not live), 0),
      ${nth('evt', 'step')},
      'payout.' || ('{created,closed,sent,paid}'::text[])[step + 1], 'payout', id,
      greatest(step, 1), 'seed',
      case when step < 2 then made when step = 2 then sent else booked end
    from payout, generate_series(0, version) as step`,
]

/** What counts and sums up the rows, and the end of the series of events. */
const ends = [
  ...['payments', 'cards', 'payouts'].map(
    (it) => `insert into tallies (account, live, object, day, number)
      select account, live, '${it}', (created at time zone 'UTC')::date, count(*) from ${it}
      where account = $1 group by 1, 2, 3, 4
      on conflict (account, live, object, day) do update set number = excluded.number`,
  ),
  `insert into ledger_days
    select account, live, ledger_account, currency, (created at time zone 'UTC')::date,
      sum(debit), sum(credit), sum(pending), count(*)
    from (
      select account, live, currency, created, debit as ledger_account,
        case phase when 'posted' then amount else 0 end as debit, 0 as credit,
        case phase when 'pending' then amount else -coalesce(released, 0) end as pending
      from transfers where account = $1
      union all
      select account, live, currency, created, credit,
        0, case phase when 'posted' then amount else 0 end,
        case phase when 'pending' then -amount else coalesce(released, 0) end
      from transfers where account = $1) lines
    group by 1, 2, 3, 4, 5
    on conflict (account, live, ledger_account, currency, day) do update set
      debits = excluded.debits, credits = excluded.credits, pending = excluded.pending,
      transfers = excluded.transfers`,
  `insert into series (account, live, name, last)
     select account, live, 'events',
     max(seq) from events where account = $1 and not live group by 1, 2
     on conflict (account, live, name) do update set last = excluded.last`,
]

const wait = `update payments set due_at = due_at + $2 * interval '1 day'
  where account = $1 and due_at is not null`

export interface Seeded {
  payments: number
  /** Unix seconds of the oldest payment. */
  from: number
  took_s: number
}

/**
 * Gives an account this many payments, with all the rows that the server would have written, at
 * even distances over a year up to a moment ago. With `wait_days` none was sent to the bank: each
 * waits for the hour of its cut-off, so many days later.
 */
export async function seed(
  db: Db,
  account: string,
  number: number,
  wait_days?: number,
): Promise<Seeded> {
  const began = performance.now()
  const until = new Date()
  const banked = wait_days === undefined ? until : new Date(0)
  const from = Math.floor(until.getTime() / 1000) - days * 24 * 3600 - 60
  const step = (days * 24 * 3600) / number
  const year = bankYear(new Date(from * 1000), until)
  const instants = (of: 'sent' | 'booked' | 'paid') => year.map((it) => it[of].toISOString())
  const bank = [
    ...[instants('sent'), instants('booked'), instants('paid')],
    ...[year.map((it) => it.payout), banked],
  ]
  for (let first = 0; first < number; first += batch) {
    const last = Math.min(first + batch, number) - 1
    await db.transaction(async (tx) => {
      for (const text of statements)
        await tx.query(text, [account, first, last, from, step, ...bank])
    })
  }
  const paid = JSON.stringify(payoutsOf(year, banked))
  await db.transaction(async (tx) => {
    for (const text of payoutStatements) await tx.query(text, [account, paid])
  })
  for (const text of ends) await db.query(text, [account])
  if (wait_days !== undefined) await db.query(wait, [account, wait_days])
  await db.query('vacuum analyze')
  // Not everybody may; without it the first measurements pay for it.
  await db.query('checkpoint').catch(() => {})
  return { payments: number, from, took_s: (performance.now() - began) / 1000 }
}

/**
 * Of the payments that wait for the bank in this status so many wait for this moment, in a store as
 * it is after hours of quiet.
 */
export async function letFallDue(
  db: Db,
  at: Date,
  { status, number }: { status: 'to_capture' | 'capture_sent'; number: number },
): Promise<void> {
  await db.query(
    `update payments set due_at = $1 where (account, live, id) in (select account, live, id
       from payments where due_at is not null and status = $2 order by account, live, id limit $3)`,
    [at, status, number],
  )
  await db.query('vacuum analyze payments')
  await db.query('checkpoint').catch(() => {})
}

/** Payments of which the time has come, and nobody has done it. */
export async function hasDue(db: Db): Promise<boolean> {
  const [row] = await db.query<{ due: boolean }>(
    'select exists (select from payments where due_at <= now()) as due',
  )
  return row?.due ?? false
}

export interface SomePayment {
  id: string
  card: string
  order_id: string
}

/** Payments that `seed` made, taken by chance. */
export function somePayments(db: Db, of: number, many: number): Promise<SomePayment[]> {
  const places = Array.from({ length: many }, () => Math.floor(Math.random() * of))
  return db.query<SomePayment>(
    `select ${id('paym')} as id, ${id('card', card)} as card, 'order-' || n / 2 as order_id
     from unnest($1::bigint[]) as n`,
    [places],
  )
}
