import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { layoutCases } from './layout-cases.fixture.ts'
import { textCases } from './text-cases.fixture.ts'
import { rules } from './tidy.ts'
import { treeOf } from './tree.ts'

/** What one rule says of these files: `path:line message`, without its notes. */
function found(name: string, files: Record<string, string>): string[] {
  const rule = rules.find((it) => it.name === name)
  assert.ok(rule, `there is a rule ${name}`)
  return rule
    .check(treeOf(files))
    .filter((it) => !it.isNote)
    .map(({ path, line, message }) => `${path}${line ? `:${line}` : ''} ${message}`)
}

const cases = [...layoutCases, ...textCases]

for (const { rule, title, wrong, says, right } of cases) {
  describe(`rule ${rule}: ${title}`, () => {
    it('finds the wrong form', () => {
      const lines = found(rule, wrong)
      assert.ok(
        lines.some((line) => says.test(line)),
        `${says} in:\n${lines.join('\n')}`,
      )
    })
    it('passes the right form', () => assert.deepEqual(found(rule, right), []))
  })
}

describe('every rule', () => {
  it('has a case here', () => {
    const tested = new Set(cases.map((it) => it.rule))
    assert.deepEqual(
      rules.filter((it) => !tested.has(it.name)).map((it) => it.name),
      [],
    )
  })
})
