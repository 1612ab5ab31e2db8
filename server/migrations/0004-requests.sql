-- Calls of the APIs, for support. A log: nothing else hangs on it, and it is written behind the
-- answers. Ids grow with time, in the order of their bytes.
create table requests (
  account         text             not null,
  live            boolean          not null,
  id              text collate "C" not null,
  created         timestamptz      not null,
  api             text             not null,
  operation       text,
  method          text             not null,
  path            text             not null,
  query           text,
  status          smallint         not null,
  duration_ms     real             not null,
  key             text             not null,
  idempotency_key text,
  object_id       text,
  event_ids       text[]           not null,
  error           text,
  request_body    text,
  response_body   text,
  primary key (account, live, id)
);
create index requests_object on requests (account, live, object_id, id) where object_id is not null;
create index requests_failed on requests (account, live, id) where status >= 400;

-- How far the events of an account were deleted for their age: all up to this number, which were
-- made before this instant. What is younger is all there.
create table deleted_events (
  account text        not null,
  live    boolean     not null,
  last    bigint      not null,
  before  timestamptz not null,
  primary key (account, live)
);
