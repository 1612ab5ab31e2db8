import { amount, nullable, open } from '../shapes.ts'
import Type, { type Static } from '../typebox.ts'

/**
 * What is sent with a capture: nothing is enough. What a client adds is ignored: those in the field
 * send the id of the payment.
 */
export const CaptureIn = nullable(
  open(
    'CaptureIn',
    {
      amount: Type.Optional(
        Type.Unsafe<bigint>({
          ...amount('What is captured of it, in minor units; absent: all of it'),
          minimum: 1,
        }),
      ),
    },
    { additionalProperties: true },
  ),
)
export type CaptureIn = Static<typeof CaptureIn>
