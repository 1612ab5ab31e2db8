-- What was answered to a request that carried an Idempotency-Key, to be answered again. `id` is a
-- keyed hash of method, route and key, `fingerprint` one of the whole request: neither is kept as
-- it came. The claim of scope `idempotency` with this id makes it the only one.
create table idempotency_keys (
  account     text        not null,
  live        boolean     not null,
  id          text        not null,
  version     integer     not null,
  -- By real time: what is older than the retention may be deleted, together with its claim.
  created     timestamptz not null,
  -- By the clock of the account: from then on the key is new again.
  expires_at  timestamptz not null,
  fingerprint text        not null,
  request_id  text        not null,
  -- The last event before work that takes several Changes; null otherwise.
  after_seq   bigint,
  -- Null while that work goes on.
  status      smallint,
  media_type  text,
  -- Sealed by the vault; null where the answer is empty.
  answer      bytea,
  primary key (account, live, id)
);
create index on idempotency_keys (created);
