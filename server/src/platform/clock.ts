/**
 * Where the present comes from. The platform reads no other clock for anything that a merchant
 * sees.
 */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that only moves forward, by hand on top of real time: for sandboxes and scenarios. */
export class MovableClock implements Clock {
  #ahead_ms = 0
  now(): Date {
    return new Date(Date.now() + this.#ahead_ms)
  }
  advance(ms: number): void {
    if (ms < 0) throw new RangeError('a clock does not go back')
    this.#ahead_ms += ms
  }
}
