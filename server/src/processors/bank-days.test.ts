import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type BankDays, bankDaysOf, parseCutoff, standardCutoff } from './bank-days.ts'

const paris = bankDaysOf(standardCutoff)

const iso = (at: Date): string => at.toISOString().slice(0, 19)
const after = (days: BankDays, at: string) => {
  const instant = new Date(`${at}Z`)
  return [days.cutoffAfter, days.bookingAfter, days.payoutAfter].map((of) => iso(of(instant)))
}

describe("the bank's hours", () => {
  // Instant → cut-off, booking, payout; in UTC. Paris is ahead by one hour, in summer by two.
  const rows: Record<string, string> = {
    'a Wednesday morning':
      '2026-01-14 08:00 → 2026-01-14 21:00, 2026-01-15 05:00, 2026-01-14 09:00',
    'the cut-off itself: the next one is meant':
      '2026-01-14 21:00 → 2026-01-15 21:00, 2026-01-15 05:00, 2026-01-15 09:00',
    'a second before the cut-off':
      '2026-01-14 20:59:59 → 2026-01-14 21:00, 2026-01-15 05:00, 2026-01-15 09:00',
    'the moment of a payout: the next one is meant':
      '2026-01-14 09:00 → 2026-01-14 21:00, 2026-01-15 05:00, 2026-01-15 09:00',
    'early on a business day: what is sent then is booked on the next one':
      '2026-01-14 04:00 → 2026-01-14 21:00, 2026-01-15 05:00, 2026-01-14 09:00',
    'a Friday night: a cut-off on Saturday, booking and payout on Monday':
      '2026-01-16 22:00 → 2026-01-17 21:00, 2026-01-19 05:00, 2026-01-19 09:00',
    'Maundy Thursday: over Good Friday and Easter Monday':
      '2026-04-02 20:00 → 2026-04-03 20:00, 2026-04-07 04:00, 2026-04-07 08:00',
    'Good Friday': '2026-04-03 12:00 → 2026-04-03 20:00, 2026-04-07 04:00, 2026-04-07 08:00',
    'the last day of April: over the first of May and a weekend':
      '2026-04-30 20:00 → 2026-05-01 20:00, 2026-05-04 04:00, 2026-05-04 08:00',
    'the 24th of December, on which banks work':
      '2026-12-24 08:00 → 2026-12-24 21:00, 2026-12-28 05:00, 2026-12-24 09:00',
    'the 24th of December at the cut-off: over two holidays and a Sunday':
      '2026-12-24 21:00 → 2026-12-25 21:00, 2026-12-28 05:00, 2026-12-28 09:00',
    "New Year's Eve": '2026-12-31 21:00 → 2027-01-01 21:00, 2027-01-04 05:00, 2027-01-04 09:00',
    'the night into summer time: a day of 23 hours':
      '2026-03-28 21:00 → 2026-03-29 20:00, 2026-03-30 04:00, 2026-03-30 08:00',
    'the night into winter time: a day of 25 hours':
      '2026-10-24 20:00 → 2026-10-25 21:00, 2026-10-26 05:00, 2026-10-26 09:00',
  }
  for (const [what, row] of Object.entries(rows)) {
    it(what, () => {
      const [at = '', ...expected] = row.split(/ → |, /)
      const found = after(paris, at).map((it) => it.slice(0, 16).replace('T', ' '))
      assert.deepEqual(found, expected)
    })
  }

  it('of a bank elsewhere are those of its zone', () => {
    const york = bankDaysOf(parseCutoff('17:30 America/New_York'))
    assert.deepEqual(after(york, '2026-07-01T03:00:00'), [
      '2026-07-01T21:30:00',
      // In New York it is still the last day of June.
      '2026-07-01T10:00:00',
      '2026-07-01T14:00:00',
    ])
    assert.equal(york.dayOf(new Date('2026-07-01T03:00:00Z')), '2026-06-30')
  })

  it('that the clock leaves out in spring come an hour later, and once', () => {
    const days = bankDaysOf(parseCutoff('02:30 Europe/Paris'))
    const next = (at: string) => iso(days.cutoffAfter(new Date(at)))
    assert.equal(next('2026-03-28T12:00:00Z'), '2026-03-29T01:30:00')
    assert.equal(next('2026-03-29T01:30:00Z'), '2026-03-30T00:30:00')
  })

  it('that the clock has twice in autumn come the first time, and once', () => {
    const days = bankDaysOf(parseCutoff('02:30 Europe/Paris'))
    const next = (at: string) => iso(days.cutoffAfter(new Date(at)))
    assert.equal(next('2026-10-24T12:00:00Z'), '2026-10-25T00:30:00')
    assert.equal(next('2026-10-25T00:30:00Z'), '2026-10-26T01:30:00')
  })

  it('come one after the other, also on days without business', () => {
    const at = new Date('2026-01-16T12:00:00Z')
    const walked: string[] = []
    for (let next = at; walked.length < 6; ) {
      next = paris.boundaryAfter(next)
      walked.push(iso(next))
    }
    assert.deepEqual(walked, [
      '2026-01-16T21:00:00',
      '2026-01-17T05:00:00',
      '2026-01-17T09:00:00',
      '2026-01-17T21:00:00',
      '2026-01-18T05:00:00',
      '2026-01-18T09:00:00',
    ])
  })
})

