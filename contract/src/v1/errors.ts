import { open } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

/** Every refusal of v1. The message is an object where it names the object in the way. */
export const ErrorOut = open('V1Error', {
  error: open('V1ErrorBody', {
    type: Type.String(),
    message: Type.Unsafe<string | { error: string; id: string }>({
      anyOf: [
        { type: 'string' },
        {
          type: 'object',
          required: ['error', 'id'],
          properties: { error: { type: 'string' }, id: { type: 'string' } },
        },
      ],
    }),
  }),
})
export type ErrorOut = Static<typeof ErrorOut>
