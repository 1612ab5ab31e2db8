-- Every row carries its account and its mode, and every primary access path starts from them.
-- `created` is a whole second: the wire shows no more, and a list must sort the same after an
-- export and an import.

create table accounts (
  id       text        primary key,
  name     text        not null,
  version  integer     not null,
  created  timestamptz not null
);

create table keys (
  id         text        primary key,
  account    text        not null references accounts,
  live       boolean     not null,
  kind       text        not null check (kind in ('secret', 'public')),
  hash       text        not null unique,
  hint       text        not null,
  created    timestamptz not null,
  revoked_at timestamptz
);
create index keys_account on keys (account, live, id);

-- Keys of the vault that are not master keys, wrapped by the master key.
create table keyring (
  name    text  primary key,
  wrapped bytea not null
);

-- Card numbers and IBANs, sealed. Nothing else in the database can be turned back into one.
create table vault_records (
  account text    not null,
  live    boolean not null,
  id      text    not null,
  kind    text    not null check (kind in ('pan', 'iban')),
  sealed  bytea   not null,
  primary key (account, live, id)
);

-- What must be nobody else's: unique ids, a card's fingerprint, later an idempotency key.
create table claims (
  account text    not null,
  live    boolean not null,
  scope   text    not null,
  value   text    not null,
  owner   text    not null,
  primary key (account, live, scope, value)
);

-- The last number given in a gapless series of an account: of its events.
create table series (
  account text    not null,
  live    boolean not null,
  name    text    not null,
  last    bigint  not null,
  primary key (account, live, name)
) with (fillfactor = 50);

-- How many objects a list holds, by day of creation, so that a page never counts rows.
create table tallies (
  account text    not null,
  live    boolean not null,
  object  text    not null,
  day     date    not null,
  number  bigint  not null,
  primary key (account, live, object, day)
) with (fillfactor = 50);

create table events (
  account   text        not null,
  live      boolean     not null,
  seq       bigint      not null,
  id        text        not null,
  type      text        not null,
  object    text        not null,
  object_id text        not null,
  version   integer     not null,
  cause     text        not null,
  created   timestamptz not null,
  primary key (account, live, seq)
);
create index events_object on events (account, live, object_id, seq);

-- One line for each move along an edge of a state machine.
create table history (
  account   text        not null,
  live      boolean     not null,
  object_id text        not null,
  version   integer     not null,
  step      smallint    not null,
  action    text        not null,
  status    text        not null,
  at        timestamptz not null,
  primary key (account, live, object_id, version, step)
);

-- One attempt to move money, or to check that it could be moved.
create table instructions (
  account    text        not null,
  live       boolean     not null,
  id         text        not null,
  object_id  text        not null,
  kind       text        not null,
  processor  text        not null,
  status     text        not null check (status in ('begun', 'approved', 'declined', 'failed')),
  amount     bigint      not null check (amount >= 0),
  currency   text        not null,
  response   text,
  created    timestamptz not null,
  settled_at timestamptz,
  primary key (account, live, id),
  check ((status = 'begun') = (settled_at is null))
);
create index instructions_object on instructions (account, live, object_id, id);
create index instructions_begun on instructions (created) where status = 'begun';

-- The ledger: each row takes an amount from one account and gives it to another, so that no row
-- can be unbalanced.
create table transfers (
  account     text        not null,
  live        boolean     not null,
  id          text        not null,
  instruction text        not null,
  phase       text        not null check (phase in ('pending', 'posted', 'voided')),
  pending     text,
  debit       text        not null,
  credit      text        not null,
  amount      bigint      not null check (amount > 0),
  currency    text        not null,
  reason      text        not null,
  created     timestamptz not null,
  primary key (account, live, id),
  check (debit <> credit),
  check ((phase = 'voided') <= (pending is not null))
);
create index transfers_instruction on transfers (account, live, instruction);
-- A pending transfer is posted or voided once.
create unique index transfers_pending on transfers (account, live, pending)
  where pending is not null;

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
end $$;
create trigger transfers_immutable before update or delete on transfers
  for each row execute function refuse_ledger_change();