describe('what was asked before', () => {
  const cutoffs = [
    '22:00 Europe/Paris',
    '02:30 Europe/Paris',
    '00:00 America/New_York',
    '23:59 Asia/Kolkata',
    '00:30 Pacific/Auckland',
    '12:00 Pacific/Chatham',
  ]
  const from = Date.UTC(2026, 0, 1)
  const hour = 3600 * 1000
  // Steps of hours and minutes, also back: what is remembered of one day is asked about in another.
  const walk = fc.array(fc.integer({ min: -50 * 60, max: 60 * 60 }), { maxLength: 30 })
  const all = ['cutoffAfter', 'bookingAfter', 'payoutAfter', 'boundaryAfter', 'dayOf'] as const

  for (const cutoff of cutoffs) {
    const fresh = () => bankDaysOf(parseCutoff(cutoff))
    it(`changes no answer (${cutoff})`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 400 * 24 }), walk, (hours, minutes) => {
          const days = fresh()
          let ms = from + hours * hour
          for (const step of [0, ...minutes]) {
            ms += step * 60_000
            const at = new Date(ms)
            for (const of of all) assert.deepEqual(days[of](at), fresh()[of](at), at.toISOString())
            assert(days.boundaryAfter(at) > at)
            for (const of of ['cutoffAfter', 'bookingAfter', 'payoutAfter'] as const) {
              assert(days[of](at) > at)
              assert(days.boundaryAfter(at) <= days[of](at))
            }
          }
        }),
        { numRuns: 20 },
      )
    })
  }
})

describe('a duration', () => {
  const rows: [at: string, duration: string, later: string][] = [
    ['2026-01-14T08:00:00', 'P3D', '2026-01-17T08:00:00'],
    ['2026-01-14T08:00:00', 'PT36H', '2026-01-15T20:00:00'],
    ['2026-01-14T08:00:00', 'P1Y2M3DT4H5M6S', '2027-03-17T12:05:06'],
    ['2026-01-14T08:00:00', 'P2W', '2026-01-28T08:00:00'],
    // A month is a month, and ends with it.
    ['2026-01-31T08:00:00', 'P1M', '2026-02-28T08:00:00'],
    ['2028-01-31T08:00:00', 'P1M', '2028-02-29T08:00:00'],
    ['2024-02-29T08:00:00', 'P1Y', '2025-02-28T08:00:00'],
    // A day is one cut-off, whatever the clock does; 24 hours are 24 hours.
    ['2026-03-28T21:00:00', 'P1D', '2026-03-29T20:00:00'],
    ['2026-03-28T21:00:00', 'PT24H', '2026-03-29T21:00:00'],
    ['2026-10-24T20:00:00', 'P1D', '2026-10-25T21:00:00'],
    ['2026-01-14T08:00:00', 'PT0S', '2026-01-14T08:00:00'],
    ['2026-01-14T08:00:00', '-P1D', '2026-01-13T08:00:00'],
  ]
  for (const [at, duration, later] of rows) {
    it(`of ${duration} after ${at} leads to ${later}`, () => {
      assert.equal(iso(paris.later(new Date(`${at}Z`), duration)), later)
    })
  }

  for (const text of ['', 'P', '3D', 'P3', 'three days', 'P1D ', 'P1.5D', 'P999999Y']) {
    it(`"${text}" is none`, () => {
      assert.throws(() => paris.later(new Date('2026-01-14T08:00:00Z'), text), RangeError)
    })
  }
})

describe('the configured cut-off', () => {
  it('is a time and a zone', () => {
    assert.deepEqual(parseCutoff('17:05 America/New_York'), {
      time: '17:05',
      zone: 'America/New_York',
    })
  })
  for (const text of ['22:00', '24:00 Europe/Paris', '9:00 Europe/Paris', '22:00 Moon/Sea', '']) {
    it(`is not "${text}"`, () => assert.throws(() => parseCutoff(text)))
  }
})
