-- What the API of Stan alone has. Behind each of its payments and refunds stands one of the core.

-- A pair of client id (its id) and secret, and what was set with it. The secret is in the vault,
-- under the same id.
create table stan_credentials (
  account             text        not null,
  live                boolean     not null,
  id                  text        not null,
  version             integer     not null,
  created             timestamptz not null,
  hash                text        not null,
  hint                text        not null,
  -- Endpoints that are told of payments: with a signature, and in the older way.
  webhook_endpoint    text,
  legacy_endpoint     text,
  oauth_redirect_url  text,
  revoked_at          timestamptz,
  primary key (account, live, id)
);
-- A caller is known by the client id alone.
create index stan_credentials_id on stan_credentials (id);

create table stan_customers (
  account      text        not null,
  live         boolean     not null,
  id           text        not null,
  version      integer     not null,
  created      timestamptz not null,
  -- The customer of the core; null where the core could not keep this one.
  customer     text,
  email        text        not null,
  name         text,
  firstname    text,
  lastname     text,
  phone_number text,
  address      jsonb,
  primary key (account, live, id)
);

create table stan_payments (
  account         text        not null,
  live            boolean     not null,
  id              text        not null,
  version         integer     not null,
  created         timestamptz not null,
  -- The payment of the core.
  payment         text        not null,
  -- Of the address of its page: unguessable.
  token           text        not null,
  order_id        text        not null,
  state           text        not null,
  return_url      text        not null,
  cancel_url      text,
  customer        text,
  checkout        text,
  subtotal_amount bigint,
  shipping_amount bigint,
  discount_amount bigint,
  tax_amount      bigint,
  -- When the payer first saw the page.
  opened_at       timestamptz,
  -- Given up by the payer, or by time.
  ended           text check (ended in ('canceled', 'expired')),
  -- Of refunds that are accepted and not made yet.
  refunds_waiting bigint      not null check (refunds_waiting >= 0),
  -- When it expires, unless it was paid.
  due_at          timestamptz,
  primary key (account, live, id)
);
create index stan_payments_created on stan_payments (account, live, created, id);
create index stan_payments_payment on stan_payments (account, live, payment);
-- A payer's browser knows the address alone.
create index stan_payments_token   on stan_payments (token);
create index stan_payments_due     on stan_payments (due_at, id) where due_at is not null;
create index stan_payments_due_own on stan_payments (account, live, due_at, id)
  where due_at is not null;

create table stan_refunds (
  account text        not null,
  live    boolean     not null,
  id      text        not null,
  version integer     not null,
  created timestamptz not null,
  -- The payment of Stan.
  payment text        not null,
  amount  bigint      not null check (amount > 0),
  reason  text        not null,
  -- The refund of the core; null until it is made, and for good when it could not be.
  refund  text,
  -- When it is made: once the payment is booked.
  due_at  timestamptz,
  primary key (account, live, id),
  check (refund is null or due_at is null)
);
create index stan_refunds_created on stan_refunds (account, live, created, id);
create index stan_refunds_payment on stan_refunds (account, live, payment, id);
create index stan_refunds_due     on stan_refunds (due_at, id) where due_at is not null;
create index stan_refunds_due_own on stan_refunds (account, live, due_at, id)
  where due_at is not null;

create table stan_checkouts (
  account         text        not null,
  live            boolean     not null,
  id              text        not null,
  version         integer     not null,
  created         timestamptz not null,
  token           text        not null,
  return_url      text        not null,
  total_amount    bigint      not null,
  subtotal_amount bigint,
  discount_amount bigint,
  tax_rate        integer,
  tax_cost        bigint,
  discount_code   text,
  session_id      text,
  order_id        text,
  customer        text,
  line_items      jsonb       not null,
  -- The payment of Stan that was prepared last.
  payment         text,
  expires_at      timestamptz not null,
  primary key (account, live, id)
);
create index stan_checkouts_token on stan_checkouts (token);