create trigger transfers_kept before truncate on transfers
  for each statement execute function refuse_ledger_change();

-- Ends a gathering as a whole, naming the changes that cannot be made.
create function refuse_gathering(detail text) returns boolean language plpgsql as $$
begin
  raise exception 'gathering refused' using errcode = 'OB001', detail = detail;
end $$;

create table customers (
  account          text        not null,
  live             boolean     not null,
  id               text        not null,
  version          integer     not null,
  created          timestamptz not null,
  deleted          boolean     not null,
  email            text,
  mobile           text,
  name             text,
  country          text,
  date_birth       date,
  external_id      text,
  legal_id         text,
  billing_address  text,
  shipping_address text,
  primary key (account, live, id)
);
create index customers_created     on customers (account, live, created, id) where not deleted;
create index customers_email       on customers (account, live, email, created, id)
  where not deleted and email is not null;
create index customers_mobile      on customers (account, live, mobile)
  where not deleted and mobile is not null;
create index customers_external_id on customers (account, live, external_id, created, id)
  where not deleted and external_id is not null;
create index customers_name        on customers (account, live, name, created, id)
  where not deleted and name is not null;
create index customers_legal_id    on customers (account, live, legal_id, created, id)
  where not deleted and legal_id is not null;

create table addresses (
  account  text        not null,
  live     boolean     not null,
  id       text        not null,
  version  integer     not null,
  created  timestamptz not null,
  deleted  boolean     not null,
  line1    text,
  line2    text,
  line3    text,
  zip_code text        not null,
  city     text        not null,
  state    text,
  country  text        not null,
  metadata jsonb,
  primary key (account, live, id)
);
create index addresses_created on addresses (account, live, created, id) where not deleted;

create table cards (
  account           text        not null,
  live              boolean     not null,
  id                text        not null,
  version           integer     not null,
  created           timestamptz not null,
  deleted           boolean     not null,
  fingerprint       text,
  last4             text        not null,
  brand             text        not null,
  country           text,
  funding           text,
  nature            text,
  network           text,
  preferred_network text,
  exp_month         smallint    not null,
  exp_year          smallint    not null,
  name              text,
  zip_code          text,
  external_id       text,
  customer          text,
  tokenize          boolean     not null,
  primary key (account, live, id)
);
create index cards_created     on cards (account, live, created, id) where not deleted;
create index cards_fingerprint on cards (account, live, fingerprint)
  where not deleted and fingerprint is not null;
create index cards_customer    on cards (account, live, customer, created, id)
  where not deleted and customer is not null;
create index cards_external_id on cards (account, live, external_id)
  where not deleted and external_id is not null;

create table bank_accounts (
  account      text        not null,
  live         boolean     not null,
  id           text        not null,
  version      integer     not null,
  created      timestamptz not null,
  deleted      boolean     not null,
  fingerprint  text,
  last4        text        not null,
  country      text,
  bic          text,
  name         text        not null,
  mandate      text,
  date_mandate date,
  date_birth   date,
  customer     text,
  primary key (account, live, id)
);
create index bank_accounts_created     on bank_accounts (account, live, created, id)
  where not deleted;
create index bank_accounts_fingerprint on bank_accounts (account, live, fingerprint)
  where not deleted and fingerprint is not null;

create table authentications (
  account    text        not null,
  live       boolean     not null,
  id         text        not null,
  version    integer     not null,
  created    timestamptz not null,
  payment    text        not null,
  status     text        not null,
  return_url text,
  -- What opens the session by address: unguessable. Null until there is a card to authenticate.
  token      uuid,
  code       text,
  tries      smallint    not null,
  message    text,
  due_at     timestamptz,
  primary key (account, live, id)
);
create unique index authentications_token on authentications (token) where token is not null;
create index authentications_due on authentications (due_at) where due_at is not null;

