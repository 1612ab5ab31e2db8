-- The sum of the migrations, written by a test. Nothing reads it but people.

create table accounts (
  id text collate "C" not null,
  name text not null,
  version integer not null,
  created timestamp with time zone not null,
  pricing jsonb,
  PRIMARY KEY (id)
);

create table addresses (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  deleted boolean not null,
  line1 text,
  line2 text,
  line3 text,
  zip_code text not null,
  city text not null,
  state text,
  country text not null,
  metadata jsonb,
  PRIMARY KEY (account, live, id)
);

create table authentications (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  payment text not null,
  status text not null,
  return_url text,
  token uuid,
  code text,
  tries smallint not null,
  message text,
  due_at timestamp with time zone,
  PRIMARY KEY (account, live, id)
);

create table bank_accounts (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  deleted boolean not null,
  fingerprint text collate "C",
  last4 text not null,
  country text,
  bic text,
  name text not null,
  mandate text,
  date_mandate date,
  date_birth date,
  customer text,
  PRIMARY KEY (account, live, id)
);

create table cards (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  deleted boolean not null,
  fingerprint text collate "C",
  last4 text not null,
  brand text not null,
  country text,
  funding text,
  nature text,
  network text,
  preferred_network text,
  exp_month smallint not null,
  exp_year smallint not null,
  name text,
  zip_code text,
  external_id text collate "C",
  customer text collate "C",
  tokenize boolean not null,
  PRIMARY KEY (account, live, id)
);

create table claims (
  account text collate "C" not null,
  live boolean not null,
  scope text collate "C" not null,
  value text collate "C" not null,
  owner text not null,
  PRIMARY KEY (account, live, scope, value)
);

create table clocks (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  at timestamp with time zone not null,
  real_at timestamp with time zone not null,
  frozen boolean not null,
  target timestamp with time zone,
  CHECK ((NOT live)),
  CHECK ((target >= at)),
  PRIMARY KEY (account, live, id)
);

create table customers (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  deleted boolean not null,
  email text collate "C",
  mobile text collate "C",
  name text collate "C",
  country text,
  date_birth date,
  external_id text collate "C",
  legal_id text collate "C",
  billing_address text,
  shipping_address text,
  PRIMARY KEY (account, live, id)
);

create table deleted_events (
  account text collate "C" not null,
  live boolean not null,
  last bigint not null,
  before timestamp with time zone not null,
  PRIMARY KEY (account, live)
);

create table deliveries (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  endpoint text collate "C" not null,
  event text not null,
  seq bigint not null,
  type text not null,
  object_id text collate "C" not null,
  status text not null,
  attempts smallint not null,
  due_at timestamp with time zone,
  taken boolean not null,
  url text,
  CHECK (((NOT taken) OR (status = 'pending'::text))),
  CHECK (((attempts >= 0) AND (attempts <= 15))),
  CHECK (((status = 'pending'::text) = (due_at IS NOT NULL))),
  CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'canceled'::text]))),
  PRIMARY KEY (account, live, id)
);

create table delivery_attempts (
  account text collate "C" not null,
  live boolean not null,
  delivery text collate "C" not null,
  attempt smallint not null,
  at timestamp with time zone not null,
  duration_ms integer not null,
  status_code smallint,
  error text,
  request_headers jsonb not null,
  response_headers jsonb,
  response_body text,
  CHECK (((status_code IS NULL) = (error IS NOT NULL))),
  PRIMARY KEY (account, live, delivery, attempt)
);

create table disbursements (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  status text not null,
  amount bigint not null,
  currency text not null,
  card text not null,
  response text,
  date_disbursement date,
  date_bank date,
  due_at timestamp with time zone,
  CHECK ((amount > 0)),
  PRIMARY KEY (account, live, id)
);

create table disputes (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  payment text collate "C" not null,
  amount bigint not null,
  currency text not null,
  response text not null,
  status text not null,
  type text not null,
  order_id text,
  payment_intent text collate "C",
  fee bigint,
  date_bank date,
  method text,
  due_at timestamp with time zone,
  evidence_due_at timestamp with time zone,
  submitted_at timestamp with time zone,
  CHECK ((amount > 0)),
  PRIMARY KEY (account, live, id)
);

