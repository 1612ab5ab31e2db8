import {
  contractModules,
  isIn,
  known,
  order,
  packages,
  pure,
  pureModules,
  siblings,
  tools,
  walls,
} from './layout.ts'
import type { Import } from './modules.ts'
import type { Found, Rule } from './rule.ts'
import type { Source, Tree } from './tree.ts'

/** server/src/payments/capture-payment.ts → payments; nothing when it is elsewhere. */
const folderOf = (path: string): string | undefined => /^server\/src\/([^/]+)\//.exec(path)?.[1]
const rankOf = (folder: string): number => order.findIndex((it) => it.includes(folder))

/**
 * processors/sandbox/… → processors/sandbox: a part of a folder whose parts do not know each other.
 */
const partOf = (path: string): string | undefined =>
  /^server\/src\/([^/]+\/[^/]+)\//.exec(path)?.[1]

/** Calls the check for each import of the shipped code: tests may reach everywhere. */
const perImport = (check: (file: Source, it: Import, target: string) => string | undefined) => ({
  check: (tree: Tree): Found[] =>
    tree.files
      .filter((file) => file.isCode && !file.isTest)
      .flatMap((file) =>
        file.imports.flatMap((it) => {
          const message = check(file, it, tree.resolve(file.path, it.from) ?? '')
          return message ? [{ path: file.path, line: it.line, message }] : []
        }),
      ),
})

function checkPackage(file: Source, from: string): string | undefined {
  const ours = /^@obole\/([^/]+)/.exec(from)?.[1]
  const own = file.path.split('/')[0] ?? ''
  if (!ours || tools.includes(own)) return undefined
  if (packages[own]?.includes(ours)) return undefined
  return `the package ${own} does not import @obole/${ours}`
}

function checkFolder(path: string, target: string): string | undefined {
  const here = folderOf(path)
  const there = folderOf(target)
  if (/\.(test|e2e|fixture)\.tsx?$|^server\/test\//.test(target)) return 'imports a test'
  if (!here || !there) return undefined
  if (here !== there) {
    if (rankOf(there) < rankOf(here)) return undefined
    return `${here} does not import ${there}: imports go left only`
  }
  if (!siblings.includes(here)) return undefined
  const [ours, theirs] = [partOf(path), partOf(target)]
  const isForeign = theirs && ours && ours !== theirs && known[ours] !== theirs
  return isForeign ? `${ours} does not import ${theirs}` : undefined
}

const direction: Rule = {
  name: 'direction',
  says:
    'Imports go left only: contract, kernel, platform, ledger and events, instructions, ' +
    'processors, features in their declared order, dialects, app.',
  because: 'what stands left can be read, tested and changed without knowing what stands right.',
  ...perImport((file, it, target) => checkPackage(file, it.from) ?? checkFolder(file.path, target)),
}

const place: Rule = {
  name: 'place',
  says: 'Every folder of the server has its place in the declared order.',
  because: 'a folder outside it is a third place for shared things.',
  check: (tree) => {
    const folders = new Map<string, Source>()
    for (const file of tree.files) {
      const folder = folderOf(file.path)
      if (folder && rankOf(folder) < 0 && !folders.has(folder)) folders.set(folder, file)
    }
    return [...folders].map(([folder, file]) => ({
      path: file.path,
      message: `${folder} is not in the order of scripts/tidy/layout.ts`,
    }))
  },
}

const wall: Rule = {
  name: 'wall',
  says:
    'HTTP, the database driver, pages, bank files and card numbers are each known in few ' +
    'places; kernel, contract and sepa do no I/O.',
  because: 'what knows the world is what breaks with it, and is hard to test.',
  ...perImport((file, { from }) => {
    const broken = walls.find((it) => it.module.test(from) && !isIn(file.path, it.only))
    if (broken && !tools.includes(file.path.split('/')[0] ?? '')) {
      return `does not import ${from}: ${broken.because}`
    }
    if (isIn(file.path, pure) && !pureModules.test(from)) {
      return `does not import ${from}: this code does no I/O`
    }
    const outside = !from.startsWith('.') && !from.startsWith('node:')
    if (file.path.startsWith('contract/') && outside && !contractModules.test(from)) {
      return `does not import ${from}: the contract imports only typebox`
    }
    return undefined
  }),
}

/** What a feature may call in another's store; and what dialects and app may, which show lists. */
const locks = /^(find|lock)(?![a-z])/
const reads = /^(find|lock|list)(?![a-z])/

const store: Rule = {
  name: 'store',
  says:
    'Of another `store.ts` only `find…`, `lock…` and types are imported; ' +
    'in dialects and app also `list…`.',

  because: 'who writes rows, and how they look, is the business of one folder.',
  ...perImport((file, it, target) => {
    if (!/\/store\.ts$/.test(target) || folderOf(file.path) === folderOf(target)) return undefined
    const isOut = isIn(file.path, ['server/src/dialects/', 'server/src/app/'])
    const wrong = it.names.filter(
      (name) => !(isOut ? reads : locks).test(name) && !it.types.includes(name),
    )
    return wrong.length > 0 ? `takes ${wrong.join(', ')} from ${target}` : undefined
  }),
}

export const importRules = [direction, place, wall, store]
