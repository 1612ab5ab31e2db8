import type { Payment } from '../../payments/store.ts'
import type { Claim, Insertion } from '../../platform/change.ts'
import type { Ctx } from '../../processors/ctx.ts'
import type { SettlementItem } from '../../settlements/store.ts'
import type { LineObject } from './line-schemas.ts'
import { tables } from './tables.ts'

/** What a line becomes. */
export interface Imported {
  object: LineObject
  id: string
  insert: Insertion[]
  /** With which its history begins, where it has one. */
  status?: string
  /** Claimed where they are free: an import does not apply uniqueness rules, but later calls do. */
  claims: Claim[]
  /** Claimed, or nothing is imported. */
  claim?: Claim[]
  /** Objects that must be there when the import ends. */
  names: { table: string; id: string }[]
  /** What is settled of it here; part of `insert` too. */
  items: readonly SettlementItem[]
}

/** A line that cannot become an object, with the reason. */
export class Unusable extends Error {}

/** What a line becomes that claims nothing, names nothing and is not settled, unless it is said. */
export const imported = (
  object: LineObject,
  { id }: { id: string },
  it: Pick<Imported, 'insert'> & Partial<Imported>,
): Imported => ({ object, id, claims: [], names: [], items: [], ...it })

/** Throws Unusable. */
export function checkCurrency({ currency }: { currency: string }, payment: Payment): void {
  if (currency === payment.currency) return
  throw new Unusable(`currency: ${payment.id} is in ${payment.currency}`)
}

/** What every row begins with. */
export const whole = (ctx: Ctx, { id }: { id: string }) => ({
  account: ctx.account,
  live: ctx.live,
  id,
  version: 1,
})

type Naming = 'address' | 'customer' | 'card' | 'sepa' | 'payment' | 'payment_intent' | 'dispute'

/** The objects that a row names, of those that it names at all. */
export const named = (of: { [_ in Naming]?: readonly (string | null)[] }): Imported['names'] =>
  Object.entries(of).flatMap(([object, ids]) =>
    ids.flatMap((id) => (id ? [{ table: tables[object as Naming].name, id }] : [])),
  )

/**
 * When something happens by itself to an object of this status: as it was told, or as it would be
 * here. Throws Unusable when it was told and nothing would. Pure.
 */
export function dueOf<Status extends string>(
  status: Status,
  told: Date | null | undefined,
  here: { [_ in Status]?: () => Date | null },
): Date | null {
  const due = here[status]
  if (due) return told ?? due()
  if (told) throw new Unusable(`due_at: nothing falls due of what is ${status}`)
  return null
}
