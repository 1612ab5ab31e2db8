import { businessDayFrom, nextBusinessDay } from '@obole/sepa/target-calendar.js'
import { Temporal } from 'temporal-polyfill'

/**
 * When banks do their part of the work. Each function gives the first such instant after another;
 * summer time is taken into account. Pure.
 */
export interface BankDays {
  /** The day's cut-off, any day of the week: what waits is sent to the bank. */
  cutoffAfter(at: Date): Date
  /** The morning of the next business day: what was sent is booked. */
  bookingAfter(at: Date): Date
  /** The forenoon of the next business day, today's included: payouts are made. */
  payoutAfter(at: Date): Date
  /** The day on the bank's calendar. */
  dayOf(at: Date): string
  /** The first of the three instants, business day or not: nothing that falls due hangs on less. */
  boundaryAfter(at: Date): Date
  /**
   * Later by a duration of ISO 8601, on the bank's calendar: a day has the hours that it has there,
   * so that the same time of the next day is one cut-off away. Throws a RangeError for what is no
   * duration, or leads out of the calendar.
   */
  later(at: Date, duration: string): Date
}

/** Before payouts, so that what is booked in the morning is paid out the same day. */
const booking = '06:00'
const payout = '10:00'

/** What holds unless configured otherwise. */
export const standardCutoff = { time: '22:00', zone: 'Europe/Paris' }

/** `22:00 Europe/Paris` → time and zone. Throws an Error that says what is wrong. */
export function parseCutoff(text: string): { time: string; zone: string } {
  const [, time, zone] = /^([01]\d:[0-5]\d|2[0-3]:[0-5]\d) (\S+)$/.exec(text) ?? []
  if (!time || !zone) throw new Error('must be a time and a zone, like 22:00 Europe/Paris')
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
  } catch {
    throw new Error(`knows no time zone ${zone}`)
  }
  return { time, zone }
}

type Wait = (at: Date) => Date

/** Remembers the last answer of "the first after": it holds for all instants until it comes. */
function remembered(firstAfter: Wait): Wait {
  let from = 0
  let until = 0
  return (at) => {
    const ms = at.getTime()
    if (ms < from || ms >= until) {
      from = ms
      until = firstAfter(at).getTime()
    }
    return new Date(until)
  }
}

/** Days that are remembered: today's, that of a booking, that of a payout. */
const daysKept = 4

/** The calendar of a zone. Remembers the last days: most questions are about them. */
function calendarOf(zone: string) {
  const zoned = (at: Date) =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone)
  const dayAround = (at: Date): { day: string; from: number; until: number } => {
    const day = zoned(at).toPlainDate()
    const startOf = (it: Temporal.PlainDate) => it.toZonedDateTime(zone).epochMilliseconds
    return { day: day.toString(), from: startOf(day), until: startOf(day.add({ days: 1 })) }
  }
  let kept: ReturnType<typeof dayAround>[] = []
  return {
    zoned,
    dayOf(at: Date): string {
      const ms = at.getTime()
      const known = kept.find(({ from, until }) => ms >= from && ms < until)
      if (known) return known.day
      const found = dayAround(at)
      kept = [found, ...kept.slice(0, daysKept - 1)]
      return found.day
    },
    instant(day: string, time: string): Date {
      const { epochMilliseconds } = Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(
        zone,
      )
      return new Date(epochMilliseconds)
    },
  }
}

const following = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString()
const any = (day: string): string => day

export function bankDaysOf({ time, zone }: { time: string; zone: string }): BankDays {
  const { zoned, dayOf, instant } = calendarOf(zone)
  /** The first such time after an instant, on a day that `from` allows. */
  const next = (at: Date, clock: string, from: (day: string) => string): Date => {
    const today = dayOf(at)
    const first = instant(from(today), clock)
    return first > at ? first : instant(from(following(today)), clock)
  }
  const nextMorning = remembered((at) => next(at, booking, any))
  let sent = { on: '', booked: new Date(0) }
  const cutoffAfter = remembered((at) => next(at, time, any))
  const forenoonAfter = remembered((at) => next(at, payout, any))
  return {
    dayOf,
    cutoffAfter,
    // Of the day and not of the hour: what is sent after midnight waits for another night.
    bookingAfter: (at) => {
      const on = dayOf(at)
      if (on !== sent.on) sent = { on, booked: instant(nextBusinessDay(on), booking) }
      return new Date(sent.booked)
    },
    payoutAfter: remembered((at) => next(at, payout, businessDayFrom)),
    boundaryAfter: (at) =>
      new Date(
        Math.min(...[cutoffAfter, nextMorning, forenoonAfter].map((it) => it(at).getTime())),
      ),
    later: (at, duration) =>
      new Date(zoned(at).add(Temporal.Duration.from(duration)).epochMilliseconds),
  }
}