create table payments (
  account          text        not null,
  live             boolean     not null,
  id               text        not null,
  version          integer     not null,
  created          timestamptz not null,
  status           text        not null,
  amount           bigint      not null check (amount >= 0),
  -- What the bank agreed to; null until it did.
  authorized       bigint      check (authorized >= amount),
  currency         text        not null,
  method           text,
  methods_allowed  text[],
  card             text,
  sepa             text,
  customer         text,
  authentication   text,
  payment_intent   text,
  payout           text,
  order_id         text,
  unique_id        text,
  description      text,
  return_url       text,
  capture          boolean     not null,
  response         text,
  response_author  text,
  fee              bigint,
  date_paym        timestamptz,
  date_bank        date,
  date_settlement  date,
  device           jsonb,
  billing_address  text,
  shipping_address text,
  origin           smallint    not null,
  tries            smallint    not null,
  due_at           timestamptz,
  primary key (account, live, id)
);
create index payments_created   on payments (account, live, created, id);
create index payments_paid      on payments (account, live, date_paym, id)
  where date_paym is not null;
create index payments_order_id  on payments (account, live, order_id, created, id)
  where order_id is not null;
create index payments_unique_id on payments (account, live, unique_id) where unique_id is not null;
create index payments_card      on payments (account, live, card, created, id)
  where card is not null;
create index payments_sepa      on payments (account, live, sepa, created, id)
  where sepa is not null;
create index payments_intent    on payments (account, live, payment_intent, created, id)
  where payment_intent is not null;
create index payments_payout    on payments (account, live, payout, created, id)
  where payout is not null;
create index payments_due       on payments (due_at) where due_at is not null;

create table payment_intents (
  account          text        not null,
  live             boolean     not null,
  id               text        not null,
  version          integer     not null,
  created_at       timestamptz not null,
  status           text        not null,
  amount           bigint      not null check (amount >= 0),
  currency         text        not null,
  methods_allowed  text[]      not null,
  card             text,
  sepa             text,
  customer         text,
  payment          text,
  order_id         text,
  unique_id        text,
  description      text,
  metadata         jsonb,
  return_url       text,
  threeds          text        not null,
  capture          boolean     not null,
  date_settlement  date,
  billing_address  text,
  shipping_address text,
  origin           smallint    not null,
  tries            smallint    not null,
  primary key (account, live, id)
);
-- The id alone opens an intent's page.
create unique index payment_intents_address on payment_intents (id);
create index payment_intents_created   on payment_intents (account, live, created_at, id);
create index payment_intents_due       on payment_intents (account, live, date_settlement, id)
  where date_settlement is not null;
create index payment_intents_order_id  on payment_intents (account, live, order_id, created_at, id)
  where order_id is not null;
create index payment_intents_unique_id on payment_intents (account, live, unique_id)
  where unique_id is not null;
create index payment_intents_customer  on payment_intents (account, live, customer, created_at, id)
  where customer is not null;
create index payment_intents_card      on payment_intents (account, live, card, created_at, id)
  where card is not null;
create index payment_intents_sepa      on payment_intents (account, live, sepa, created_at, id)
  where sepa is not null;

create table disputes (
  account   text        not null,
  live      boolean     not null,
  id        text        not null,
  version   integer     not null,
  created   timestamptz not null,
  payment   text        not null,
  amount    bigint      not null check (amount > 0),
  currency  text        not null,
  response  text        not null,
  status    text        not null,
  type      text        not null,
  order_id  text,
  payment_intent text,
  fee       bigint,
  date_bank date,
  payout    text,
  primary key (account, live, id)
);
create index disputes_created on disputes (account, live, created, id);
create index disputes_payment on disputes (account, live, payment, created, id);
