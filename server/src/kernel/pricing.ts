/** What one operation costs: a share of its amount, in basis points, and so many minor units. */
export interface Rate {
  bps: number
  fixed: number
}

/** What an account pays for our service, and the tax on it. */
export interface Pricing {
  card: Rate
  sepa: Rate
  /** For each dispute, whatever its amount. */
  dispute: number
  /** Basis points of the fees. */
  vat_bps: number
}

/**
 * The standard terms. 0.7 % and 12 cents is what the recorded fees of cards come to; the others are
 * ours (decision 0005).
 */
export const standardPricing: Pricing = {
  card: { bps: 70, fixed: 12 },
  sepa: { bps: 0, fixed: 25 },
  dispute: 1500,
  vat_bps: 2000,
}

/** Basis points of an amount, its part of a minor unit dropped. Pure. */
const shareDown = (amount: bigint, bps: number): bigint => (amount * BigInt(bps)) / 10_000n

/** Basis points of an amount, half a minor unit rounded up. Pure. */
const shareHalfUp = (amount: bigint, bps: number): bigint =>
  (amount * BigInt(bps) + 5_000n) / 10_000n

/** The fee of a payment, in minor units, without tax; rounded down. Nothing costs nothing. Pure. */
export function feeOf(pricing: Pricing, method: 'card' | 'sepa', amount: bigint): bigint {
  if (amount === 0n) return 0n
  const { bps, fixed } = pricing[method]
  return shareDown(amount, bps) + BigInt(fixed)
}

/** The tax on a fee, in minor units; half a unit is rounded up. Pure. */
export const vatOf = (pricing: Pricing, fee: bigint): bigint => shareHalfUp(fee, pricing.vat_bps)
