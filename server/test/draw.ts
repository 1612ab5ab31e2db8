/** Drawing lots. The same seed gives the same lots, on every machine. */
export interface Draw {
  /** A whole number from 0, and less than this. */
  below(end: number): number
  /** One of these; undefined of none. */
  pick<T>(from: readonly T[]): T | undefined
  /** One of these, of which there is one at least. */
  one<T>(from: readonly [T, ...T[]]): T
}

/** Park and Miller's generator: small, and good enough to choose what a test does. */
export function drawing(seed: number): Draw {
  const modulus = 2 ** 31 - 1
  let state = (Math.trunc(Math.abs(seed)) % (modulus - 1)) + 1
  const next = () => {
    state = (state * 48_271) % modulus
    return state
  }
  // Seeds that are neighbours would begin alike.
  next()
  next()
  const below = (end: number) => next() % end
  const pick = <T>(from: readonly T[]): T | undefined => from[below(from.length || 1)]
  return { below, pick, one: (from) => pick(from) ?? from[0] }
}

/** The seed of this run of the tests: OBOLE_SEED, or another each time. */
export const seed_of_run = Number(process.env.OBOLE_SEED ?? Date.now() % 2 ** 31)
