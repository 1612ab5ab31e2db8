/** The middle of the values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** The value that `share` of the values do not exceed. Takes them sorted. */
export const quantile = (sorted: ArrayLike<number>, share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN

/**
 * How many times `b` goes into `a`: the median over the rounds, each of which measured both one
 * after the other. What disturbed a round disturbed both.
 */
export function ratio(a: readonly number[], b: readonly number[]): number {
  const rounds = Math.min(a.length, b.length)
  return median(Array.from({ length: rounds }, (_, n) => (a[n] as number) / (b[n] as number)))
}

/** Three digits that mean something: a measurement has no more. */
export function brief(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const text = value.toPrecision(3)
  return text.includes('e') ? String(Math.round(value)) : text
}
