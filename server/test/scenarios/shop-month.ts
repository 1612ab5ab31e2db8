import type { Draw } from '../draw.ts'
import type { Json } from '../harness.ts'
import type { Shop } from './shop.ts'
import {
  cardOf,
  currencyOf,
  daily,
  type Kind,
  now_and_then,
  type Sale,
  sell,
} from './shop-sales.ts'

/** In March 2035 clocks are put forward on Easter Sunday, the 25th, between two days of TARGET. */
const at = (day: number, time: string): string => {
  const offset = day > 25 || (day === 25 && time > '02') ? '+02:00' : '+01:00'
  return `2035-03-${String(day).padStart(2, '0')}T${time}:00${offset}`
}

/** Where the clock stands when the month is told: much of the last days is still under way. */
export const last_instant = new Date(at(31, '15:00'))

type Deed = () => Promise<unknown>

/** What the shop remembers of its month. */
export class Month {
  readonly sales: Sale[] = []
  readonly #shop: Shop
  readonly #draw: Draw
  readonly #refunds: { id: string; day: number }[] = []
  readonly #disputes: { id: string; day: number; n: number }[] = []
  readonly #disbursements: { id: string; day: number }[] = []
  #day = 0

  constructor(shop: Shop, draw: Draw) {
    this.#shop = shop
    this.#draw = draw
  }

