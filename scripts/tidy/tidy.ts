import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeRules } from './code-rules.ts'
import { deadRules } from './dead-rules.ts'
import { exceptions } from './exceptions.ts'
import { importRules } from './import-rules.ts'
import type { Exception, Finding, Rule } from './rule.ts'
import { tableRules } from './table-rules.ts'
import { textRules } from './text-rules.ts'
import { readTree, type Tree } from './tree.ts'

export const rules: readonly Rule[] = [
  ...importRules,
  ...tableRules,
  ...textRules,
  ...codeRules,
  ...deadRules,
]

const applies = (it: Exception, finding: Finding): boolean =>
  it.rule === finding.rule &&
  it.path === finding.path &&
  (it.detail === undefined || finding.message.includes(it.detail))

/**
 * What the rules find in the tree, less the exceptions; and each exception that excused nothing.
 */
export function tidy(tree: Tree, allowed: readonly Exception[]): Finding[] {
  const findings = rules.flatMap((rule) =>
    rule.check(tree).map((found): Finding => ({ rule: rule.name, ...found })),
  )
  const unused = allowed
    .filter((it) => !findings.some((finding) => applies(it, finding)))
    .map((it) => ({
      rule: 'exception',
      path: it.path,
      message: `the exception to “${it.rule}” is not needed any more: remove it`,
    }))
  return findings.filter((it) => !allowed.some((rule) => applies(rule, it))).concat(unused)
}

const show = ({ rule, path, line, message, isNote }: Finding): string =>
  `${isNote ? 'note: ' : ''}${path}${line ? `:${line}` : ''} ${message} (${rule})`

const begin = '<!-- rules -->'
const end = '<!-- /rules -->'

/** STYLE.md with its list of rules as they are in the code. */
export function withRules(style: string): string {
  const list = rules.map((it) => `- **${it.name}.** ${it.says} Because ${it.because}`).join('\n')
  const [before = ''] = style.split(begin)
  const after = style.split(end)[1] ?? ''
  return `${before}${begin}\n${list}\n${end}${after}`
}

/** Reads the checkout, prints what is untidy, and answers whether nothing fails. */
export function report(root: string, print: (line: string) => void): boolean {
  const tree = readTree(root)
  const findings = tidy(tree, exceptions)
  const style = tree.files.find((it) => it.path === 'STYLE.md')?.text ?? ''
  if (withRules(style) !== style) {
    const message = 'does not list the rules as they are: npm run check -- --write'
    findings.push({ rule: 'style', path: 'STYLE.md', message })
  }
  for (const finding of findings) print(show(finding))
  return findings.every((it) => it.isNote)
}

/** Writes the rules into STYLE.md. */
export function writeStyle(root: string): void {
  const path = join(root, 'STYLE.md')
  writeFileSync(path, withRules(readFileSync(path, 'utf8')))
}
