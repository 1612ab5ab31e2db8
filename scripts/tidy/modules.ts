import type { Token } from './lexer.ts'

export interface Import {
  /** As written: './ids.ts', 'node:fs', '@obole/contract/ids.js'. */
  from: string
  /** The names on the other side; '*' when the whole module is taken. */
  names: string[]
  /** The names among them that are types only, and leave no trace in what runs. */
  types: string[]
  line: number
}

export interface Export {
  name: string
  isType: boolean
  line: number
}

const declarations = new Set(
  'const let var function class interface type enum namespace abstract'.split(' '),
)
const typeDeclarations = new Set(['interface', 'type'])

/**
 * The names between braces: `{ a, type B, c as d }`, each with both spellings. Answers where the
 * brace closes.
 */
function readNames(tokens: Token[], brace: number) {
  const names: { theirs: string; ours: string; isType: boolean }[] = []
  let at = brace + 1
  for (; tokens[at] && tokens[at]?.text !== '}'; at++) {
    const words: string[] = []
    for (; tokens[at]?.kind === 'word' || tokens[at]?.kind === 'string'; at++) {
      words.push(tokens[at]?.text ?? '')
    }
    const isType = words[0] === 'type' && words.length > 1 && words[1] !== 'as'
    const [theirs, , ours] = isType ? words.slice(1) : words
    if (theirs) names.push({ theirs, ours: ours ?? theirs, isType })
    if (tokens[at]?.text === '}') break
  }
  return { names, end: at }
}

/** The string after `from`, looked for within the one statement that starts here. */
function readFrom(tokens: Token[], at: number): string | undefined {
  return tokens[at]?.text === 'from' && tokens[at + 1]?.kind === 'string'
    ? tokens[at + 1]?.text
    : undefined
}

function readImport(tokens: Token[], start: number): Import | undefined {
  const { line } = tokens[start] as Token
  let at = start + 1
  if (tokens[at]?.kind === 'string') {
    return { from: tokens[at]?.text ?? '', names: [], types: [], line }
  }
  if (tokens[at]?.text === '(') {
    const module = tokens[at + 1]
    if (module?.kind !== 'string') return undefined
    return { from: module.text, names: ['*'], types: [], line }
  }
  const allTypes = tokens[at]?.text === 'type' && tokens[at + 1]?.text !== 'from'
  if (allTypes) at++
  const names: string[] = []
  const types: string[] = []
  for (; tokens[at] && tokens[at]?.text !== 'from'; at++) {
    const token = tokens[at] as Token
    if (token.text === '{') {
      const list = readNames(tokens, at)
      names.push(...list.names.map((it) => it.theirs))
      types.push(...list.names.filter((it) => it.isType).map((it) => it.theirs))
      at = list.end
    } else if (token.text === '*') {
      names.push('*')
      at += 2
    } else if (token.kind === 'word') names.push('default')
    else if (token.text !== ',') return undefined
  }
  const from = readFrom(tokens, at)
  return from === undefined ? undefined : { from, names, types: allTypes ? names : types, line }
}

/** What a module takes from others and gives to them, read from its tokens. */
export function readModule(all: Token[]): { imports: Import[]; exports: Export[] } {
  const tokens = all.filter((it) => it.kind !== 'comment')
  const imports: Import[] = []
  const exports: Export[] = []
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || tokens[index - 1]?.text === '.') return
    if (token.text === 'import') {
      const found = readImport(tokens, index)
      if (found) imports.push(found)
    }
    if (token.text !== 'export') return
    const { line } = token
    let at = index + 1
    if (tokens[at]?.text === 'type' && tokens[at + 1]?.text === '{') at++
    const isType = tokens[at - 1]?.text === 'type'
    if (tokens[at]?.text === '{') {
      const list = readNames(tokens, at)
      const from = readFrom(tokens, list.end + 1)
      if (from !== undefined) {
        const names = list.names.map((it) => it.theirs)
        imports.push({ from, names, types: isType ? names : [], line })
      }
      for (const it of list.names) {
        exports.push({ name: it.ours, isType: isType || it.isType, line })
      }
      return
    }
    if (tokens[at]?.text === '*') {
      const from = readFrom(tokens, tokens[at + 1]?.text === 'as' ? at + 3 : at + 1)
      if (from !== undefined) imports.push({ from, names: ['*'], types: [], line })
      return
    }
    while (tokens[at]?.text === 'async' || tokens[at]?.text === 'declare') at++
    const keyword = tokens[at]?.text ?? ''
    if (!declarations.has(keyword)) return
    while (['abstract', 'class', '*', keyword].includes(tokens[at]?.text ?? '')) at++
    const name = tokens[at]
    if (name?.kind === 'word') {
      exports.push({ name: name.text, isType: typeDeclarations.has(keyword), line })
    }
  })
  return { imports, exports }
}
