import { posix } from 'node:path'
import { entries, isIn, published } from './layout.ts'
import type { Rule } from './rule.ts'
import type { Source, Tree } from './tree.ts'

const shipped = (file: Source): boolean =>
  file.isCode && !file.isTest && !entries.some((it) => it.test(file.path))

/** File → the names that others take from it; '*' for all of them. */
function usesOf(tree: Tree): Map<string, Set<string>> {
  const uses = new Map<string, Set<string>>()
  const use = (path: string, names: string[]): void => {
    const known = uses.get(path) ?? new Set()
    uses.set(path, known)
    for (const name of names) known.add(name)
  }
  for (const file of tree.files) {
    for (const it of file.imports) {
      const target = tree.resolve(file.path, it.from)
      if (target && target !== file.path) use(target, it.names)
    }
    // A worker, or a script of a page: named by a string, not by an import.
    for (const it of file.tokens) {
      if (it.kind !== 'string' || !/^\.{1,2}\/.*\.(js|ts|mjs)$/.test(it.text)) continue
      const target = tree.resolve(file.path, it.text)
      if (target) use(target, [])
      else use(posix.normalize(posix.join(posix.dirname(file.path), it.text)), [])
    }
  }
  return uses
}

const deadFile: Rule = {
  name: 'dead-file',
  says: 'Every file is imported by another, or is where a program starts.',
  because: 'what nothing uses is read by everyone and proved by no one.',
  check: (tree) => {
    const uses = usesOf(tree)
    return tree.files
      .filter((file) => shipped(file) && !uses.has(file.path))
      .map(({ path }) => ({ path, message: 'nothing imports it' }))
  },
}

const deadExport: Rule = {
  name: 'dead-export',
  says: 'What is exported is imported somewhere, or is a type of something that is.',
  because: 'an export is a promise, and each costs the next change.',
  check: (tree) => {
    const uses = usesOf(tree)
    return tree.files.filter(shipped).flatMap(({ path, exports, tokens }) => {
      const used = uses.get(path)
      if (!used || used.has('*')) return []
      return exports
        .filter(({ name, isType }) => {
          if (used.has(name)) return false
          return (
            !(isType || isIn(path, published)) || tokens.filter((it) => it.text === name).length < 2
          )
        })
        .map(({ name, line }) => ({ path, line, message: `nothing imports ${name}` }))
    })
  },
}

export const deadRules = [deadFile, deadExport]
