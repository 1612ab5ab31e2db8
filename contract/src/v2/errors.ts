import { closed } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

export const ErrorOut = closed('Error', { error: Type.String() })
export type ErrorOut = Static<typeof ErrorOut>

/**
 * What is wrong with a request: each fault with its place, from `body`, `query` or `path` inwards.
 */
export const InvalidOut = closed('Invalid', {
  detail: Type.Array(
    closed('Fault', {
      loc: Type.Array(Type.Unsafe<string | number>({ type: ['string', 'integer'] })),
      msg: Type.String(),
      type: Type.String(),
      ctx: Type.Optional(Type.Unknown({ description: 'The bound that does not hold' })),
    }),
  ),
})
export type InvalidOut = Static<typeof InvalidOut>
