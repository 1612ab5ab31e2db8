import type { CardIn, CardOut, operations } from '@obole/contract/v1/cards.js'
import { type CreateCard, createCard } from '../../cards/create-card.ts'
import { deleteCard } from '../../cards/delete-card.ts'
import { type Card, findCard } from '../../cards/store.ts'
import { updateCard } from '../../cards/update-card.ts'
import { notFound } from '../../kernel/problem.ts'
import { Secret } from '../../kernel/secret.ts'
import { unixSeconds } from '../../kernel/time.ts'
import { type Handlers, reading } from '../operation-route.ts'

/** v1 has always spelled it so, and clients compare. */
const natureOf = (nature: string | null) => (nature === 'personal' ? 'personnal' : nature)

export const cardView = (it: Card): CardOut => ({
  brand: it.brand,
  country: it.country,
  created: unixSeconds(it.created),
  exp_month: it.exp_month,
  exp_year: it.exp_year,
  funding: it.funding as CardOut['funding'],
  id: it.id,
  last4: it.last4,
  live_mode: it.live,
  name: it.name,
  nature: natureOf(it.nature) as CardOut['nature'],
  network: it.network as CardOut['network'],
  preferred_network: it.preferred_network as CardOut['preferred_network'],
  zip_code: it.zip_code,
})

/** A card of a request, apart from the code on its back. */
export const cardInput = (
  { number, cvc: _, ...fields }: CardIn,
  same_card: CreateCard['same_card'],
  ...loc: string[]
): CreateCard => ({ ...fields, number: new Secret(number), same_card, loc: [...loc, 'number'] })

export const cardHandlers: Handlers<typeof operations> = {
  'create-card': async ({ ctx, body }) =>
    cardView(await createCard(ctx, cardInput(body, 'refuse', 'body'))),
  'read-card': reading(async ({ ctx, params }) => {
    const card = await findCard(ctx, params.id)
    if (!card) throw notFound('card', params.id)
    return cardView(card)
  }),
  'update-card': async ({ ctx, params, body }) =>
    cardView(await updateCard(ctx, { id: params.id, fields: body })),
  'delete-card': async ({ ctx, params }) => {
    await deleteCard(ctx, params)
  },
}
