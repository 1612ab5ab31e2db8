import type { Method } from '../processors/processor.ts'
import type { SettlementItem, SettlementKind } from '../settlements/store.ts'

/** Amounts as decimal text: JSON has no number for every bigint. */
interface Sum {
  amount: string
  count: number
  fees: string
  vat: string
}

/** What the lines of a payout come to, by what they are of and how it was paid. */
export type Totals = Partial<Record<SettlementKind, Partial<Record<Method, Sum>>>>

const nothing: Sum = { amount: '0', count: 0, fees: '0', vat: '0' }

const plus = (one: string, other: bigint): string => (BigInt(one) + other).toString()

/** The totals with these lines too. Pure. */
export function withItems(totals: Totals, items: readonly SettlementItem[]): Totals {
  const all: Totals = structuredClone(totals)
  for (const { kind, method, amount, fee, vat } of items) {
    const of = all[kind] ?? {}
    const { [method]: sum = nothing } = of
    of[method] = {
      amount: plus(sum.amount, amount),
      count: sum.count + 1,
      fees: plus(sum.fees, fee),
      vat: plus(sum.vat, vat),
    }
    all[kind] = of
  }
  return all
}

/** What all lines of a payout come to for the merchant, fees and tax taken off. Pure. */
export function netOfTotals(totals: Totals) {
  let [gross, fees, fees_vat] = [0n, 0n, 0n]
  for (const it of Object.values(totals).flatMap((methods) => Object.values(methods))) {
    gross += BigInt(it.amount)
    fees += BigInt(it.fees)
    fees_vat += BigInt(it.vat)
  }
  return { amount: gross - fees - fees_vat, fees, fees_vat }
}

/** Minor units, and the number of lines. Fees are without tax. */
interface MethodTotal {
  amount: bigint
  count: number
  fees: bigint
}

/** What the lines of these kinds come to, by method. Pure. */
export function totalOf(
  totals: Totals,
  kinds: readonly SettlementKind[],
): { amount: bigint; method: Record<Method, MethodTotal> } {
  const by = (method: Method): MethodTotal => {
    const sums = kinds.map((kind) => totals[kind]?.[method] ?? nothing)
    return {
      amount: sums.reduce((sum, it) => sum + BigInt(it.amount), 0n),
      count: sums.reduce((sum, it) => sum + it.count, 0),
      fees: sums.reduce((sum, it) => sum + BigInt(it.fees), 0n),
    }
  }
  const method = { card: by('card'), sepa: by('sepa') }
  return { amount: method.card.amount + method.sepa.amount, method }
}
