import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Refusal } from '../kernel/problem.ts'
import { bankDaysOf, standardCutoff } from '../processors/bank-days.ts'
import { arrived, type ClockMove, clockTime, moved } from './clock.ts'
import type { ClockRow } from './store.ts'

const bankDays = bankDaysOf(standardCutoff)
const day = (number: number) => new Date(Date.UTC(2026, 5, number))
const real = day(1)
const clock = (it: Partial<ClockRow> = {}): ClockRow => ({
  account: 'acct_one',
  live: false,
  id: 'acct_one',
  version: 1,
  at: day(10),
  real_at: day(1),
  frozen: true,
  target: null,
  ...it,
})
const move = (from: ClockRow | null, it: ClockMove) => moved(bankDays, from, it, real)
const refusal = (work: () => unknown): Refusal => {
  try {
    work()
  } catch (error) {
    assert(error instanceof Refusal)
    return error
  }
  return assert.fail('it was not refused')
}

describe('what an account takes for the present', () => {
  it('is real time without a clock', () => assert.deepEqual(clockTime(null, real), real))

  it('stands while the clock is frozen, or on its way', () => {
    assert.deepEqual(clockTime(clock(), day(8)), day(10))
    const onItsWay = clock({ frozen: false, target: day(20) })
    assert.deepEqual(clockTime(onItsWay, day(8)), day(10))
  })

  it('runs on from where it was set, and never back', () => {
    const running = clock({ frozen: false })
    assert.deepEqual(clockTime(running, day(3)), day(12))
    assert.deepEqual(clockTime(running, new Date(0)), day(10))
  })
})

describe('a clock', () => {
  it('set for the first time starts at real time, and runs', () => {
    const after = move(null, { advance: 'P3D' })
    assert.deepEqual(after, { at: real, real_at: real, frozen: false, target: day(4) })
  })

  it('stands where it is, or runs on from there', () => {
    assert.deepEqual(move(null, { frozen: true }).at, real)
    const { at, frozen, target } = move(clock(), { frozen: false })
    assert.deepEqual([at, frozen, target], [day(10), false, null])
  })

  it('stays frozen while it is moved, unless it is told to run', () => {
    assert.equal(move(clock(), { advance: 'P1D' }).frozen, true)
    assert.equal(move(clock(), { advance: 'P1D', frozen: false }).frozen, false)
  })

  it('on its way goes on from where it is going', () => {
    const onItsWay = clock({ target: day(12) })
    assert.deepEqual(move(onItsWay, { advance: 'P3D' }).target, day(15))
    assert.deepEqual(move(onItsWay, { to: day(14) }).target, day(14))
    assert.deepEqual(move(onItsWay, { frozen: false }).target, day(12))
  })

  it('asked again for where it goes, or where it is, is no further', () => {
    assert.deepEqual(move(clock({ target: day(12) }), { to: day(12) }).target, day(12))
    assert.equal(move(clock(), { to: day(10) }).target, null)
  })

  const refused: [what: string, ClockMove, member: string, from?: ClockRow][] = [
    ['to go nowhere', {}, '__root__'],
    ['to go both ways', { advance: 'P1D', to: day(20) }, '__root__'],
    ['what is no duration', { advance: 'soon' }, 'advance'],
    ['a duration of nothing', { advance: 'PT0S' }, 'advance'],
    ['a duration of less than a millisecond', { advance: 'PT0.0000001S' }, 'advance'],
    ['to go back by a duration', { advance: '-P1D' }, 'advance'],
    ['to go back to an instant', { to: day(9) }, 'to'],
    ['to stop before where it goes', { to: day(11) }, 'to', clock({ target: day(12) })],
    ['more than ten years by a duration', { advance: 'P10YT1S' }, 'advance'],
    ['more than ten years by an instant', { to: new Date('2036-06-10T00:00:01Z') }, 'to'],
    ['a duration out of the calendar', { advance: 'P900000Y' }, 'advance'],
    [
      'to leave the years that are written with four digits',
      { advance: 'P10Y' },
      'advance',
      clock({ at: new Date('8995-01-01T00:00:00Z') }),
    ],
  ]
  for (const [what, asked, member, from = clock()] of refused) {
    it(`refuses ${what}`, () => {
      const { code, detail } = refusal(() => move(from, asked))
      assert.deepEqual([code, detail.loc], ['invalid_request', ['body', member]])
    })
  }

  it('moves by ten years at once', () => {
    const { target } = move(clock(), { advance: 'P10Y' })
    assert.deepEqual(target, new Date('2036-06-10T00:00:00Z'))
  })
})

describe('a clock that has arrived', () => {
  it('stands there, and runs on by real time', () => {
    const after = arrived(clock({ target: day(12), frozen: false }), day(12), day(2))
    assert(after)
    assert.deepEqual([after.at, after.target], [day(12), null])
    assert.deepEqual(clockTime(after, day(3)), day(13))
  })

  it('and was sent further meanwhile, is on its way from there', () => {
    const after = arrived(clock({ target: day(15) }), day(12), day(2))
    assert(after)
    assert.deepEqual([after.at, after.target], [day(12), day(15)])
  })

  it('knows it once', () => {
    assert.equal(arrived(clock(), day(10), day(2)), undefined)
    assert.equal(arrived(clock({ at: day(13), target: day(15) }), day(12), day(2)), undefined)
  })
})
