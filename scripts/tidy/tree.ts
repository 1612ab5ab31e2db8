import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type Token, tokenize } from './lexer.ts'
import { type Export, type Import, readModule } from './modules.ts'

/** A file of the checkout, with what the rules ask of it. */
export interface Source {
  path: string
  text: string
  lines: string[]
  /** Whether it is TypeScript or JavaScript; the three lists below are empty when it is not. */
  isCode: boolean
  isTest: boolean
  tokens: Token[]
  imports: Import[]
  exports: Export[]
}

export interface Tree {
  files: Source[]
  /** The file that an import means, or nothing when it is not one of ours. */
  resolve(from: string, specifier: string): string | undefined
}

const codeFile = /\.(ts|tsx|mjs|js|jsx)$/
/**
 * Tests themselves, and what stands in a folder `test` to serve them. They may reach everywhere.
 */
const testFile = /\.(test|e2e|fixture)\.tsx?$|\/test\//

function readSource(path: string, text: string): Source {
  const isCode = codeFile.test(path)
  const tokens = isCode ? tokenize(text) : []
  return {
    path,
    text,
    lines: text.split('\n'),
    isCode,
    isTest: testFile.test(path),
    tokens,
    ...readModule(tokens),
  }
}

/** A tree of these texts: path → content. Paths are relative, with slashes. */
export function treeOf(texts: Record<string, string>): Tree {
  const resolve = (from: string, specifier: string): string | undefined => {
    const ours = /^@obole\/([^/]+)\/(.+)$/.exec(specifier)
    const places = ours
      ? [`${ours[1]}/src/${ours[2]}`, `${ours[1]}/${ours[2]}`]
      : specifier.startsWith('.')
        ? [posix.join(posix.dirname(from), specifier)]
        : []
    return places
      .flatMap((place) => [place, place.replace(/\.js$/, '.ts'), place.replace(/\.js$/, '.tsx')])
      .find((place) => texts[place] !== undefined)
  }
  return { files: Object.entries(texts).map(([path, text]) => readSource(path, text)), resolve }
}

const ignored = new Set(['node_modules', 'dist', '.git', 'data', 'bench/results', 'test-results'])
const readable =
  /\.(ts|tsx|mjs|js|json|md|sql|css|html|svg|yaml|yml|toml|sh|txt|webmanifest)$|(^|\/)[\w.]+$/

/** Every text file of the checkout that Git would keep. */
export function readTree(root: string): Tree {
  const texts: Record<string, string> = {}
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (ignored.has(path) || entry.name === 'node_modules' || entry.name === 'dist') continue
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile() && readable.test(path)) {
        const text = readFileSync(join(root, path), 'utf8')
        if (!text.includes('\0') && !path.endsWith('.log')) texts[path] = text
      }
    }
  }
  walk('')
  return treeOf(texts)
}
