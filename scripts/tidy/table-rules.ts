import { sqlFiles } from './layout.ts'
import type { Found, Rule } from './rule.ts'
import type { Source, Tree } from './tree.ts'

/** The tables that the migrations leave behind. */
function tablesOf(tree: Tree): string[] {
  const tables = new Set<string>()
  const migrations = tree.files
    .filter((it) => /^server\/migrations\/.*\.sql$/.test(it.path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  for (const { text } of migrations) {
    const statements = text
      .replace(/--.*/g, '')
      .matchAll(
        /\b(create(?:\s+unlogged)?|drop)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?"?(\w+)"?/gi,
      )
    for (const [, verb, table = ''] of statements) {
      if (verb?.toLowerCase() === 'drop') tables.delete(table)
      else tables.add(table)
    }
  }
  return [...tables]
}

interface Use {
  file: Source
  line: number
  table: string
}

/** Where the shipped code names a table in a statement. */
function usesOf(tree: Tree): Use[] {
  const tables = tablesOf(tree).join('|')
  if (!tables) return []
  const named = new RegExp(`\\b(?:from|join|into|update|table|only)\\s+"?(${tables})\\b`, 'gi')
  const statement = new RegExp(
    `\\bselect\\b[\\s\\S]*\\bfrom\\b|\\binsert\\s+into\\b|\\bdelete\\s+from\\b|\\btruncate\\b` +
      `|\\bupdate\\s+"?(${tables})"?\\s+(as\\s+)?(\\w+\\s+)?set\\b|\\bcopy\\s+"?(${tables})\\b`,
    'i',
  )
  return tree.files
    .filter((file) => file.isCode && !file.isTest)
    .flatMap((file) =>
      file.tokens
        .filter((it) => (it.kind === 'string' || it.kind === 'template') && statement.test(it.text))
        .flatMap(({ text, line }) =>
          [...text.matchAll(named)].map(([, table = '']) => ({ file, line, table })),
        ),
    )
}

const isStore = (path: string): boolean => /\/store\.ts$/.test(path)

const sql: Rule = {
  name: 'sql',
  says: 'SQL stands in `store.ts` files and in few files of the platform, nowhere else.',
  because: 'a column can only be changed by someone who can find all that reads it.',
  check: (tree) =>
    usesOf(tree)
      .filter(({ file }) => !isStore(file.path) && !sqlFiles.includes(file.path))
      .map(({ file, line, table }) => ({
        path: file.path,
        line,
        message: `holds SQL on ${table}`,
      })),
}

const table: Rule = {
  name: 'table',
  says: 'A table belongs to exactly one `store.ts`.',
  because: 'its row type and its reads are then in one place, and two features never share one.',
  check: (tree) => {
    const owners = new Map<string, Map<string, Found>>()
    for (const it of usesOf(tree).filter(({ file }) => isStore(file.path))) {
      const places = owners.get(it.table) ?? new Map<string, Found>()
      owners.set(it.table, places)
      if (!places.has(it.file.path)) {
        places.set(it.file.path, { path: it.file.path, line: it.line, message: '' })
      }
    }
    return [...owners].flatMap(([name, places]) =>
      places.size < 2
        ? []
        : [...places.values()].map((place) => ({
            ...place,
            message: `${name} is also read in ${[...places.keys()]
              .filter((it) => it !== place.path)
              .join(', ')}`,
          })),
    )
  },
}

export const tableRules = [sql, table]
