import { Refusal } from '../../kernel/problem.ts'
import { findPayments, type Payment } from '../../payments/store.ts'
import { findOpenPayout } from '../../payouts/store.ts'
import { withItems } from '../../payouts/totals.ts'
import type { Tx } from '../../platform/db.ts'
import type { Ctx } from '../../processors/ctx.ts'
import type { SettlementItem } from '../../settlements/store.ts'
import { importDisbursement } from './import-disbursement.ts'
import { importDispute, importEvidence } from './import-dispute.ts'
import { importIntent } from './import-intent.ts'
import { importAddress, importCard, importCustomer, importSepa } from './import-kept.ts'
import { importPayment } from './import-payment.ts'
import { importPayout, type SettledIn } from './import-payout.ts'
import { importRefund } from './import-refund.ts'
import { type Imported, Unusable } from './imported.ts'
import type { Line, LineObject } from './line-schemas.ts'
import { tables } from './tables.ts'
import { batch, takenOf, writeImported, writeRefunded } from './write-imported.ts'

export interface Fault {
  /** Counted from 1. */
  line: number
  reason: string
}

const faultsMax = 100

type OfPayment = Extract<Line, { object: 'refund' | 'dispute' }>
type OfPayout = Extract<Line, { object: 'payout' }>
/** Where something was read. */
type Read = Pick<Line, 'number' | 'live'>

/** `object` → what becomes of a line that needs no other line. Each throws Unusable. */
const makers: {
  [O in Exclude<LineObject, (OfPayment | OfPayout)['object']>]: (ctx: Ctx, it: never) => Imported
} = {
  address: importAddress,
  customer: importCustomer,
  card: importCard,
  sepa: importSepa,
  payment_intent: importIntent,
  payment: importPayment,
  evidence: importEvidence,
  disbursement: importDisbursement,
}

const keyOf = ({ live }: { live: boolean }, id: string): string => `${live} ${id}`

function* pieces<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += batch) yield all.slice(at, at + batch)
}

/**
 * One import: what it must remember while its lines go by. What stands on a payment is made when
 * all payments are there, and payouts when all is there that is settled in them.
 */
export class LineImport {
  readonly faults: Fault[] = []
  /** How many lines are bad; only the first ones are named. */
  total = 0
  readonly #tx: Tx
  readonly #contexts: Record<`${boolean}`, Ctx>
  readonly #seen = new Set<string>()
  /** Objects that were named and not seen yet, by the line that named them first. */
  readonly #missing = new Map<string, Read & { table: string; id: string }>()
  #waiting: (Read & { it: Imported })[] = []
  readonly #ofPayments: OfPayment[] = []
  readonly #payouts: OfPayout[] = []
  /** Payout → what is settled in it, by the line that named it first. */
  readonly #settled = new Map<string, Read & SettledIn & { id: string }>()
  /** Disputed payments whose dispute has not come yet. */
  readonly #disputed = new Map<string, Read>()

  /** `contexts`: of each mode, reading within the transaction. */
  constructor(tx: Tx, contexts: Record<`${boolean}`, Ctx>) {
    this.#tx = tx
    this.#contexts = contexts
  }

  fault(line: number, reason: string): void {
    this.total++
    if (this.faults.length < faultsMax) this.faults.push({ line, reason })
  }

