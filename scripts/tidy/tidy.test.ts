import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Exception } from './rule.ts'
import { report, tidy, withRules } from './tidy.ts'
import { treeOf } from './tree.ts'

describe('the checkout', () => {
  it('is tidy', () => {
    const lines: string[] = []
    const root = fileURLToPath(new URL('../../../', import.meta.url))
    const isTidy = report(root, (line) => lines.push(line))
    assert.ok(isTidy, lines.join('\n'))
  })
})

describe('an exception', () => {
  const tree = treeOf({ 'docs/a.md': 'no title\n' })
  const exception: Exception = { rule: 'title', path: 'docs/a.md', because: 'a test' }

  it('excuses the finding that it names', () => {
    assert.equal(tidy(tree, []).length, 1)
    assert.deepEqual(tidy(tree, [exception]), [])
  })

  it('excuses nothing else in that file', () => {
    const other = tidy(tree, [{ ...exception, detail: 'has 2 titles' }])
    assert.deepEqual(
      other.map((it) => it.rule),
      ['title', 'exception'],
    )
  })

  it('that excuses nothing is itself a finding', () => {
    const tidyTree = treeOf({ 'docs/a.md': '# Title\n' })
    assert.deepEqual(tidy(tidyTree, [exception]), [
      {
        rule: 'exception',
        path: 'docs/a.md',
        message: 'the exception to “title” is not needed any more: remove it',
      },
    ])
  })
})

describe('the list of rules in STYLE.md', () => {
  const style = '# Style\n<!-- rules -->\nold\n<!-- /rules -->\nafter\n'

  it('is replaced, and what stands around it stays', () => {
    const written = withRules(style)
    assert.match(written, /^# Style\n<!-- rules -->\n- \*\*direction\.\*\* /)
    assert.match(written, /<!-- \/rules -->\nafter\n$/)
    assert.ok(!written.includes('\nold\n'))
  })

  it('is the same when it is written again', () => {
    assert.equal(withRules(withRules(style)), withRules(style))
  })
})
