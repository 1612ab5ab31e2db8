-- What becomes of a payment after the payer clicked: clocks, refunds, disputes, payouts,
-- disbursements, and books that are summed up by day.

-- What an account pays for our service; null: the standard terms.
alter table accounts add column pricing jsonb;

-- The clock of an account's test mode, once it was moved or stopped. `at` was reached when the
-- clock on the wall said `real_at`; `target`: it is on its way there, and everything due before
-- is done first.
create table clocks (
  account text        not null,
  live    boolean     not null check (not live),
  id      text        not null,
  version integer     not null,
  at      timestamptz not null,
  real_at timestamptz not null,
  frozen  boolean     not null,
  target  timestamptz,
  primary key (account, live, id),
  check (target >= at)
);

-- The open transfer that an authorization promised; what is refunded or on its way to it.
alter table payments add column promise text;
alter table payments add column refunded bigint not null default 0
  check (refunded between 0 and amount);
update payments p set promise = t.id
  from instructions i
  join transfers t on t.account = i.account and t.live = i.live and t.instruction = i.id
    and t.phase = 'pending'
  where p.status in ('authorized', 'to_capture', 'capture_sent')
    and i.account = p.account and i.live = p.live and i.object_id = p.id
    and not exists (select from transfers e
      where e.account = t.account and e.live = t.live and e.pending = t.id);
-- They wait for the next cut-off, which is due.
update payments set due_at = date_trunc('second', now())
  where status in ('to_capture', 'capture_sent');
-- Due rows in their order: of all accounts, and of one, whose clock is its own.
drop index payments_due, authentications_due;
create index payments_due     on payments (due_at, id) where due_at is not null;
create index payments_due_own on payments (account, live, due_at, id) where due_at is not null;
create index authentications_due     on authentications (due_at, id) where due_at is not null;
create index authentications_due_own on authentications (account, live, due_at, id)
  where due_at is not null;

-- A payment is in a payout by its settlement item.
alter table payments drop column payout;
alter table disputes drop column payout;

create table refunds (
  account        text        not null,
  live           boolean     not null,
  id             text        not null,
  version        integer     not null,
  created        timestamptz not null,
  status         text        not null,
  amount         bigint      not null check (amount >= 0),
  currency       text        not null,
  payment        text        not null,
  payment_intent text,
  method         text,
  date_refund    date,
  date_bank      date,
  due_at         timestamptz,
  primary key (account, live, id)
);
create index refunds_created on refunds (account, live, created, id);
create index refunds_payment on refunds (account, live, payment, created, id);
create index refunds_intent  on refunds (account, live, payment_intent, created, id)
  where payment_intent is not null;
create index refunds_due     on refunds (due_at, id) where due_at is not null;
create index refunds_due_own on refunds (account, live, due_at, id) where due_at is not null;

alter table disputes add column method text;
-- Until when it may be contested; then when something else happens to it by itself.
alter table disputes add column due_at timestamptz;
alter table disputes add column evidence_due_at timestamptz;
alter table disputes add column submitted_at timestamptz;
create index disputes_intent  on disputes (account, live, payment_intent, created, id)
  where payment_intent is not null;
create index disputes_due     on disputes (due_at, id) where due_at is not null;
create index disputes_due_own on disputes (account, live, due_at, id) where due_at is not null;

-- What a merchant says against a dispute: a text or a file. Never changed: files add up, and of
-- texts the latest counts.
create table evidence (
  account text        not null,
  live    boolean     not null,
  id      text        not null,
  created timestamptz not null,
  dispute text        not null,
  -- Which version of the dispute it came with: instants of a clock that stands do not order.
  dispute_version integer not null,
  text    text,
  -- Of a file: its name, kind and content.
  name    text,
  type    text,
  content bytea,
  primary key (account, live, id),
  check (num_nulls(name, type, content) in (0, 3)),
  check ((text is null) = (content is not null))
);
create index evidence_dispute on evidence (account, live, dispute, dispute_version, id);

create table disbursements (
  account           text        not null,
  live              boolean     not null,
  id                text        not null,
  version           integer     not null,
  created           timestamptz not null,
  status            text        not null,
  amount            bigint      not null check (amount > 0),
  currency          text        not null,
  card              text        not null,
  response          text,
  date_disbursement date,
  date_bank         date,
  due_at            timestamptz,
  primary key (account, live, id)
);
create index disbursements_created on disbursements (account, live, created, id);
create index disbursements_due     on disbursements (due_at, id) where due_at is not null;
create index disbursements_due_own on disbursements (account, live, due_at, id)
  where due_at is not null;

