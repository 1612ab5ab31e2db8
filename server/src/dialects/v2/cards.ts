import type { CardIn, CardOut, operations } from '@obole/contract/v2/cards.js'
import { type CreateCard, createCard } from '../../cards/create-card.ts'
import { deleteCard } from '../../cards/delete-card.ts'
import { type Card, findCard, listCards } from '../../cards/store.ts'
import { updateCard } from '../../cards/update-card.ts'
import { notFound } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { type Handlers, reading } from '../operation-route.ts'
import { rangeOf } from './list.ts'

export const cardView = (it: Card): CardOut => ({
  id: it.id,
  brand: it.brand,
  country: it.country,
  created: unixSeconds(it.created),
  customer: it.customer,
  deleted: it.deleted,
  exp_month: it.exp_month,
  exp_year: it.exp_year,
  external_id: it.external_id,
  funding: it.funding as CardOut['funding'],
  last4: it.last4,
  name: it.name,
  nature: it.nature as CardOut['nature'],
  network: it.network as CardOut['network'],
  preferred_network: it.preferred_network as CardOut['preferred_network'],
  zip_code: it.zip_code,
})

/** A card of a request, apart from the code on its back. */
export function cardInput({ number, cvc: _, ...fields }: CardIn, ...loc: string[]): CreateCard {
  return { ...fields, number: new Secret(number), same_card: 'reuse', loc: [...loc, 'number'] }
}

export const cardHandlers: Handlers<typeof operations> = {
  'list-cards': reading(async ({ ctx, query }) => {
    const page = await listCards(ctx, query)
    return { range: rangeOf(page), cards: page.rows.map(cardView) }
  }),
  'create-card': async ({ ctx, body }) => cardView(await createCard(ctx, cardInput(body, 'body'))),
  'read-card': reading(async ({ ctx, params }) => {
    const card = await findCard(ctx, params.id)
    if (!card) throw notFound('card', params.id)
    return cardView(card)
  }),
  'update-card': async ({ ctx, params, body }) =>
    cardView(await updateCard(ctx, { id: params.id, fields: body })),
  'delete-card': async ({ ctx, params }) => cardView(await deleteCard(ctx, params)),
}
