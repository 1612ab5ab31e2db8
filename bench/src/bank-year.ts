import { referenceOf } from '@obole/server/src/payouts/payout.js'
import { bankDaysOf, standardCutoff } from '@obole/server/src/processors/bank-days.js'
import { idOf } from './seeded-id.ts'

/** What follows a cut-off, for all payments that were accepted before it. */
interface BankDay {
  sent: Date
  booked: Date
  booked_on: string
  /** The payout that the booking enters, and its place among the payouts. */
  paid: Date
  payout: number
}

/** A payout as it stands at the end of the year; what is to come happens by itself. */
interface YearPayout {
  n: number
  id: string
  reference: string
  made: Date
  sent: Date
  booked: Date
  booked_on: string
  status: 'paid' | 'sent' | 'to_pay'
}

const bank = bankDaysOf(standardCutoff)

/** The days of the bank from the first cut-off after an instant to the first after another. */
export function bankYear(from: Date, until: Date): BankDay[] {
  const days: BankDay[] = []
  let payout = -1
  for (let sent = bank.cutoffAfter(from); ; sent = bank.cutoffAfter(sent)) {
    const booked = bank.bookingAfter(sent)
    const paid = bank.payoutAfter(booked)
    const before = days.at(-1)?.paid
    if (before?.getTime() !== paid.getTime()) payout++
    days.push({ sent, booked, booked_on: bank.dayOf(booked), paid, payout })
    if (sent > until) return days
  }
}

/** The payouts of these days that are made by an instant. */
export function payoutsOf(days: readonly BankDay[], until: Date): YearPayout[] {
  const made = new Map(days.map(({ payout, paid }) => [payout, paid]))
  return [...made].flatMap(([n, at]): YearPayout[] => {
    if (at > until) return []
    const id = idOf('pout', n)
    const sent = bank.cutoffAfter(at)
    const booked = bank.bookingAfter(sent)
    const [booked_on, status] = [
      bank.dayOf(booked),
      booked <= until ? 'paid' : sent <= until ? 'sent' : 'to_pay',
    ] as const
    const reference = referenceOf(id, bank.dayOf(at))
    return [{ n, id, reference, made: at, sent, booked, booked_on, status }]
  })
}