-- What is to be settled with the merchant: each line enters one payout, and is never in a second.
create table settlement_items (
  account   text        not null,
  live      boolean     not null,
  id        text        not null,
  version   integer     not null,
  created   timestamptz not null,
  kind      text        not null check (kind in ('payment', 'refund', 'dispute', 'disbursement')),
  object_id text        not null,
  method    text        not null check (method in ('card', 'sepa')),
  currency  text        not null,
  -- In favour of the merchant; what is taken from them is negative.
  amount    bigint      not null,
  fee       bigint      not null check (fee >= 0),
  vat       bigint      not null check (vat >= 0),
  payout    text,
  -- When it enters the next payout; null once it is in one.
  due_at    timestamptz,
  primary key (account, live, id),
  check ((payout is null) = (due_at is not null))
);
create index settlement_items_object  on settlement_items (account, live, object_id, id);
create index settlement_items_payout  on settlement_items (account, live, payout, kind, id)
  where payout is not null;
create index settlement_items_due     on settlement_items (due_at, id) where due_at is not null;
create index settlement_items_due_own on settlement_items (account, live, due_at, id)
  where due_at is not null;
-- What is in a payout stays in it, as it is.
create trigger settlement_items_settled before update or delete on settlement_items
  for each row when (old.payout is not null) execute function refuse_ledger_change();

create table payouts (
  account     text        not null,
  live        boolean     not null,
  id          text        not null,
  version     integer     not null,
  created     timestamptz not null,
  status      text        not null,
  reference   text        not null,
  currency    text        not null,
  -- Sums of its items, as far as they are in it: kind → method → amount, count, fees, vat.
  totals      jsonb       not null,
  amount      bigint      not null,
  fees        bigint      not null,
  fees_vat    bigint      not null,
  description text,
  date        timestamptz not null,
  date_bank   date,
  due_at      timestamptz,
  primary key (account, live, id),
  unique (account, live, reference)
);
create index payouts_created on payouts (account, live, created, id);
create index payouts_open    on payouts (account, live, currency) where status = 'pending';
create index payouts_due     on payouts (due_at, id) where due_at is not null;
create index payouts_due_own on payouts (account, live, due_at, id) where due_at is not null;

-- Of a transfer that ends a pending one: the whole amount that waits no more.
alter table transfers add column released bigint check (released >= amount);
alter table transfers disable trigger transfers_immutable;
update transfers t set released = p.amount from transfers p
  where t.pending is not null and p.account = t.account and p.live = t.live and p.id = t.pending;
alter table transfers enable trigger transfers_immutable;
alter table transfers add check ((pending is null) = (released is null));
-- A promise ends none, and what is voided is all of one.
alter table transfers add check (phase <> 'pending' or pending is null);
alter table transfers add check (phase <> 'voided' or amount = released);
-- Both sides stand in the chart of accounts.
alter table transfers add check (array[debit, credit] <@ array[
  'processor:receivable', 'bank:cash', 'merchant:pending', 'merchant:available', 'merchant:reserve',
  'merchant:disputed', 'payouts:in_transit', 'platform:fees', 'platform:vat']);
create index transfers_created on transfers (account, live, created, id);

-- What ends a promise has its sides and its currency, and knows how much it was.
create function refuse_other_end() returns trigger language plpgsql as $$
begin
  if exists (select from transfers p
    where p.account = new.account and p.live = new.live and p.id = new.pending
      and p.phase = 'pending' and p.debit = new.debit and p.credit = new.credit
      and p.currency = new.currency and p.amount = new.released) then
    return null;
  end if;
  raise exception 'a transfer ends a pending one as it was promised'
    using errcode = 'integrity_constraint_violation';
end $$;
create trigger transfers_end after insert on transfers
  for each row when (new.pending is not null) execute function refuse_other_end();

-- The movements of each ledger account, summed up by day: a balance never adds up all transfers.
create table ledger_days (
  account        text    not null,
  live           boolean not null,
  ledger_account text    not null,
  currency       text    not null,
  day            date    not null,
  debits         bigint  not null,
  credits        bigint  not null,
  -- What was promised less what was posted or voided of it; debits less credits.
  pending        bigint  not null,
  transfers      bigint  not null,
  primary key (account, live, ledger_account, currency, day)
) with (fillfactor = 50);
insert into ledger_days
  select account, live, ledger_account, currency, (created at time zone 'UTC')::date,
    sum(debit), sum(credit), sum(pending), count(*)
  from (
    select account, live, currency, created, debit as ledger_account,
      case phase when 'posted' then amount else 0 end as debit, 0 as credit,
      case phase when 'pending' then amount else -coalesce(released, 0) end as pending
    from transfers
    union all
    select account, live, currency, created, credit,
      0, case phase when 'posted' then amount else 0 end,
      case phase when 'pending' then -amount else coalesce(released, 0) end
    from transfers) lines
  group by 1, 2, 3, 4, 5;