create table event_replays (
  account text collate "C" not null,
  live boolean not null,
  seq bigint not null,
  event_seq bigint not null,
  created timestamp with time zone not null,
  PRIMARY KEY (account, live, seq)
);

create table events (
  account text collate "C" not null,
  live boolean not null,
  seq bigint not null,
  id text collate "C" not null,
  type text collate "C" not null,
  object text not null,
  object_id text collate "C" not null,
  version integer not null,
  cause text not null,
  created timestamp with time zone not null,
  data text,
  PRIMARY KEY (account, live, seq)
);

create table evidence (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  created timestamp with time zone not null,
  dispute text collate "C" not null,
  dispute_version integer not null,
  text text,
  name text,
  type text,
  content bytea,
  CHECK (((text IS NULL) = (content IS NOT NULL))),
  CHECK ((num_nulls(name, type, content) = ANY (ARRAY[0, 3]))),
  PRIMARY KEY (account, live, id)
);

create table history (
  account text collate "C" not null,
  live boolean not null,
  object_id text collate "C" not null,
  version integer not null,
  step smallint not null,
  action text not null,
  status text not null,
  at timestamp with time zone not null,
  PRIMARY KEY (account, live, object_id, version, step)
);

create table idempotency_keys (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  fingerprint text not null,
  request_id text not null,
  after_seq bigint,
  status smallint,
  media_type text,
  answer bytea,
  PRIMARY KEY (account, live, id)
);

create table instructions (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  object_id text collate "C" not null,
  kind text not null,
  processor text not null,
  status text not null,
  amount bigint not null,
  currency text not null,
  response text,
  created timestamp with time zone not null,
  settled_at timestamp with time zone,
  CHECK (((status = 'begun'::text) = (settled_at IS NULL))),
  CHECK ((amount >= 0)),
  CHECK ((status = ANY (ARRAY['begun'::text, 'approved'::text, 'declined'::text, 'failed'::text]))),
  PRIMARY KEY (account, live, id)
);

create table keyring (
  name text collate "C" not null,
  wrapped bytea not null,
  PRIMARY KEY (name)
);

create table keys (
  id text collate "C" not null,
  account text collate "C" not null,
  live boolean not null,
  kind text not null,
  hash text collate "C" not null,
  hint text not null,
  created timestamp with time zone not null,
  revoked_at timestamp with time zone,
  CHECK ((kind = ANY (ARRAY['secret'::text, 'public'::text]))),
  FOREIGN KEY (account) REFERENCES accounts(id),
  PRIMARY KEY (id),
  UNIQUE (hash)
);

create table ledger_days (
  account text collate "C" not null,
  live boolean not null,
  ledger_account text collate "C" not null,
  currency text collate "C" not null,
  day date not null,
  debits bigint not null,
  credits bigint not null,
  pending bigint not null,
  transfers bigint not null,
  PRIMARY KEY (account, live, ledger_account, currency, day)
);

create table payment_intents (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created_at timestamp with time zone not null,
  status text not null,
  amount bigint not null,
  currency text not null,
  methods_allowed text[] not null,
  card text collate "C",
  sepa text collate "C",
  customer text collate "C",
  payment text,
  order_id text collate "C",
  unique_id text collate "C",
  description text,
  metadata jsonb,
  return_url text,
  threeds text not null,
  capture boolean not null,
  date_settlement date,
  billing_address text,
  shipping_address text,
  origin smallint not null,
  tries smallint not null,
  CHECK ((amount >= 0)),
  PRIMARY KEY (account, live, id)
);

create table payments (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  status text not null,
  amount bigint not null,
  authorized bigint,
  currency text not null,
  method text,
  methods_allowed text[],
  card text collate "C",
  sepa text collate "C",
  customer text,
  authentication text,
  payment_intent text collate "C",
  order_id text collate "C",
  unique_id text collate "C",
  description text,
  return_url text,
  capture boolean not null,
  response text,
  response_author text,
  fee bigint,
  date_paym timestamp with time zone,
  date_bank date,
  date_settlement date,
  device jsonb,
  billing_address text,
  shipping_address text,
  origin smallint not null,
  tries smallint not null,
  due_at timestamp with time zone,
  promise text,
  refunded bigint not null,
  CHECK (((refunded >= 0) AND (refunded <= amount))),
  CHECK ((amount >= 0)),
  CHECK ((authorized >= amount)),
  PRIMARY KEY (account, live, id)
);

