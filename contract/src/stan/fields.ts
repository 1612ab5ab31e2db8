import { open, text } from '../shapes.ts'
import Type from '../typebox.ts'

/** Minor units; the bounds are those of 32 bits with sign, as published. */
export const cents = (minimum: 0 | 1, description?: string) =>
  Type.Unsafe<bigint>({
    type: 'integer',
    minimum,
    maximum: 2_147_483_647,
    bigint: true,
    ...(description && { description }),
  })

export const uuid = (description?: string) =>
  Type.String({ format: 'uuid', ...(description && { description }) })

export const instantOut = Type.String({ format: 'date-time' })

/** The id of another object, as a client sends it: '' for none. */
export const reference = (description: string) => text(0, 64, description)

/** An address on the web that may be absent: '' for none. */
export const optionalUrl = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: String.raw`^(https?://[^\s/?#\\][^\s\\]*)?$`,
      maxLength: 4096,
      description,
    }),
  )

/** Which part of a list is wanted: an addition of ours. */
export const ListQuery = open('', {
  start: Type.Integer({ minimum: 0, default: 0, description: 'Index of the first element' }),
  limit: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 1000,
    description: 'Elements at most: the newest ones',
  }),
})
