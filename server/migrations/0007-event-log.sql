-- Events are read by their id, by their type and from an instant on.
create unique index events_id on events (account, live, id);
create index events_type on events (account, live, type, seq);
create index events_created on events (account, live, created);

-- Events that those who listen shall hear once more, in an order of their own: who read up to a
-- number has heard all before it.
create table event_replays (
  account   text        not null,
  live      boolean     not null,
  seq       bigint      not null,
  event_seq bigint      not null,
  created   timestamptz not null,
  primary key (account, live, seq)
);