create table payouts (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  status text not null,
  reference text collate "C" not null,
  currency text collate "C" not null,
  totals jsonb not null,
  amount bigint not null,
  fees bigint not null,
  fees_vat bigint not null,
  description text,
  date timestamp with time zone not null,
  date_bank date,
  due_at timestamp with time zone,
  PRIMARY KEY (account, live, id),
  UNIQUE (account, live, reference)
);

create table refunds (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  status text not null,
  amount bigint not null,
  currency text not null,
  payment text collate "C" not null,
  payment_intent text collate "C",
  method text,
  date_refund date,
  date_bank date,
  due_at timestamp with time zone,
  CHECK ((amount >= 0)),
  PRIMARY KEY (account, live, id)
);

create table requests (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  created timestamp with time zone not null,
  api text not null,
  operation text,
  method text not null,
  path text not null,
  query text,
  status smallint not null,
  duration_ms real not null,
  key text not null,
  idempotency_key text,
  object_id text collate "C",
  event_ids text[] not null,
  error text,
  request_body text,
  response_body text,
  PRIMARY KEY (account, live, id)
);

create table schema_migrations (
  number integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null,
  PRIMARY KEY (number)
);

create table series (
  account text collate "C" not null,
  live boolean not null,
  name text collate "C" not null,
  last bigint not null,
  PRIMARY KEY (account, live, name)
);

create table settlement_items (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  kind text collate "C" not null,
  object_id text collate "C" not null,
  method text not null,
  currency text not null,
  amount bigint not null,
  fee bigint not null,
  vat bigint not null,
  payout text collate "C",
  due_at timestamp with time zone,
  CHECK (((payout IS NULL) = (due_at IS NOT NULL))),
  CHECK ((fee >= 0)),
  CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text, 'dispute'::text, 'disbursement'::text]))),
  CHECK ((method = ANY (ARRAY['card'::text, 'sepa'::text]))),
  CHECK ((vat >= 0)),
  PRIMARY KEY (account, live, id)
);

create table stan_checkouts (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  token text collate "C" not null,
  return_url text not null,
  total_amount bigint not null,
  subtotal_amount bigint,
  discount_amount bigint,
  tax_rate integer,
  tax_cost bigint,
  discount_code text,
  session_id text,
  order_id text,
  customer text,
  line_items jsonb not null,
  payment text,
  expires_at timestamp with time zone not null,
  PRIMARY KEY (account, live, id)
);

create table stan_credentials (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  hash text not null,
  hint text not null,
  webhook_endpoint text,
  legacy_endpoint text,
  oauth_redirect_url text,
  revoked_at timestamp with time zone,
  PRIMARY KEY (account, live, id)
);

create table stan_customers (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  customer text,
  email text not null,
  name text,
  firstname text,
  lastname text,
  phone_number text,
  address jsonb,
  PRIMARY KEY (account, live, id)
);

create table stan_payments (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  payment text collate "C" not null,
  token text collate "C" not null,
  order_id text not null,
  state text not null,
  return_url text not null,
  cancel_url text,
  customer text,
  checkout text,
  subtotal_amount bigint,
  shipping_amount bigint,
  discount_amount bigint,
  tax_amount bigint,
  opened_at timestamp with time zone,
  ended text,
  refunds_waiting bigint not null,
  due_at timestamp with time zone,
  CHECK ((ended = ANY (ARRAY['canceled'::text, 'expired'::text]))),
  CHECK ((refunds_waiting >= 0)),
  PRIMARY KEY (account, live, id)
);

create table stan_refunds (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  payment text collate "C" not null,
  amount bigint not null,
  reason text not null,
  refund text,
  due_at timestamp with time zone,
  CHECK (((refund IS NULL) OR (due_at IS NULL))),
  CHECK ((amount > 0)),
  PRIMARY KEY (account, live, id)
);

create table tallies (
  account text collate "C" not null,
  live boolean not null,
  object text collate "C" not null,
  day date not null,
  number bigint not null,
  PRIMARY KEY (account, live, object, day)
);

