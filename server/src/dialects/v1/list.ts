import type { Static } from '@obole/contract/typebox.js'
import type { Range } from '@obole/contract/v1/lists.js'
import type { Page } from '../../platform/page-of.ts'

/** The range of a page: `end` is the index of the last element; of the first when there is none. */
export const rangeOf = ({ start, rows, limit, has_more }: Page<unknown>): Static<typeof Range> => ({
  start,
  end: start + Math.max(rows.length - 1, 0),
  limit,
  has_more,
})
