import { event } from '../events/event.ts'
import { notFound, Refusal } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { claimsOf } from './create-card.ts'
import { type Card, cards, findByExternalId, findCard } from './store.ts'

export interface UpdateCard {
  id: string
  fields: Partial<
    Pick<Card, 'exp_month' | 'exp_year' | 'external_id' | 'zip_code' | 'name' | 'preferred_network'>
  >
}

/**
 * Changes the members that were sent. A new expiry frees the old pair of number and expiry and
 * claims none: a renewed card may meet one that was added by hand. Refuses with not_found,
 * duplicate (external_id).
 */
export const updateCard = verb(async (ctx: Ctx, input: UpdateCard) => {
  const before = await findCard(ctx, input.id)
  if (!before) throw notFound('card', input.id)
  const after: Card = { ...before, ...input.fields, version: before.version + 1 }
  if (after.external_id && after.external_id !== before.external_id) {
    const other = await findByExternalId(ctx, after.external_id)
    if (other) throw new Refusal('duplicate', { kind: 'card', id: other.id })
  }
  const ended = claimsOf(before).filter(
    (old) => !claimsOf(after).some((it) => it.scope === old.scope && it.value === old.value),
  )
  const claimed = claimsOf(after).filter(
    (it) => it.scope === 'card.external_id' && after.external_id !== before.external_id,
  )
  return {
    change: {
      release: ended,
      claim: claimed,
      move: [move(cards, before, after)],
      events: [event(ctx, 'card', 'updated', after)],
    },
    result: after,
  }
})
