const dayMs = 24 * 3600 * 1000
const saturday = 6
const sunday = 0
/** Closing days with a date of their own (month-day). The others hang on Easter. */
const fixedClosings: ReadonlySet<string> = new Set(['01-01', '05-01', '12-25', '12-26'])

/**
 * Milliseconds of the day's start in UTC; a day that the calendar does not have throws a
 * RangeError.
 */
function parseDay(day: string): number {
  const ms = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(ms) || formatDay(ms) !== day) throw new RangeError(`No such day: ${day}`)
  return ms
}

const formatDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/**
 * Start of Easter Sunday in UTC, by the anonymous Gregorian rule (Meeus, Astronomical Algorithms,
 * chapter 8).
 */
function easterSunday(year: number): number {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const yearOfCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const leaps = 32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4)
  const weekday = (leaps - epact - (yearOfCentury % 4)) % 7
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451)
  const days = epact + weekday - 7 * late + 114
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1)
}

function isOpen(ms: number): boolean {
  const date = new Date(ms)
  const weekday = date.getUTCDay()
  if (weekday === saturday || weekday === sunday) return false
  if (fixedClosings.has(formatDay(ms).slice(5))) return false
  const easter = easterSunday(date.getUTCFullYear())
  return ms !== easter - 2 * dayMs && ms !== easter + dayMs
}

/**
 * Whether TARGET settles on this day ('YYYY-MM-DD'). Closed on Saturdays, Sundays, 1 January, Good
 * Friday, Easter Monday, 1 May, 25 and 26 December: the calendar of the European Central Bank since
 * 2002. National holidays do not count.
 */
export const isBusinessDay = (day: string): boolean => isOpen(parseDay(day))

/** The day itself when TARGET settles on it, else the next on which it does. */
export const businessDayFrom = (day: string): string =>
  isBusinessDay(day) ? day : nextBusinessDay(day)

/** The first business day after this day. */
export const nextBusinessDay = (day: string): string => addBusinessDays(day, 1)

/**
 * The business day that many business days after this day, or before it when negative; 0 is the day
 * itself.
 */
export function addBusinessDays(day: string, count: number): string {
  if (!Number.isSafeInteger(count)) throw new RangeError(`Not a whole number of days: ${count}`)
  const step = count < 0 ? -dayMs : dayMs
  let ms = parseDay(day)
  for (let left = Math.abs(count); left > 0; ) {
    ms += step
    if (isOpen(ms)) left--
  }
  return formatDay(ms)
}
