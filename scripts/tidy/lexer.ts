export interface Token {
  kind: 'word' | 'number' | 'string' | 'template' | 'regex' | 'comment' | 'sign'
  /**
   * As written; of strings and templates what stands between the quotes, substitutions as `{}`.
   */
  text: string
  line: number
}

const space = /\s+/y
const templatePart = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y
const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y
const patterns: [Token['kind'], RegExp][] = [
  ['comment', /\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
  ['string', /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y],
  ['word', /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy],
  ['number', /\d[\w.]*/y],
]

/** Words after which a slash begins a regular expression, not a division. */
const beforeRegex = new Set(
  'return typeof case in of delete void throw new else do await yield'.split(' '),
)

class Lexer {
  readonly tokens: Token[] = []
  readonly #source: string
  /**
   * Open braces. The one of a template's substitution holds its token, to whose text the lexer then
   * returns.
   */
  readonly #open: (Token | undefined)[] = []
  #at = 0
  #line = 1

  constructor(source: string) {
    this.#source = source
  }

  /** Takes what the pattern matches here, and counts its lines. */
  #read(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#source)?.[0]
    if (!text) return undefined
    this.#at += text.length
    for (const char of text) if (char === '\n') this.#line++
    return text
  }

  #push(kind: Token['kind'], pattern: RegExp): boolean {
    const line = this.#line
    const text = this.#read(pattern)
    if (!text) return false
    this.tokens.push({ kind, text: kind === 'string' ? text.slice(1, -1) : text, line })
    return true
  }

  /** Continues a template up to its end or to its next substitution. */
  #readTemplate(token: Token): void {
    token.text += this.#read(templatePart) ?? ''
    const closed = this.#source[this.#at] === '`'
    this.#at += closed ? 1 : 2
    if (closed || this.#at > this.#source.length) return
    token.text += '{}'
    this.#open.push(token)
  }

  #regexMayStart(): boolean {
    const before = this.tokens.findLast((it) => it.kind !== 'comment')
    if (!before) return true
    if (before.kind === 'word') return beforeRegex.has(before.text)
    return before.kind === 'sign' && !'<)]}'.includes(before.text)
  }

  #readSign(): void {
    const sign = this.#source[this.#at++] as string
    if (sign === '`') {
      const token: Token = { kind: 'template', text: '', line: this.#line }
      this.tokens.push(token)
      this.#readTemplate(token)
      return
    }
    if (sign === '{') this.#open.push(undefined)
    const template = sign === '}' ? this.#open.pop() : undefined
    if (template) this.#readTemplate(template)
    else this.tokens.push({ kind: 'sign', text: sign, line: this.#line })
  }

  run(): Token[] {
    while (this.#at < this.#source.length) {
      if (this.#read(space)) continue
      if (patterns.some(([kind, pattern]) => this.#push(kind, pattern))) continue
      const slash = this.#source[this.#at] === '/' && this.#regexMayStart()
      if (slash && this.#push('regex', regex)) continue
      this.#readSign()
    }
    return this.tokens
  }
}

/**
 * Splits TypeScript, also with JSX, into tokens. It need not understand the language: a rule looks
 * at import lines, strings, comments and single words. What it cannot place (an apostrophe in the
 * text of JSX) becomes a sign.
 */
export const tokenize = (source: string): Token[] => new Lexer(source).run()
