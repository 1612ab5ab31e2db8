import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import type { BankDays } from '../processors/bank-days.ts'
import type { ClockRow } from './store.ts'

/**
 * The time of an account: real time without a clock of its own; else where its clock stands, or how
 * far it has run since it was set. On its way to a target it stands. Pure.
 */
export function clockTime(clock: ClockRow | null, real: Date): Date {
  if (!clock) return real
  if (clock.frozen || clock.target) return clock.at
  const run = Math.max(0, real.getTime() - clock.real_at.getTime())
  return new Date(clock.at.getTime() + run)
}

/** What is asked of a clock: to go on by a duration or to an instant, to stand or to run. */
export interface ClockMove {
  /** A duration of ISO 8601, on the bank's calendar. */
  advance?: string | undefined
  to?: Date | undefined
  frozen?: boolean | undefined
}

const refused = (member: string, message: string): Refusal =>
  new Refusal('invalid_request', { loc: ['body', member], message })

/** The instant that many years or days later; undefined when there is no such duration. */
function laterBy(bankDays: BankDays, at: Date, duration: string): Date | undefined {
  try {
    const to = bankDays.later(at, duration)
    return Number.isNaN(to.getTime()) ? undefined : to
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function targetOf(bankDays: BankDays, from: Date, { advance, to }: ClockMove): Date | undefined {
  const member = advance === undefined ? 'to' : 'advance'
  const target = advance === undefined ? to : laterBy(bankDays, from, advance)
  if (!target) {
    if (advance === undefined) return undefined
    throw refused(member, 'This must be a duration of ISO 8601, like P3D or PT12H')
  }
  if (advance !== undefined && target <= from) {
    throw refused(member, 'A clock moves forward only: the duration must be longer than nothing')
  }
  if (target < from) {
    throw refused(member, `A clock moves forward only, and this one says ${from.toISOString()}`)
  }
  const furthest = laterBy(bankDays, from, limits.clock_move)
  if (!furthest || target > furthest || target > limits.clock_end) {
    throw refused(member, 'A clock moves by ten years at most, and not beyond the year 9000')
  }
  return target
}

/**
 * The clock after a move was asked for. It goes on from where it is going, so that of two callers
 * both are heard. Refuses with invalid_request. Pure.
 */
export function moved(
  bankDays: BankDays,
  clock: ClockRow | null,
  move: ClockMove,
  real: Date,
): Pick<ClockRow, 'at' | 'real_at' | 'frozen' | 'target'> {
  const { advance, to, frozen = clock?.frozen ?? false } = move
  if (advance !== undefined && to !== undefined) {
    throw refused('__root__', 'Either advance or to, not both')
  }
  if (advance === undefined && to === undefined && move.frozen === undefined) {
    throw refused('__root__', 'Say one of advance, to, frozen')
  }
  const at = clockTime(clock, real)
  const target = targetOf(bankDays, clock?.target ?? at, move) ?? clock?.target ?? null
  return { at, real_at: real, frozen, target: target && target > at ? target : null }
}

/**
 * The clock once everything due up to an instant is done; undefined when it knows that already.
 * Somebody may have sent it further meanwhile: then it stands there on its way. Pure.
 */
export function arrived(clock: ClockRow, reached: Date, real: Date): ClockRow | undefined {
  const { target } = clock
  if (!target || reached <= clock.at) return undefined
  return target > reached
    ? { ...clock, at: reached }
    : { ...clock, at: target, real_at: real, target: null }
}
