import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tokenize } from './lexer.ts'
import { readModule } from './modules.ts'

const kinds = (source: string): string[] =>
  tokenize(source).map((it) => `${it.kind} ${it.text} ${it.line}`)

describe('the tokens of a source', () => {
  it('tell a regular expression from a division', () => {
    assert.deepEqual(kinds('a / b / c'), [
      'word a 1',
      'sign / 1',
      'word b 1',
      'sign / 1',
      'word c 1',
    ])
    assert.deepEqual(kinds("return /'[/]'/g"), ['word return 1', "regex /'[/]'/g 1"])
  })

  it('keep a template whole around its substitutions, and see into them', () => {
    const source = ['`a $', "{f('b', { c: `d$", '{e}` })} g`\nh'].join('')
    const tokens = tokenize(source)
    assert.deepEqual(
      tokens.filter((it) => it.kind === 'template').map((it) => it.text),
      ['a {} g', 'd{}'],
    )
    assert.deepEqual(tokens.find((it) => it.kind === 'string')?.text, 'b')
    assert.deepEqual(tokens.at(-1), { kind: 'word', text: 'h', line: 2 })
  })

  it('survive apostrophes and closing tags in the text of JSX', () => {
    const source = "const a = <p>l'un</p>\nconst b = 'x' // y\n"
    const tokens = tokenize(source)
    assert.deepEqual(
      tokens.filter((it) => it.kind === 'string' || it.kind === 'comment').map((it) => it.text),
      ['x', '// y'],
    )
  })

  it('do not find a comment in a string, nor a string in a comment', () => {
    assert.deepEqual(kinds("'// a' // 'b'"), ['string // a 1', "comment // 'b' 1"])
  })
})

describe('the imports and exports of a source', () => {
  it('are read in every form', () => {
    const { imports } = readModule(
      tokenize(`
        import './a.ts'
        import b, { c, type D, e as f } from 'b'
        import type { G } from './g.ts'
        import * as h from 'h'
        export { i } from './i.ts'
        export * from './j.ts'
        const k = await import('./k.ts')
        const here = import.meta.url
      `),
    )
    assert.deepEqual(
      imports.map((it) => [it.from, it.names.join(), it.types.join()]),
      [
        ['./a.ts', '', ''],
        ['b', 'default,c,D,e', 'D'],
        ['./g.ts', 'G', 'G'],
        ['h', '*', ''],
        ['./i.ts', 'i', ''],
        ['./j.ts', '*', ''],
        ['./k.ts', '*', ''],
      ],
    )
  })

  it('are named as others see them', () => {
    const { exports } = readModule(
      tokenize(`
        export const a = 1
        export async function b() {}
        export abstract class C {}
        export type D = string
        export interface E {}
        export { f as g, type H }
      `),
    )
    assert.deepEqual(
      exports.map((it) => `${it.name}${it.isType ? ' type' : ''}`),
      ['a', 'b', 'C', 'D type', 'E type', 'g', 'H type'],
    )
  })
})
