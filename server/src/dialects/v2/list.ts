import type { Range } from '@obole/contract/shapes.js'
import type { Static } from '@obole/contract/typebox.js'
import type { Page } from '../../platform/page-of.ts'

/** The range of a page: `end` is the index after the last element. */
export const rangeOf = (page: Page<unknown>): Static<typeof Range> => ({
  start: page.start,
  end: page.start + page.rows.length,
  limit: page.limit,
  count: page.count,
  has_more: page.has_more,
})