  /**
   * Lives the month. What is done at one instant is done at once; all lots are drawn before, so
   * that who answers first decides nothing.
   */
  async live(): Promise<void> {
    const all = (deeds: readonly Deed[]) => Promise.all(deeds.map((it) => it()))
    for (let day = 1; day <= 31; day++) {
      this.#day = day
      if (day === 25) {
        // An hour later by the clock is two by the watch.
        await this.#shop.comesTo(at(day, '01:30'))
        await all(this.#sell(day, ['card', 'debit']))
        await this.#shop.comesTo(at(day, '03:30'))
        await all(this.#sell(day, ['card', 'later']))
      }
      await this.#shop.comesTo(at(day, '09:00'))
      await all(this.#morning(day))
      await this.#shop.comesTo(at(day, '15:00'))
      const rare = now_and_then[day]
      await all(this.#sell(day, rare ? [...daily, rare] : daily))
      await all(this.#afternoon(day))
      if (day % 4 !== 2) continue
      await this.#shop.comesTo(at(day, '22:30'))
      await all(this.#night(day))
    }
  }

  #sell(day: number, sold: readonly Kind[]): Deed[] {
    return sold.map((kind) => {
      const name = `order-${this.sales.length + 1}`
      // More than the shop gives back in days: it is paid out on the next, whatever else was sold.
      const least = kind === 'wholesale' ? 2_000_000 : 50
      const amount = least + this.#draw.below(this.#draw.below(5) ? 20_000 : 400_000)
      const sale: Sale = {
        ...{ name, day, kind, amount, currency: currencyOf(kind) },
        ...{ id: '', status: null, intent: null, refunded: 0 },
      }
      this.sales.push(sale)
      const n = kind === 'contested' ? day : this.#draw.below(100)
      return () => sell(this.#shop, sale, n)
    })
  }

  /** Takes some of these out at random: no two deeds of an instant are about one sale. */
  #some(from: readonly Sale[], count: number): Sale[] {
    const left = [...from]
    return Array.from({ length: Math.min(count, left.length) }, () =>
      left.splice(this.#draw.below(left.length), 1),
    ).flat()
  }

  #refund(sale: Sale, amount: number | undefined, expected: 200 | 409 = 200): Deed {
    const way = this.#draw.one(['refunds', 'payment', 'v1', 'intent'])
    const { id: payment, intent } = sale
    const part = amount === undefined ? {} : { amount }
    const refund = { id: '', day: this.#day }
    this.#refunds.push(refund)
    return async () => {
      const ask = (path: string, body: object) =>
        this.#shop.ask('refund', path, { body, status: expected })
      const { status, body } =
        way === 'v1'
          ? await ask('/v1/refunds', { payment, ...part })
          : way === 'payment'
            ? await ask(`/v2/payments/${payment}/refund`, part)
            : way === 'intent' && intent
              ? await ask(`/v2/payment_intents/${intent}/refund`, part)
              : await ask('/v2/refunds/', { payment, ...part })
      if (status !== 200) return
      sale.refunded += body.amount
      if (body.status === 'payment_canceled') sale.status = 'canceled'
      else refund.id = body.id
    }
  }

  /** Sold so long ago that the bank has booked it, whatever holidays came between. */
  #booked(day: number): Sale[] {
    const long_ago = (it: Sale) => it.day <= day - 6 && it.status === 'to_capture'
    const at_once = (it: Sale) => it.status === 'captured' && it.kind === 'card_at_once'
    return this.sales.filter((it) => long_ago(it) || at_once(it))
  }

  #leftOf = (sale: Sale): number => sale.amount - sale.refunded

  /** Refunds, disputes and answers to them, disbursements. */
  #morning(day: number): Deed[] {
    const deeds: Deed[] = []
    const candidates = this.#booked(day).filter((it) => this.#leftOf(it) > 1)
    const [whole, part, piece, contested, greedy] = this.#some(candidates, 5)
    if (whole) deeds.push(this.#refund(whole, undefined))
    for (const sale of [part, piece]) {
      if (sale) deeds.push(this.#refund(sale, 1 + this.#draw.below(this.#leftOf(sale) - 1)))
    }
    if (contested && day % 3 === 0) deeds.push(this.#contest(contested, day))
    if (greedy && day % 5 === 0) {
      deeds.push(this.#refund(greedy, this.#leftOf(greedy) + 1, 409))
    }
    for (const dispute of this.#disputes) {
      const deed = this.#answer(dispute, day - dispute.day)
      if (deed) deeds.push(deed)
    }
    if (day % 3 === 1) deeds.push(this.#disburse(day))
    return deeds
  }

  /** Four ways to take a dispute: with good evidence, with bad, giving in, and not looking. */
  #answer({ id, n }: { id: string; n: number }, days: number): Deed | undefined {
    const evidence = (body: object) => () =>
      this.#shop.ask('evidence', `/v2/disputes/${id}/evidence`, { body })
    if (n % 4 === 0 && days === 1) return evidence({ text: 'Signed for', submit: false })
    if (n % 4 === 0 && days === 2) return evidence({ text: 'Signed for at the door' })
    if (n % 4 === 1 && days === 1) return evidence({ text: 'We shall lose this' })
    if (n % 4 === 2 && days === 1) {
      return () => this.#shop.ask('accept', `/v2/disputes/${id}/accept`)
    }
    return undefined
  }

  #contest(sale: Sale, day: number): Deed {
    const method = sale.kind === 'debit' ? 'sepa' : 'card'
    const amount = this.#draw.one([undefined, Math.ceil(sale.amount / 2)])
    const response = method === 'sepa' ? 'MD06' : '4853'
    const path = `/v2/sandbox/payments/${sale.id}/dispute`
    const n = this.#disputes.length
    const dispute = { id: '', day, n }
    if (method === 'card') this.#disputes.push(dispute)
    sale.status = 'disputed'
    return async () => {
      const body = { response, ...(amount !== undefined && { amount }) }
      dispute.id = (await this.#shop.ask('dispute', path, { body })).body.id
    }
  }

  /** Pays a customer out to a card; twice to one whose bank refuses. */
  #disburse(day: number): Deed {
    const number = day % 15 === 13 ? '4000000000000002' : '4242424242424242'
    const order = { amount: 1 + this.#draw.below(2000), currency: this.#draw.one(['eur', 'usd']) }
    const disbursement = { id: '', day }
    this.#disbursements.push(disbursement)
    return async () => {
      const { body: card } = await this.#shop.ask('card', '/v2/cards/', { body: cardOf(number) })
      const body = { card: card.id, ...order }
      const { body: it } = await this.#shop.ask('disbursement', '/v2/disbursements/', { body })
      if (it.status === 'to_disburse') disbursement.id = it.id
    }
  }

  /** What was authorized is captured, all of it or less, given up, or forgotten. */
  #capture(sale: Sale, n: number): Deed | undefined {
    const { id } = sale
    const less = Math.ceil(sale.amount / 2)
    if (sale.kind === 'v1_later') {
      const body = { amount: less, currency: sale.currency, status: 'capture' }
      Object.assign(sale, { status: 'to_capture', amount: less })
      return () => this.#shop.ask('v1 capture', `/v1/checkout/${id}`, { method: 'PATCH', body })
    }
    if (n % 4 === 3) return undefined
    if (n % 4 === 2) return this.#refund(sale, undefined)
    const amount = n % 4 === 1 ? less : sale.amount
    Object.assign(sale, { status: 'to_capture', amount })
    return async () => {
      const path = `/v2/payments/${id}`
      if (n % 4 === 1) await this.#shop.ask('change', path, { method: 'PATCH', body: { amount } })
      await this.#shop.ask('capture', `${path}/capture`)
    }
  }

  /** Captures of yesterday, second thoughts of today, and the bank's bad news. */
  #afternoon(day: number): Deed[] {
    const yesterday = this.sales.filter((it) => it.day === day - 1 && it.status === 'authorized')
    const deeds = yesterday.flatMap((it) => this.#capture(it, day) ?? [])
    const today = (kind: Kind) =>
      this.sales.find((it) => it.day === day && it.kind === kind && it.status === 'to_capture')
    const [card, v1_card] = [today('card'), today('v1_card')]
    if (card && day % 2 === 0) deeds.push(this.#refund(card, undefined))
    if (v1_card && day % 5 === 0) deeds.push(this.#refund(v1_card, 1, 409))
    if (day % 4 === 1) deeds.push(...this.#dishonored('refunds', this.#refunds))
    if (day % 6 === 4) deeds.push(...this.#dishonored('disbursements', this.#disbursements))
    if (day === 6 || day === 20) deeds.push(this.#failPayout('to_pay'))
    if (day === 31) deeds.push(this.#failPayout('sent'))
    // Nothing else is sold in this currency: what it costs stays below zero.
    const swiss = this.sales.find(({ kind }) => kind === 'card_swiss')
    if (swiss && day === 29) deeds.push(this.#refund(swiss, undefined))
    return deeds
  }

  /** After the cut-off: what is with the bank cannot be refunded, and may come back to us. */
  #night(day: number): Deed[] {
    const sent = this.sales.find(({ kind, day: sold }) => kind === 'debit' && sold === day)
    const deeds = this.#sell(day, ['card', 'card_abroad'])
    if (sent) deeds.push(this.#refund(sent, undefined, 409))
    deeds.push(...this.#dishonored('refunds', this.#refunds))
    if (day === 14) deeds.push(this.#failPayout('sent'))
    return deeds
  }

  /** The test bank does not honour the first of these that was asked for today. */
  #dishonored(of: string, made: readonly { id: string; day: number }[]): Deed[] {
    const [first] = made.filter(({ id, day }) => id && day === this.#day)
    if (!first) return []
    return [() => this.#shop.ask(`${of} dishonored`, `/v2/sandbox/${of}/${first.id}/dishonor`)]
  }

  #failPayout(status: string): Deed {
    return async () => {
      const payouts = await this.#shop.list('/v2/payouts/', 'payouts')
      const payout = payouts.find((it: Json) => it.status === status && it.currency === 'eur')
      await this.#shop.ask('fail', `/v2/sandbox/payouts/${payout?.id}/fail`)
    }
  }
}