  /** Does what may show that a line is bad. */
  async attempt(line: number, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Unusable || error instanceof Refusal)) throw error
      this.fault(line, error.message)
    }
  }

  /** Throws Unusable. */
  async take(line: Line): Promise<void> {
    const { id } = line.value
    const key = keyOf(line, id)
    if (this.#seen.has(key)) throw new Unusable(`id: ${id} stands twice in this file`)
    this.#seen.add(key)
    this.#missing.delete(key)
    switch (line.object) {
      case 'refund':
      case 'dispute':
        this.#ofPayments.push(line)
        return
      case 'payout':
        this.#payouts.push(line)
        return
      default: {
        const it = makers[line.object](this.#contexts[`${line.live}`], line.value as never)
        const isDisputed = it.object === 'payment' && it.status === 'disputed'
        if (isDisputed) this.#disputed.set(key, line)
        await this.#put(line, it)
      }
    }
  }

  async #put({ number, live }: Read, it: Imported): Promise<void> {
    for (const { table, id } of it.names) {
      const key = keyOf({ live }, id)
      if (this.#seen.has(key) || this.#missing.has(key)) continue
      this.#missing.set(key, { number, live, table, id })
    }
    for (const item of it.items) this.#settle({ number, live }, item)
    this.#waiting.push({ number, live, it })
    if (this.#waiting.length >= batch) await this.#write()
  }

  #settle(read: Read, item: SettlementItem): void {
    const { payout: id, currency } = item
    if (id === null) return
    const key = keyOf(read, id)
    const before = this.#settled.get(key) ?? { ...read, id, currency, totals: {} }
    if (before.currency !== currency) {
      throw new Unusable(`currency: what else is settled in ${id} is in ${before.currency}`)
    }
    this.#settled.set(key, { ...before, totals: withItems(before.totals, [item]) })
  }

  /** Writes what waits; once a line is bad, nothing more is written, but all is still checked. */
  async #write(): Promise<void> {
    const all = this.#waiting
    this.#waiting = []
    for (const ctx of Object.values(this.#contexts)) {
      const mine = all.filter(({ live }) => live === ctx.live)
      await this.#refuseTaken(ctx, mine)
      if (this.total > 0) continue
      await writeImported(
        this.#tx,
        ctx,
        mine.map(({ it }) => it),
      )
    }
  }

  async #refuseTaken(ctx: Ctx, all: readonly (Read & { it: Imported })[]): Promise<void> {
    for (const object of new Set(all.map(({ it }) => it.object))) {
      const mine = all.filter(({ it }) => it.object === object)
      const ids = mine.map(({ it }) => it.id)
      const taken = await takenOf(this.#tx, ctx, tables[object].name, ids)
      for (const { number, it } of mine) {
        if (taken.has(it.id)) this.fault(number, `id: ${it.id} exists already`)
      }
    }
  }

  /** What was named must be there by now: from this file, or from before. */
  async #refuseMissing(): Promise<void> {
    for (const { number, live, table, id } of this.#missing.values()) {
      const there = await takenOf(this.#tx, this.#contexts[`${live}`], table, [id])
      if (!there.has(id)) this.fault(number, missing(id))
    }
  }

  /** Refunds and disputes, each on its payment as those before have left it. */
  async #importOfPayments(): Promise<void> {
    const known = new Map<string, { before: Payment; after: Payment }>()
    for (const lines of pieces(this.#ofPayments)) {
      for (const ctx of Object.values(this.#contexts)) {
        const ids = lines.flatMap(({ live, value }) => (live === ctx.live ? value.payment : []))
        const unknown = ids.filter((id) => !known.has(keyOf(ctx, id)))
        for (const it of await findPayments(ctx, unknown)) {
          known.set(keyOf(ctx, it.id), { before: it, after: it })
        }
      }
      for (const line of lines) {
        await this.attempt(line.number, () => this.#importOfPayment(line, known))
      }
    }
    for (const { number } of this.#disputed.values()) {
      this.fault(number, 'status: a disputed payment comes with its dispute')
    }
    await this.#write()
    const changed = [...known.values()].filter((it) => it.after !== it.before)
    if (this.total > 0) return
    for (const ctx of Object.values(this.#contexts)) {
      const mine = changed.filter(({ before }) => before.live === ctx.live)
      for (const piece of pieces(mine)) await writeRefunded(this.#tx, ctx, piece)
    }
  }

  async #importOfPayment(
    line: OfPayment,
    known: ReadonlyMap<string, { before: Payment; after: Payment }>,
  ): Promise<void> {
    const { live, value } = line
    const ctx = this.#contexts[`${live}`]
    const key = keyOf(line, value.payment)
    const pair = known.get(key)
    if (!pair) throw new Unusable(missing(value.payment))
    if (line.object === 'refund') {
      const { imported, payment } = importRefund(ctx, line.value, pair.after)
      pair.after = payment
      return this.#put(line, imported)
    }
    const it = importDispute(ctx, line.value, pair.after)
    if (it.status !== 'won' && !this.#disputed.delete(key)) {
      throw new Unusable(`payment: ${value.payment} has another dispute that is not won`)
    }
    return this.#put(line, it)
  }

  async #importPayouts(): Promise<void> {
    const open = new Set<string>()
    for (const line of this.#payouts) {
      await this.attempt(line.number, async () => {
        const ctx = this.#contexts[`${line.live}`]
        const { id, currency, status } = line.value
        const lines = this.#settled.get(keyOf(line, id))
        this.#settled.delete(keyOf(line, id))
        const it = importPayout(ctx, line.value, lines)
        if (status === 'pending') {
          const other = open.has(keyOf(line, currency)) || (await findOpenPayout(ctx, currency))
          if (other) throw new Unusable(`status: another payout in ${currency} is pending`)
          open.add(keyOf(line, currency))
        }
        await this.#put(line, it)
      })
    }
    for (const { number, id } of this.#settled.values()) {
      this.fault(number, `${id} is named, and not in this file: a payout comes with its lines`)
    }
    await this.#write()
  }

  /** What lines say of each other shows once each is good by itself. */
  async end(): Promise<void> {
    await this.#write()
    if (this.total === 0) await this.#importOfPayments()
    if (this.total === 0) await this.#importPayouts()
    await this.#refuseMissing()
    this.faults.sort((one, other) => one.line - other.line)
  }
}

const missing = (id: string): string => `${id} is named, and neither in this file nor here`
