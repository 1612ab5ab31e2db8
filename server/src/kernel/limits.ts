/**
 * Every bound of the program, each with its reason. Bounds of single fields stand in the contract's
 * schemas.
 */
export const limits = {
  /** Highest amount in minor units: 32 bits without sign, as the published schemas say. */
  amount_max: 4_294_967_295n,
  /**
   * A request body. The longest honest one is evidence: 160 kB of files in base64 beside a text.
   */
  body_bytes_max: 256 * 1024,
  /** Nesting of a JSON body: metadata is free, a stack overflow is not. */
  body_depth_max: 16,
  /**
   * Changes gathered into one transaction: beyond this the gain is flat and one failure repeats
   * more.
   */
  gathering_max: 200,
  /** How often a verb is repeated after a conflict before the caller is asked to try again. */
  verb_attempts_max: 20,
  /** How long an answer is kept to be repeated: longer than any queue of a shop tries again. */
  idempotency_ms: 30 * 24 * 3600 * 1000,
  /** How long a payment or checkout of Stan waits for its payer: a day. */
  stan_payment_ms: 24 * 3600 * 1000,
  /** How long a payer of Stan waits for the merchant to say something of the delivery. */
  stan_ask_ms: 6_000,
  /** Delivery methods that are shown: more nobody reads. */
  stan_methods_max: 20,
  /** Rows of one page of a list, as the contract says. */
  page_max: 100,
  page_default: 10,
  /** How long an authorization may wait for its capture: 7 days, as published. */
  authorization_ms: 7 * 24 * 3600 * 1000,
  /** Life of a 3-D Secure session: 6 hours, as published. */
  authentication_ms: 6 * 3600 * 1000,
  /** Time to answer a dispute: 14 days, less than what networks leave to a merchant's bank. */
  evidence_ms: 14 * 24 * 3600 * 1000,
  /** Time that a bank takes to weigh evidence: 7 days, which a test can wait for. */
  verdict_ms: 7 * 24 * 3600 * 1000,
  /** Files of one call together, decoded: in base64 beside the longest text they fit a body. */
  evidence_bytes_max: 120 * 1024,
  /** Drafts against one dispute: each is kept. */
  evidence_drafts_max: 100,
  /** Files against one dispute: somebody at a bank reads them. */
  evidence_files_max: 10,
  /** Tries on the hosted page before it closes the payment: against card testing. */
  attempts_max: 10,
  /** Wrong one-time codes before the test bank declines, as banks do. */
  code_tries_max: 3,
  /** Refunds of one payment: their list has no pages, and v1 shows it in each payment. */
  refunds_max: 100,
  /** How far a test clock is moved at once: a longer way is a slip, and the caller waits for it. */
  clock_move: 'P10Y',
  /** Days are written with four digits of the year, also those on which things fall due later. */
  clock_end: new Date('9000-01-01T00:00:00Z'),
  /** Events told by a move of the clock: beyond, an answer is too long to read. */
  clock_events_max: 1000,
  /** Events that a filtered list counts: beyond, reading them costs more than it tells. */
  events_counted: 10_000,
  /** Events told once more by one call: in one Change, each a delivery to every endpoint. */
  replayed_events_max: 500,
  /** Events read at once for somebody who listens: so many are in memory for each. */
  told_events_max: 100,
  /** Streams of one account and process: each asks the database once a second. */
  streams_max: 20,
  /** Due rows read by a worker at once. */
  due_batch: 200,
  /** Due rows decided and written at once: a request waits for a millisecond or two of them. */
  due_chunk: 50,
  /** The same on a thread of its own; where that is too slow for its rate, in larger chunks. */
  due_batch_aside: 2000,
  due_chunk_aside: 25,
  due_chunk_late: 200,
  /** Of the time that a chunk took there, so much is left to requests after it. */
  due_rest_aside: 0.6,
  /** Rows a second that the thread keeps up where the machine can, whatever is left to requests. */
  due_per_second_aside: 3500,
  /** An address that a merchant gives us to call: what servers and proxies take as a rule. */
  outbound_url_max: 2048,
  /** A call to such an address as a whole: name, connection, TLS, headers and body. */
  outbound_ms: 15_000,
  /** Kept of an answer: enough to see what went wrong, and nothing that fills a disk. */
  outbound_answer_bytes: 64 * 1024,
  outbound_headers_bytes: 16 * 1024,
  /** Addresses of one name that are tried: both families, and no list to scan others with. */
  outbound_addresses_max: 8,
  /**
   * Time for one of them before the next is tried. The attempt is dropped, not raced on, so this
   * must leave time for a far endpoint and for a busy process; Node's 250 ms do not.
   */
  outbound_attempt_ms: 3_000,
  /** Webhook endpoints of an account in each mode: each event costs a row for each of them. */
  webhook_endpoints_max: 16,
  /** Attempts at one delivery, as published. */
  delivery_attempts_max: 15,
  /** How long one attempt belongs to a process: longer than the call may take. */
  delivery_lease_ms: 30_000,
  /** Kept of an answer to a delivery, and of its headers: enough to see what went wrong. */
  delivery_answer_bytes: 4096,
  /** Longest wait that an endpoint may ask for: a day. */
  retry_after_max_ms: 24 * 3600 * 1000,
  /** Attempts under way at one endpoint: what one that answers in 20 ms needs for 400 a second. */
  deliveries_at_once: 8,
  /** And at one that takes nothing: enough to see that it does again. */
  deliveries_at_failing: 2,
  /** Attempts under way in a process, and those of them at endpoints that take nothing. */
  deliveries_in_all: 256,
  deliveries_failing_in_all: 64,
  /** A body in the log of requests, in characters: beyond, its beginning tells what it was. */
  logged_body_max: 8192,
  /** A text of a body in the log, and an address. */
  logged_text_max: 1024,
  logged_path_max: 512,
  /** Members or items of one object or list in the log: an honest one has fewer. */
  logged_members_max: 100,
  /** Events named by one line of the log. */
  logged_events_max: 100,
  /** How long a call waits at most to be logged: as much is lost by a process that is killed. */
  requests_wait_ms: 250,
  /** Calls written at once: on the embedded engine a payment waits behind them for milliseconds. */
  requests_batch: 200,
  /** Calls that wait while the database is away: the oldest give way, not the memory. */
  requests_waiting_bytes: 8 * 1024 * 1024,
  /** How long calls are kept: for the questions that come with the monthly statement. */
  requests_days: 30,
  /**
   * How long a key is kept by real time, whatever the clock of its account says: one that stands
   * still is not kept for ever.
   */
  idempotency_days: 60,
  /** How long deliveries and their attempts are kept: ten times as long as they are tried. */
  deliveries_days: 30,
  /** How long events are kept: a year, and a month to notice what a year later was not there. */
  events_days: 400,
  /** Old rows deleted at once: some milliseconds of the embedded engine, which others wait for. */
  retention_batch: 1000,
  /** Between two batches, so that nobody waits behind more than one. */
  retention_pause_ms: 100,
  /** How often old rows are looked for: nobody counts their days by the hour. */
  retention_every_ms: 3600 * 1000,
} as const
