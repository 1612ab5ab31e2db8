import type { Source, Tree } from './tree.ts'

export interface Finding {
  rule: string
  path: string
  line?: number
  message: string
  /** Only told, never failed. */
  isNote?: boolean
}

/** What a rule reports: the runner adds the rule's name. */
export type Found = Omit<Finding, 'rule'>

/** One rule of the house. `says` and `because` are its words in STYLE.md too. */
export interface Rule {
  name: string
  says: string
  because: string
  check(tree: Tree): Found[]
}

/** A rule that looks at one file at a time. */
export const perFile = (check: (file: Source) => Found[]) => ({
  check: (tree: Tree): Found[] => tree.files.flatMap(check),
})

/**
 * A place where a rule does not hold, and why. One that no longer applies must go: the list may
 * only shrink.
 */
export interface Exception {
  rule: string
  path: string
  /** Words of the finding, where a file has more than one. */
  detail?: string
  because: string
}