create table transfers (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  instruction text collate "C" not null,
  phase text not null,
  pending text collate "C",
  debit text not null,
  credit text not null,
  amount bigint not null,
  currency text not null,
  reason text not null,
  created timestamp with time zone not null,
  released bigint,
  CHECK (((pending IS NULL) = (released IS NULL))),
  CHECK (((phase <> 'pending'::text) OR (pending IS NULL))),
  CHECK (((phase <> 'voided'::text) OR (amount = released))),
  CHECK (((phase = 'voided'::text) <= (pending IS NOT NULL))),
  CHECK ((ARRAY[debit, credit] <@ ARRAY['processor:receivable'::text, 'bank:cash'::text, 'merchant:pending'::text, 'merchant:available'::text, 'merchant:reserve'::text, 'merchant:disputed'::text, 'payouts:in_transit'::text, 'platform:fees'::text, 'platform:vat'::text])),
  CHECK ((amount > 0)),
  CHECK ((debit <> credit)),
  CHECK ((phase = ANY (ARRAY['pending'::text, 'posted'::text, 'voided'::text]))),
  CHECK ((released >= amount)),
  PRIMARY KEY (account, live, id)
);

create table vault_records (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  kind text not null,
  sealed bytea not null,
  CHECK ((kind = ANY (ARRAY['pan'::text, 'iban'::text, 'signing_secret'::text, 'signing_seed'::text]))),
  PRIMARY KEY (account, live, id)
);

create table webhook_endpoints (
  account text collate "C" not null,
  live boolean not null,
  id text collate "C" not null,
  version integer not null,
  created timestamp with time zone not null,
  deleted boolean not null,
  dialect text not null,
  slot smallint not null,
  url text not null,
  enabled boolean not null,
  events text[] not null,
  patterns text[] not null,
  description text,
  secret text not null,
  old_secret text,
  old_secret_until timestamp with time zone,
  seed text,
  failing_since timestamp with time zone,
  warnings smallint not null,
  disabled_reason text,
  CHECK (((disabled_reason IS NULL) OR (NOT enabled))),
  CHECK (((old_secret IS NULL) = (old_secret_until IS NULL))),
  CHECK ((disabled_reason = ANY (ARRAY['gone'::text, 'failing'::text]))),
  PRIMARY KEY (account, live, id)
);

CREATE INDEX addresses_created ON public.addresses USING btree (account, live, created, id) WHERE (NOT deleted);

CREATE INDEX authentications_due ON public.authentications USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX authentications_due_own ON public.authentications USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX bank_accounts_created ON public.bank_accounts USING btree (account, live, created, id) WHERE (NOT deleted);

CREATE INDEX bank_accounts_fingerprint ON public.bank_accounts USING btree (account, live, fingerprint) WHERE ((NOT deleted) AND (fingerprint IS NOT NULL));

CREATE INDEX cards_created ON public.cards USING btree (account, live, created, id) WHERE (NOT deleted);

CREATE INDEX cards_customer ON public.cards USING btree (account, live, customer, created, id) WHERE ((NOT deleted) AND (customer IS NOT NULL));

CREATE INDEX cards_external_id ON public.cards USING btree (account, live, external_id) WHERE ((NOT deleted) AND (external_id IS NOT NULL));

CREATE INDEX cards_fingerprint ON public.cards USING btree (account, live, fingerprint) WHERE ((NOT deleted) AND (fingerprint IS NOT NULL));

CREATE INDEX customers_created ON public.customers USING btree (account, live, created, id) WHERE (NOT deleted);

CREATE INDEX customers_email ON public.customers USING btree (account, live, email, created, id) WHERE ((NOT deleted) AND (email IS NOT NULL));

CREATE INDEX customers_external_id ON public.customers USING btree (account, live, external_id, created, id) WHERE ((NOT deleted) AND (external_id IS NOT NULL));

CREATE INDEX customers_legal_id ON public.customers USING btree (account, live, legal_id, created, id) WHERE ((NOT deleted) AND (legal_id IS NOT NULL));

CREATE INDEX customers_mobile ON public.customers USING btree (account, live, mobile) WHERE ((NOT deleted) AND (mobile IS NOT NULL));

