-- The secrets that deliveries are signed with are sealed like numbers.
alter table vault_records drop constraint vault_records_kind_check;
alter table vault_records add constraint vault_records_kind_check
  check (kind in ('pan', 'iban', 'signing_secret', 'signing_seed'));

-- Where a merchant wants to hear of events.
create table webhook_endpoints (
  account          text        not null,
  live             boolean     not null,
  id               text        not null,
  version          integer     not null,
  created          timestamptz not null,
  deleted          boolean     not null,
  -- Whose language it is told in.
  dialect          text        not null,
  -- Its place among those that an account may have, claimed.
  slot             smallint    not null,
  url              text        not null,
  enabled          boolean     not null,
  events           text[]      not null,
  -- The same, as `like` takes them.
  patterns         text[]      not null,
  description      text,
  -- Sealed records: what signs, what signed before and does so for a while, and the key pair.
  secret           text        not null,
  old_secret       text,
  old_secret_until timestamptz,
  seed             text,
  -- Since when every delivery has failed, and how often that was told.
  failing_since    timestamptz,
  warnings         smallint    not null,
  disabled_reason  text check (disabled_reason in ('gone', 'failing')),
  primary key (account, live, id),
  check ((old_secret is null) = (old_secret_until is null)),
  check (disabled_reason is null or not enabled)
);
create index webhook_endpoints_created on webhook_endpoints (account, live, created, id)
  where not deleted;
-- Whom a new event may concern.
create index webhook_endpoints_enabled on webhook_endpoints (account, live)
  where enabled and not deleted;

-- An event that an endpoint shall hear of. Follows real time, in test mode too (decision 0006).
create table deliveries (
  account   text        not null,
  live      boolean     not null,
  id        text        not null,
  version   integer     not null,
  created   timestamptz not null,
  endpoint  text        not null,
  event     text        not null,
  seq       bigint      not null,
  type      text        not null,
  object_id text        not null,
  status    text        not null check (status in ('pending', 'delivered', 'failed', 'canceled')),
  attempts  smallint    not null check (attempts between 0 and 15),
  due_at    timestamptz,
  -- Somebody is at it until due_at.
  taken     boolean     not null,
  -- Another address than the endpoint's.
  url       text,
  primary key (account, live, id),
  check ((status = 'pending') = (due_at is not null)),
  check (not taken or status = 'pending')
);
create index deliveries_due on deliveries (account, live, endpoint, due_at, seq)
  where due_at is not null;
-- What of the same object goes first.
create index deliveries_order on deliveries (account, live, endpoint, object_id, seq, id)
  where due_at is not null;
create index deliveries_endpoint on deliveries (account, live, endpoint, created, id);
create index deliveries_event on deliveries (account, live, seq, endpoint);

create table delivery_attempts (
  account          text        not null,
  live             boolean     not null,
  delivery         text        not null,
  attempt          smallint    not null,
  at               timestamptz not null,
  duration_ms      integer     not null,
  status_code      smallint,
  error            text,
  request_headers  jsonb       not null,
  response_headers jsonb,
  response_body    text,
  primary key (account, live, delivery, attempt),
  check ((status_code is null) = (error is not null))
);
