import { consoleFiles, isIn } from './layout.ts'
import type { Token } from './lexer.ts'
import { type Found, perFile, type Rule } from './rule.ts'
import type { Source } from './tree.ts'

/** What a line of a comment looks like when it is code that someone did not dare to remove. */
const code = [
  /^(export\s+)?(const|let|var)\s+[\w{[].*=/,
  /^import\s.*\sfrom\s+['"]/,
  /^export\s+(async\s+)?(const|function|type|interface|class)\b/,
  /^(async\s+)?function\s*\w*\(.*\)/,
  /^(if|for|while|switch)\s*\(.*\)\s*\{$/,
  /^(return|throw)\b.*[;({]$|^return [\w.]+\(.*\)$/,
  /^await\s+[\w.]+\(/,
  /^[\w.]+\([^)]*\)[;,]$|^[\w]+\.[\w.]+\(.*\)$/,
  /^[\w.]+\s=\s[^=].*[;)]$/,
  /^\}[;,)]*$|^\}\s*else\b/,
]

/** The lines of a comment without its signs. Docstrings may show code: they are empty here. */
function linesOf({ text }: Token): string[] {
  if (text.startsWith('/**')) return []
  return text.split('\n').map((it) => it.replace(/^\s*(\/\/|\/\*|\*(?!\/))|\*\/\s*$/g, '').trim())
}

const commentsOf = (file: Source): Token[] => file.tokens.filter((it) => it.kind === 'comment')

const dead: Rule = {
  name: 'comment',
  says: 'No code is commented out.',
  because: 'Git remembers it; a reader cannot know whether it is still true.',
  ...perFile((file) =>
    commentsOf(file).flatMap((comment) => {
      if (/^\/\/\s*(biome-ignore|@ts-expect-error)/.test(comment.text)) return []
      const index = linesOf(comment).findIndex((it) => code.some((pattern) => pattern.test(it)))
      const line = comment.line + index
      return index < 0 ? [] : [{ path: file.path, line, message: 'holds code in a comment' }]
    }),
  ),
}

const todo: Rule = {
  name: 'todo',
  says: 'No note of work to do stands in a comment.',
  because: 'do it, or write it where work is planned.',
  ...perFile((file) =>
    commentsOf(file).flatMap(({ text, line }) => {
      const word = /\b(TODO|FIXME|XXX|HACK)\b/.exec(text)?.[0]
      return word ? [{ path: file.path, line, message: `says ${word}` }] : []
    }),
  ),
}

const skip: Rule = {
  name: 'skip',
  says: 'No test is skipped, and none runs alone.',
  because: 'a guarantee that is not checked is not one.',
  ...perFile(({ path, isTest, tokens }) =>
    tokens.flatMap(({ text, line }, index) => {
      if (!isTest || !['only', 'skip', 'todo'].includes(text)) return []
      const [before, after] = [tokens[index - 1]?.text, tokens[index + 1]?.text]
      const called = before === '.' && after === '('
      const option = after === ':' && tokens[index + 2]?.text === 'true'
      return called || option ? [{ path, line, message: text }] : []
    }),
  ),
}

const output: Rule = {
  name: 'console',
  says: '`console` is used in app and scripts only.',
  because: 'elsewhere the log is, which has levels, a request id and stars over secrets.',
  ...perFile(({ path, isTest, tokens }) =>
    isTest || isIn(path, consoleFiles)
      ? []
      : tokens.flatMap(({ kind, text, line }, index) =>
          kind === 'word' && text === 'console' && tokens[index + 1]?.text === '.'
            ? [{ path, line, message: `calls console.${tokens[index + 2]?.text}` }]
            : [],
        ),
  ),
}

const timeless =
  /^(contract|sepa)\/src\/|^server\/src\/(?!platform\/|app\/|kernel\/ids\.ts$|.*\/browser\/)/

const clock: Rule = {
  name: 'clock',
  says: 'Time is an argument: only the platform and app read the clock.',
  because: 'an account in test mode has its own clock, and a test moves it.',
  ...perFile(({ path, isTest, tokens }) =>
    isTest || !timeless.test(path)
      ? []
      : tokens.flatMap(({ text, line }, index) => {
          const next = tokens.slice(index + 1, index + 4).map((it) => it.text)
          const made = text === 'new' && next.join('') === 'Date()'
          const asked = text === 'Date' && next.join('') === '.now('
          return made || asked ? [{ path, line, message: 'reads the clock of the machine' }] : []
        }),
  ),
}

/** The titles of a file's tests, each with the titles of the groups around it. */
function titlesOf(tokens: Token[]): { title: string; line: number }[] {
  const titles: { title: string; line: number }[] = []
  const groups: { title: string; depth: number }[] = []
  let depth = 0
  tokens.forEach(({ kind, text, line }, index) => {
    if (kind === 'sign' && text === '(') depth++
    if (kind === 'sign' && text === ')') {
      depth--
      while ((groups.at(-1)?.depth ?? -1) >= depth) groups.pop()
    }
    const word = tokens[index + 2]
    if (!['it', 'test', 'describe', 'suite'].includes(text) || tokens[index + 1]?.text !== '(')
      return
    if (word?.kind !== 'string' || tokens[index - 1]?.text === '.') return
    const title = [...groups.map((it) => it.title), word.text].join(' › ')
    titles.push({ title, line })
    if (text === 'describe' || text === 'suite') groups.push({ title: word.text, depth })
  })
  return titles
}

const titles: Rule = {
  name: 'titles',
  says: 'No two tests of a file, or of a group in it, have one title.',
  because: 'a title is the name of a guarantee, and a failure is found by it.',
  ...perFile(({ path, isTest, tokens }): Found[] => {
    if (!isTest) return []
    const seen = new Set<string>()
    return titlesOf(tokens).flatMap(({ title, line }) => {
      if (!seen.has(title)) {
        seen.add(title)
        return []
      }
      return [{ path, line, message: `“${title}” stands twice` }]
    })
  }),
}

export const codeRules = [dead, todo, skip, titles, output, clock]
