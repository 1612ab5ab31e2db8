import { isIP } from 'node:net'

/**
 * The formats that a request's texts may have. Each reads one value, without exceptions. Pure.
 */

const local = String.raw`[^\s@"(),:;<>[\]\\.]+(?:\.[^\s@"(),:;<>[\]\\.]+)*`
const label = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`
const emailPattern = new RegExp(`^${local}@(?:${label}\\.)+${label}$`, 'u')

/** An address that a mail server could take: the schema bounds its length before. */
export const isEmail = (text: string): boolean => text.length <= 320 && emailPattern.test(text)

export const isAddressOfHost = (text: string): boolean => isIP(text) !== 0

export type UrlFault = 'scheme' | 'scheme_permitted' | 'host' | 'characters'

/**
 * What is wrong with an address that a browser will be sent to, or undefined. Only http and https:
 * a payment page must never lead to `javascript:` or to a file.
 */
export function urlFault(text: string): UrlFault | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return 'scheme'
  if (scheme !== 'http' && scheme !== 'https') return 'scheme_permitted'
  if (/[\s\\\p{Cc}]/u.test(text)) return 'characters'
  return /^https?:\/\/[^/?#]/i.test(text) && URL.canParse(text) ? undefined : 'host'
}

const numeric = /^\s*[+-]?\d{1,20}(?:\.\d{1,20})?\s*$/
const writtenDay = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const time = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?`
const zone = String.raw`(?:(Z)|([+-])(\d{2})(?::?(\d{2}))?)?`
const writtenInstant = new RegExp(String.raw`^([\d-]{8,10})[T ]${time}${zone}$`, 'i')

/** Numbers above are milliseconds, as pydantic reads them: in seconds it would be the year 2603. */
const secondsUpTo = 2e10
const earliest = Date.parse('0001-01-01T00:00:00Z')
const latest = Date.parse('9999-12-31T23:59:59.999Z')

function fromNumber(value: unknown): Date | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && numeric.test(value))) return
  const number = Number(value)
  const ms = Math.abs(number) > secondsUpTo ? number : number * 1000
  return ms >= earliest && ms <= latest ? new Date(ms) : undefined
}

/** The day with leading zeros, where the calendar has it. */
function calendarDay(text: string): string | undefined {
  const [, year, month, day] = writtenDay.exec(text) ?? []
  if (!year || !month || !day || year === '0000') return
  const padded = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const time = Date.parse(`${padded}T00:00:00Z`)
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== padded) return
  return padded
}

function fromText(text: string): Date | undefined {
  const [, day, hour, minute, second = '00', fraction = '0', , sign, offsetHour, offsetMinute] =
    writtenInstant.exec(text) ?? []
  const date = calendarDay(day ?? text)
  if (!date) return
  if (!hour || !minute) return new Date(`${date}T00:00:00Z`)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return
  const offset = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000
  const written = Date.parse(
    `${date}T${hour.padStart(2, '0')}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`,
  )
  const ms = sign === '-' ? written + offset : written - offset
  return ms >= earliest && ms <= latest ? new Date(ms) : undefined
}

/**
 * A moment given as unix seconds, as a text of them, or as ISO 8601; without an offset it is UTC.
 */
export const toInstant = (value: unknown): Date | undefined =>
  fromNumber(value) ?? (typeof value === 'string' ? fromText(value.trim()) : undefined)

/**
 * A day given as such, as the day that an ISO 8601 moment writes, or as unix seconds of a moment of
 * it in UTC.
 */
export function toDay(value: unknown): string | undefined {
  const counted = fromNumber(value)
  if (counted) return counted.toISOString().slice(0, 10)
  if (typeof value !== 'string') return
  const text = value.trim()
  const [, day] = writtenInstant.exec(text) ?? []
  return day === undefined || fromText(text) ? calendarDay(day ?? text) : undefined
}

/** Characters that the store cannot keep: NUL, and halves of surrogate pairs. */
export const unstorable = (text: string): boolean => /[\0\p{Surrogate}]/u.test(text)

/** Length in code points, as people count characters in Python and PostgreSQL. */
export function codePoints(text: string): number {
  let count = text.length
  for (let at = 0; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0xd800 && unit < 0xdc00) count--
  }
  return count
}