CREATE INDEX customers_name ON public.customers USING btree (account, live, name, created, id) WHERE ((NOT deleted) AND (name IS NOT NULL));

CREATE INDEX deliveries_due ON public.deliveries USING btree (account, live, endpoint, due_at, seq) WHERE (due_at IS NOT NULL);

CREATE INDEX deliveries_endpoint ON public.deliveries USING btree (account, live, endpoint, created, id);

CREATE INDEX deliveries_event ON public.deliveries USING btree (account, live, seq, endpoint);

CREATE INDEX deliveries_order ON public.deliveries USING btree (account, live, endpoint, object_id, seq, id) WHERE (due_at IS NOT NULL);

CREATE INDEX disbursements_created ON public.disbursements USING btree (account, live, created, id);

CREATE INDEX disbursements_due ON public.disbursements USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX disbursements_due_own ON public.disbursements USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX disputes_created ON public.disputes USING btree (account, live, created, id);

CREATE INDEX disputes_due ON public.disputes USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX disputes_due_own ON public.disputes USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX disputes_intent ON public.disputes USING btree (account, live, payment_intent, created, id) WHERE (payment_intent IS NOT NULL);

CREATE INDEX disputes_payment ON public.disputes USING btree (account, live, payment, created, id);

CREATE INDEX events_created ON public.events USING btree (account, live, created);

CREATE INDEX events_object ON public.events USING btree (account, live, object_id, seq);

CREATE INDEX events_type ON public.events USING btree (account, live, type, seq);

CREATE INDEX evidence_dispute ON public.evidence USING btree (account, live, dispute, dispute_version, id);

CREATE INDEX idempotency_keys_created_idx ON public.idempotency_keys USING btree (created);

CREATE INDEX instructions_begun ON public.instructions USING btree (created) WHERE (status = 'begun'::text);

CREATE INDEX instructions_object ON public.instructions USING btree (account, live, object_id, id);

CREATE INDEX keys_account ON public.keys USING btree (account, live, id);

CREATE INDEX payment_intents_card ON public.payment_intents USING btree (account, live, card, created_at, id) WHERE (card IS NOT NULL);

CREATE INDEX payment_intents_created ON public.payment_intents USING btree (account, live, created_at, id);

CREATE INDEX payment_intents_customer ON public.payment_intents USING btree (account, live, customer, created_at, id) WHERE (customer IS NOT NULL);

CREATE INDEX payment_intents_due ON public.payment_intents USING btree (account, live, date_settlement, id) WHERE (date_settlement IS NOT NULL);

CREATE INDEX payment_intents_order_id ON public.payment_intents USING btree (account, live, order_id, created_at, id) WHERE (order_id IS NOT NULL);

CREATE INDEX payment_intents_sepa ON public.payment_intents USING btree (account, live, sepa, created_at, id) WHERE (sepa IS NOT NULL);

CREATE INDEX payment_intents_unique_id ON public.payment_intents USING btree (account, live, unique_id) WHERE (unique_id IS NOT NULL);

CREATE INDEX payments_card ON public.payments USING btree (account, live, card, created, id) WHERE (card IS NOT NULL);

CREATE INDEX payments_created ON public.payments USING btree (account, live, created, id);

CREATE INDEX payments_due ON public.payments USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX payments_due_own ON public.payments USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX payments_intent ON public.payments USING btree (account, live, payment_intent, created, id) WHERE (payment_intent IS NOT NULL);

CREATE INDEX payments_order_id ON public.payments USING btree (account, live, order_id, created, id) WHERE (order_id IS NOT NULL);

CREATE INDEX payments_paid ON public.payments USING btree (account, live, date_paym, id) WHERE (date_paym IS NOT NULL);

CREATE INDEX payments_sepa ON public.payments USING btree (account, live, sepa, created, id) WHERE (sepa IS NOT NULL);

CREATE INDEX payments_unique_id ON public.payments USING btree (account, live, unique_id) WHERE (unique_id IS NOT NULL);

CREATE INDEX payouts_created ON public.payouts USING btree (account, live, created, id);

