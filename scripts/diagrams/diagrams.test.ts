import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { diagramOf, type Edges, pages, withDiagrams } from './diagrams.ts'

/**
 * The edges that a reader takes from a diagram, those behind a fork given to each status before it.
 */
function readEdges(diagram: string): Record<string, Record<string, string>> {
  const arrows = [...diagram.matchAll(/^ {2}(\S+) --> (\S+?)(?:: (\w+))?$/gm)]
  const edges: Record<string, Record<string, string>> = {}
  const add = (from: string, action: string, to: string) => {
    edges[from] = { ...edges[from], [action]: to }
  }
  for (const [, from = '', to = '', action] of arrows) {
    if (from === '[*]' || from.startsWith('any')) continue
    if (to === '[*]') edges[from] = {}
    else if (action) add(from, action, to)
    else
      for (const [, , end = '', way = ''] of arrows.filter((it) => it[1] === to))
        add(from, way, end)
  }
  return edges
}

describe('the diagrams of statuses', () => {
  for (const page of pages) {
    it(`in ${page} are those of the machines`, () => {
      const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')
      assert.match(text, /<!-- diagram \w+ -->/)
      assert.equal(text, withDiagrams(text), 'npm run check -- --write')
    })
  }
})

describe('a diagram', () => {
  const ways = { pay: 'paid', drop: 'gone', wait: 'late' }
  const edges: Edges = { new: ways, late: ways, paid: { drop: 'gone' }, gone: {} }

  it('draws ways that several statuses share once', () => {
    const diagram = diagramOf({ first: 'new', edges })
    assert.equal(diagram.match(/: pay$/gm)?.length, 1)
  })

  it('shows every edge of its machine and no other', () => {
    assert.deepEqual(readEdges(diagramOf({ first: 'new', edges })), edges)
  })
})
