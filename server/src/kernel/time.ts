/** The instant without its part of a second: what the wire shows, and what lists sort by. */
export const wholeSecond = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000)

/** Seconds since 1970, as the wire of Stancer has it. */
export const unixSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** The instant so many milliseconds later. */
export const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms)

let last = { number: Number.NaN, day: '' }

/** The day of an instant, in UTC: 2026-01-31. Remembers the last: most questions are about it. */
export function dayOf(at: Date): string {
  const number = Math.floor(at.getTime() / (24 * 3600 * 1000))
  if (number !== last.number) last = { number, day: at.toISOString().slice(0, 10) }
  return last.day
}
