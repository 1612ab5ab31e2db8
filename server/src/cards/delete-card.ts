import { event } from '../events/event.ts'
import { notFound } from '../kernel/problem.ts'
import { move } from '../platform/change.ts'
import { verb } from '../platform/context.ts'
import type { Ctx } from '../processors/ctx.ts'
import { claimsOf } from './create-card.ts'
import { type Card, cards, findCard } from './store.ts'

/** Takes a card out of sight and of use; its payments go on showing it. Refuses with not_found. */
export const deleteCard = verb(async (ctx: Ctx, input: { id: string }) => {
  const before = await findCard(ctx, input.id)
  if (!before) throw notFound('card', input.id)
  const after: Card = { ...before, deleted: true, version: before.version + 1 }
  return {
    change: {
      release: claimsOf(before),
      move: [move(cards, before, after)],
      events: [event(ctx, 'card', 'deleted', after)],
    },
    result: after,
  }
})
