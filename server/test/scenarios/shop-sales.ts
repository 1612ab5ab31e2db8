import type { Shop } from './shop.ts'

/** Numbers of cards and accounts by what becomes of a sale with them. */
const numbers = {
  good: ['4242424242424242', '5555555555554444', '4000002500000003', '5105105105105100'],
  at_once: ['4000000000000077'],
  declining: ['4000000000000002', '4000000000009995', '4000000000009987', '4000000000003220'],
  contested: ['4000000000000259', '4000000000001976', '4000000000005423'],
  debited: ['DE89370400440532013000', 'FR1420041010050500013M02606', 'NL39RABO0300065264'],
  refusing: [
    ...['FR2990665286926539507769811', 'FR8191676442817818484578833'],
    ...['FR3083648641551044006702169', 'FR4200838098473368525032012'],
    ...['FR7099253427049384102178149', 'FR7240745948453163519978561'],
    ...['FR5533686478441573584650545', 'FR2488294045573706143240475'],
  ],
  returned: ['BE08510007547063', 'ES5000120345030000067892'],
} as const

type Outcome = keyof typeof numbers
type Currency = 'eur' | 'usd' | 'chf'

/** A way in which the shop is paid. */
interface Way {
  by: 'v2' | 'v1' | 'intent'
  /** What becomes of it: this, or now one and now another. */
  outcome: Outcome | ((n: number) => Outcome)
  currency?: Currency
  capture?: boolean
}

const ways = {
  card: { by: 'v2', outcome: 'good' },
  card_abroad: { by: 'v2', outcome: 'good', currency: 'usd' },
  card_swiss: { by: 'v2', outcome: 'at_once', currency: 'chf' },
  card_at_once: { by: 'v2', outcome: 'at_once' },
  wholesale: { by: 'v2', outcome: 'at_once' },
  debit: { by: 'v2', outcome: 'debited' },
  later: { by: 'v2', outcome: 'good', capture: false },
  v1_card: { by: 'v1', outcome: 'good' },
  v1_later: { by: 'v1', outcome: 'good', capture: false },
  intent: { by: 'intent', outcome: 'good' },
  declined: { by: 'v2', outcome: (n) => (n % 3 ? 'declining' : 'refusing') },
  // Every third day; then by card and by debit in turns.
  contested: {
    by: 'v2',
    outcome: (n) => (n % 3 ? 'good' : n % 2 ? 'contested' : 'returned'),
  },
} as const satisfies Record<string, Way>

export type Kind = keyof typeof ways

/** One thing that the shop sold, or tried to. */
export interface Sale {
  /** Its order, by which it is known in every telling of the month. */
  name: string
  day: number
  kind: Kind
  amount: number
  currency: Currency
  id: string
  status: string | null
  intent: string | null
  refunded: number
}

/** What is sold on each day of the month. */
export const daily: readonly Kind[] = [
  ...(['card', 'card_abroad', 'card_at_once', 'debit', 'later'] as const),
  ...(['v1_card', 'v1_later', 'intent', 'declined', 'contested'] as const),
]

/** What is sold on some days only; none of it is given back by chance. */
export const now_and_then: Readonly<Record<number, Kind>> = {
  5: 'wholesale',
  13: 'wholesale',
  19: 'wholesale',
  28: 'card_swiss',
  29: 'wholesale',
}

export const currencyOf = (kind: Kind): Currency => (ways[kind] as Way).currency ?? 'eur'

export const cardOf = (number: string) => ({
  number,
  exp_month: 12,
  exp_year: 2040,
  cvc: '123',
})

function tenderOf(outcome: Outcome, n: number) {
  const number = numbers[outcome][n % numbers[outcome].length] ?? ''
  if (/^\d/.test(number)) return { card: cardOf(number) }
  const date_mandate = '2035-01-01'
  return { sepa: { iban: number, name: 'A payer', mandate: 'M-1', date_mandate } }
}

/** Tries to sell it, in its way; `n` chooses the number. The sale is told what came of it. */
export async function sell(shop: Shop, sale: Sale, n: number): Promise<void> {
  const { by, outcome, capture = true }: Way = ways[sale.kind]
  const tender = tenderOf(typeof outcome === 'string' ? outcome : outcome(n), n)
  const { name: order_id, amount, currency } = sale
  const ordered = { order_id, amount, currency }
  if (by === 'intent') {
    const { body: kept } = await shop.ask('card', '/v2/cards/', { body: tender.card ?? {} })
    const body = { ...ordered, card: kept.id, threeds: 'none' }
    const { body: intent } = await shop.ask('intent', '/v2/payment_intents/', { body })
    Object.assign(sale, { id: intent.payment, intent: intent.id, status: 'to_capture' })
    return
  }
  const path = by === 'v1' ? '/v1/checkout' : '/v2/payments/'
  const { body: it } = await shop.ask('payment', path, { body: { ...ordered, ...tender, capture } })
  Object.assign(sale, { id: it.id, status: it.status })
}
