/**
 * Reads a guide as its reader does: runs what stands in its `sh` blocks, and holds what comes out
 * against the block that follows. `…` stands for what is different each time, or left out; in a
 * command it is the rest of the id that was seen last.
 */
import assert from 'node:assert/strict'
import type { Json } from './harness.ts'

interface Block {
  language: string
  text: string
}

/** The fenced blocks of a page. Pure. */
export const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }))

/** The words of each command, as a shell takes them apart: quotes, and lines that go on. Pure. */
export function commandsOf(script: string): string[][] {
  const token = /\\\n|[^\S\n]+|(\n)|((?:"[^"]*"|'[^']*'|[^\s"'\\])+)/g
  const commands: string[][] = [[]]
  for (const [, end, word] of script.matchAll(token)) {
    if (end) commands.push([])
    else if (word) commands.at(-1)?.push(word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return commands.filter((words) => words.length > 0)
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const pattern = (text: string) => new RegExp(`^${text.split('…').map(escaped).join('.*')}$`, 's')

/** Whether an answer is as the guide shows it. */
export function assertShown(actual: Json, shown: Json, place = 'answer'): void {
  if (typeof shown === 'string' && shown.includes('…')) {
    assert.match(String(actual), pattern(shown), place)
  } else if (Array.isArray(shown)) {
    assert.equal(actual?.length, shown.length, `length of ${place}`)
    shown.forEach((it, n) => {
      assertShown(actual[n], it, `${place}[${n}]`)
    })
  } else if (shown !== null && typeof shown === 'object') {
    const names = Object.keys(shown).filter((it) => it !== '…')
    if (!('…' in shown)) assert.deepEqual(Object.keys(actual ?? {}).sort(), names.sort(), place)
    for (const name of names) assertShown(actual?.[name], shown[name], `${place}.${name}`)
  } else {
    assert.deepEqual(actual, shown, place)
  }
}

/** Whether a text is as the guide shows it, but for the width of its columns. */
export function assertPrinted(actual: string, shown: string): void {
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((it) => it.trim().split(/\s+/).join(' '))
  const [printed, expected] = [lines(actual), lines(shown)]
  assert.equal(printed.length, expected.length, actual)
  expected.forEach((it, n) => {
    assert.match(printed[n] ?? '', pattern(it))
  })
}

/** Id prefix → the id that was seen last. */
export class Ids {
  readonly #last = new Map<string, string>()

  see(text: string): void {
    for (const [id] of text.matchAll(/\b[a-z]+_[0-9A-Za-z]{24}\b/g)) {
      this.#last.set(id.slice(0, id.indexOf('_')), id)
    }
  }

  /** `paym_…` becomes the payment that was seen last. */
  filled(word: string): string {
    return word.replaceAll(/\b([a-z]+)_…/g, (all, prefix: string) => {
      const id = this.#last.get(prefix)
      assert.ok(id, `nothing was seen that ${all} could be`)
      return id
    })
  }
}
