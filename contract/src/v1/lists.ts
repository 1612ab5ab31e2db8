import { open } from '../shapes.ts'
import Type, { type TArray, type TSchema } from '../typebox.ts'

export const Range = open('V1Range', {
  start: Type.Integer({ description: 'Index of the first element' }),
  end: Type.Integer({ description: 'Index of the last element' }),
  limit: Type.Integer({ description: 'Elements asked for' }),
  has_more: Type.Boolean({ description: 'Whether elements follow' }),
})

/**
 * A page of a list. A client takes the one member beside `live_mode` and `range` for the elements.
 */
export const listOf = <K extends string, T extends TSchema>(title: string, plural: K, item: T) =>
  open(title, {
    live_mode: Type.Boolean(),
    [plural]: Type.Array(item),
    range: Range,
  } as { live_mode: ReturnType<typeof Type.Boolean>; range: typeof Range } & {
    [_ in K]: TArray<T>
  })
