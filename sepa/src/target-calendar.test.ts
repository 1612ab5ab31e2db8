import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { easterSundays } from './target-calendar.fixture.ts'
import {
  addBusinessDays,
  businessDayFrom,
  isBusinessDay,
  nextBusinessDay,
} from './target-calendar.ts'

/** Calendar days later, by Date and nothing of ours. */
function later(day: string, days: number): string {
  const date = new Date(`${day}T12:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

const anyDay = fc.integer({ min: 0, max: 80 * 365 + 19 }).map((days) => later('2020-01-01', days))
const anyCount = fc.integer({ min: -60, max: 60 })

describe('the TARGET calendar', () => {
  it('from 2020 to 2099 is closed on weekends and six holidays, and on no other day', () => {
    for (const easter of easterSundays) {
      const year = easter.slice(0, 4)
      const fixed = ['01-01', '05-01', '12-25', '12-26'].map((day) => `${year}-${day}`)
      const closed = new Set([...fixed, later(easter, -2), later(easter, 1)])
      for (let day = `${year}-01-01`; day.startsWith(year); day = later(day, 1)) {
        const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
        const open = weekday !== 0 && weekday !== 6 && !closed.has(day)
        assert.equal(isBusinessDay(day), open, day)
      }
    }
  })

  it('counts over Easter, May Day and Christmas', () => {
    assert.equal(nextBusinessDay('2026-04-02'), '2026-04-07')
    assert.equal(nextBusinessDay('2026-04-30'), '2026-05-04')
    assert.equal(nextBusinessDay('2026-12-24'), '2026-12-28')
    assert.equal(nextBusinessDay('2027-12-31'), '2028-01-03')
    assert.equal(addBusinessDays('2026-04-07', -1), '2026-04-02')
    assert.equal(addBusinessDays('2026-12-23', 6), '2027-01-04')
    assert.equal(businessDayFrom('2026-04-03'), '2026-04-07')
    assert.equal(businessDayFrom('2026-04-07'), '2026-04-07')
  })

  it('days added come out open, and there are as many open days on the way', () => {
    fc.assert(
      fc.property(anyDay, anyCount, (day, count) => {
        const end = addBusinessDays(day, count)
        if (count === 0) return assert.equal(end, day)
        assert.ok(isBusinessDay(end))
        let open = 0
        for (let at = day; at !== end; ) {
          at = later(at, Math.sign(count))
          if (isBusinessDay(at)) open++
        }
        assert.equal(open, Math.abs(count))
      }),
    )
  })

  it('days added in two steps are days added in one, and taking them off leads back', () => {
    fc.assert(
      fc.property(anyDay, anyCount, anyCount, (day, first, second) => {
        const start = businessDayFrom(day)
        const end = addBusinessDays(start, first + second)
        assert.equal(addBusinessDays(addBusinessDays(start, first), second), end)
        assert.equal(addBusinessDays(addBusinessDays(start, first), -first), start)
      }),
    )
  })

  it('is never closed for more than five days together', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const next = nextBusinessDay(day)
        assert.ok(next > day && next <= later(day, 5))
      }),
    )
  })

  it('refuses what is no day, and a part of a day', () => {
    for (const day of [
      '',
      '2026-02-29',
      '2026-13-01',
      '2026-1-1',
      '26-01-01',
      '2026-01-01T00:00',
    ]) {
      assert.throws(() => isBusinessDay(day), RangeError)
    }
    assert.throws(() => addBusinessDays('2026-01-02', 0.5), RangeError)
    assert.throws(() => addBusinessDays('2026-01-02', Number.NaN), RangeError)
  })
})