CREATE INDEX payouts_due ON public.payouts USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX payouts_due_own ON public.payouts USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX payouts_open ON public.payouts USING btree (account, live, currency) WHERE (status = 'pending'::text);

CREATE INDEX refunds_created ON public.refunds USING btree (account, live, created, id);

CREATE INDEX refunds_due ON public.refunds USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX refunds_due_own ON public.refunds USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX refunds_intent ON public.refunds USING btree (account, live, payment_intent, created, id) WHERE (payment_intent IS NOT NULL);

CREATE INDEX refunds_payment ON public.refunds USING btree (account, live, payment, created, id);

CREATE INDEX requests_failed ON public.requests USING btree (account, live, id) WHERE (status >= 400);

CREATE INDEX requests_object ON public.requests USING btree (account, live, object_id, id) WHERE (object_id IS NOT NULL);

CREATE INDEX settlement_items_due ON public.settlement_items USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX settlement_items_due_own ON public.settlement_items USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX settlement_items_object ON public.settlement_items USING btree (account, live, object_id, id);

CREATE INDEX settlement_items_payout ON public.settlement_items USING btree (account, live, payout, kind, id) WHERE (payout IS NOT NULL);

CREATE INDEX stan_checkouts_token ON public.stan_checkouts USING btree (token);

CREATE INDEX stan_credentials_id ON public.stan_credentials USING btree (id);

CREATE INDEX stan_payments_created ON public.stan_payments USING btree (account, live, created, id);

CREATE INDEX stan_payments_due ON public.stan_payments USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX stan_payments_due_own ON public.stan_payments USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX stan_payments_payment ON public.stan_payments USING btree (account, live, payment);

CREATE INDEX stan_payments_token ON public.stan_payments USING btree (token);

CREATE INDEX stan_refunds_created ON public.stan_refunds USING btree (account, live, created, id);

CREATE INDEX stan_refunds_due ON public.stan_refunds USING btree (due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX stan_refunds_due_own ON public.stan_refunds USING btree (account, live, due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX stan_refunds_payment ON public.stan_refunds USING btree (account, live, payment, id);

CREATE INDEX transfers_created ON public.transfers USING btree (account, live, created, id);

CREATE INDEX transfers_instruction ON public.transfers USING btree (account, live, instruction);

CREATE INDEX webhook_endpoints_created ON public.webhook_endpoints USING btree (account, live, created, id) WHERE (NOT deleted);

CREATE INDEX webhook_endpoints_enabled ON public.webhook_endpoints USING btree (account, live) WHERE (enabled AND (NOT deleted));

CREATE UNIQUE INDEX authentications_token ON public.authentications USING btree (token) WHERE (token IS NOT NULL);

CREATE UNIQUE INDEX events_id ON public.events USING btree (account, live, id);

CREATE UNIQUE INDEX payment_intents_address ON public.payment_intents USING btree (id);

CREATE UNIQUE INDEX transfers_pending ON public.transfers USING btree (account, live, pending) WHERE (pending IS NOT NULL);

CREATE OR REPLACE FUNCTION public.refuse_gathering(detail text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'gathering refused' using errcode = 'OB001', detail = detail;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_ledger_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the ledger is append-only' using errcode = 'restrict_violation';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_other_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from transfers p
    where p.account = new.account and p.live = new.live and p.id = new.pending
      and p.phase = 'pending' and p.debit = new.debit and p.credit = new.credit
      and p.currency = new.currency and p.amount = new.released) then
    return null;
  end if;
  raise exception 'a transfer ends a pending one as it was promised'
    using errcode = 'integrity_constraint_violation';
end $function$;

CREATE TRIGGER settlement_items_settled BEFORE DELETE OR UPDATE ON public.settlement_items FOR EACH ROW WHEN ((old.payout IS NOT NULL)) EXECUTE FUNCTION refuse_ledger_change();

CREATE TRIGGER transfers_end AFTER INSERT ON public.transfers FOR EACH ROW WHEN ((new.pending IS NOT NULL)) EXECUTE FUNCTION refuse_other_end();

CREATE TRIGGER transfers_immutable BEFORE DELETE OR UPDATE ON public.transfers FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();

CREATE TRIGGER transfers_kept BEFORE TRUNCATE ON public.transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change();
