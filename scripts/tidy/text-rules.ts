import { generated, isIn } from './layout.ts'
import { perFile, type Rule } from './rule.ts'

const wrapped = /\.(ts|tsx|mjs|js|sql|css|sh|ya?ml)$|^\.ci\/|^Dockerfile$/

/** A line that is one text, named or not: the words of a page are not cut in pieces. */
const isText = /^\s*(\w+: )?(['"`]).*\2,?$/

const line: Rule = {
  name: 'line',
  says: 'Lines of code have at most 100 characters; an address or a text for people may be longer.',
  because: 'two files fit beside each other, and so does a difference.',
  ...perFile((file) =>
    wrapped.test(file.path) && !isIn(file.path, generated)
      ? file.lines.flatMap((text, index) =>
          text.length > 100 &&
          [...text].length > 100 &&
          !/https?:\/\/\S{40}/.test(text) &&
          !isText.test(text)
            ? [{ path: file.path, line: index + 1, message: `${[...text].length} characters` }]
            : [],
        )
      : [],
  ),
}

const norm = 300
const limit = 500

const length: Rule = {
  name: 'length',
  says: 'A file of code has about 300 lines at most, and never more than 500.',
  because: 'a file that grows has a second thing in it, which deserves a name.',
  ...perFile((file) => {
    const count = file.lines.length - 1
    if (!file.isCode || count <= norm) return []
    return [{ path: file.path, message: `${count} lines`, isNote: count <= limit }]
  }),
}

const forbidden = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'manager',
  'base',
])
const kebab = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/
const capital = /^([A-Z_]+\.md|LICENSE|Dockerfile)$/

const name: Rule = {
  name: 'name',
  says:
    'Files and folders are kebab-case; none is called utils, helpers, common, misc, ' +
    'manager, base, types or index.',
  because: 'a name says what is inside, and these say only that something is.',
  ...perFile(({ path, isCode }) => {
    const parts = path.split('/')
    const crooked = parts.find((it) => !kebab.test(it) && !capital.test(it))
    const stem = parts.at(-1)?.split('.')[0] ?? ''
    const words = parts
      .slice(0, -1)
      .concat(stem)
      .flatMap((it) => it.split('-'))
    const empty = isCode
      ? (words.find((it) => forbidden.has(it)) ?? ['types', 'index'].find((it) => it === stem))
      : undefined
    return [
      ...(crooked ? [{ path, message: `${crooked} is not kebab-case` }] : []),
      ...(empty ? [{ path, message: `“${empty}” does not say what is inside` }] : []),
    ]
  }),
}

const title: Rule = {
  name: 'title',
  says: 'A Markdown file has exactly one title, on its first line.',
  because: 'it is one page about one thing.',
  ...perFile(({ path, text }) => {
    if (!path.endsWith('.md') || isIn(path, generated)) return []
    const lines = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').split('\n')
    const titles = lines.filter((it) => /^# /.test(it)).length
    if (titles !== 1) return [{ path, message: `has ${titles} titles` }]
    return lines[0]?.startsWith('# ') ? [] : [{ path, line: 1, message: 'does not begin with it' }]
  }),
}

const machine = /(?<![\w.:])\/(work|tmp|home|Users|root)\/[\w.-]+/

const machinePath: Rule = {
  name: 'machine',
  says: 'No path of one machine stands in the files.',
  because: 'it is wrong on every other.',
  ...perFile((file) =>
    file.lines.flatMap((text, index) => {
      const found = text.length < 2000 ? machine.exec(text)?.[0] : undefined
      return found ? [{ path: file.path, line: index + 1, message: `names ${found}` }] : []
    }),
  ),
}

const lock: Rule = {
  name: 'lock',
  says: 'The lock file names no registry, and `package.json` exact versions.',
  because: 'everyone installs the same, from the registry of their choice.',
  ...perFile(({ path, text, lines }) => {
    const found = (index: number, message: string) => ({ path, line: index + 1, message })
    if (path === 'package-lock.json') {
      const index = lines.findIndex((it) => /"resolved": "https?:/.test(it))
      return index < 0 ? [] : [found(index, 'holds the address of a registry')]
    }
    if (!/(^|\/)package\.json$/.test(path)) return []
    const json: Record<string, Record<string, string> | undefined> = JSON.parse(text)
    return ['dependencies', 'devDependencies', 'optionalDependencies']
      .flatMap((it) => Object.entries(json[it] ?? {}))
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([module, version]) =>
        found(
          lines.findIndex((it) => it.includes(`"${module}":`)),
          `${module} is ${version}`,
        ),
      )
  }),
}

export const textRules = [name, line, length, title, machinePath, lock]
