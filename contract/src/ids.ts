/**
 * Every id prefix of the platform → the kind of object it names. One file, so that no two kinds
 * share one.
 */
export const prefixes = {
  acct: 'account',
  key: 'key',
  cust: 'customer',
  addr: 'address',
  card: 'card',
  sepa: 'sepa',
  mndt: 'mandate',
  pi: 'payment_intent',
  paym: 'payment',
  refd: 'refund',
  dspt: 'dispute',
  pout: 'payout',
  dsbm: 'disbursement',
  chck: 'sepa_check',
  sub: 'subscription',
  we: 'webhook_endpoint',
  wsec: 'webhook_secret',
  evt: 'event',
  dlvr: 'delivery',
  req: 'request',
  idmp: 'idempotency_key',
  inst: 'instruction',
  trsf: 'transfer',
  item: 'settlement_item',
  evdc: 'evidence',
} as const

export type Prefix = keyof typeof prefixes

/** The JSON Schema pattern of an id of this prefix: the prefix, then 24 word characters. */
export const idPattern = (prefix: Prefix): string => `^${prefix}_[a-zA-Z0-9]{24}$`
