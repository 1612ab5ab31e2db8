/**
 * Reports a run of node:test: failures in full, nothing else, and a last line `N passed, N failed`.
 */
import { inspect } from 'node:util'

const indent = (text) => text.replace(/^/gm, '    ')

/** What went wrong: the error with its stack, less the frames of Node itself. */
function reason(error) {
  const cause = error?.cause ?? error
  const text = cause?.stack ?? (typeof cause === 'string' ? cause : inspect(cause))
  return text.replace(/^\s+at .*(node:internal|node:async_hooks).*\n?/gm, '').trimEnd()
}

/** The files of a process stand side by side in it, by their names. */
const isFile = ({ nesting, name }) => nesting === 0 && /\.(test|e2e)\.tsx?$/.test(name)
/** Node reports a process itself as a test, when it broke. */
const isProcess = ({ name, file }) => name !== undefined && name === file

/** What is known of one file: what it printed, which tests are open, how many ran. */
class File {
  running = new Map()
  output = ''
  ran = 0
  failed = 0

  constructor({ name, file }) {
    this.path = [name]
    this.process = file
  }

  /** Events come in order; a test that starts at depth n ends what was open there. */
  start({ nesting, name }) {
    this.path.length = nesting
    this.path[nesting] = name
  }

  titleOf({ nesting }) {
    return this.path.slice(0, nesting + 1).join(' › ')
  }
}

/** What a process died of, in the words of Node, and in which tests. */
function endOf({ details: { error, duration_ms } }, tests) {
  const where = tests.length ? `, in: ${tests.join(' › ')}` : ''
  if (error?.failureType !== 'testTimeoutFailure') return `${reason(error)}${where}`
  const seconds = Math.round(duration_ms / 1000)
  return `ended after ${seconds} s${where || ': a handle left open, or a loop that never yields'}`
}

// biome-ignore lint/style/noDefaultExport: Node takes a reporter's default export.
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const files = []
  const deaths = []
  let file = new File({ name: 'tests', file: '' })
  const fail = (title, text) => {
    file.failed++
    counts.failed++
    process.exitCode = 1
    return `✗ ${title}\n${indent(text)}\n\n`
  }

  // The events of one process come together, but for the last word on it.
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') file.output += data.message
    if (isProcess(data)) {
      if (type === 'test:fail' && data.details.error?.failureType !== 'subtestsFailed') {
        deaths.push(data)
      }
      continue
    }
    const key = `${data.nesting} ${data.name}`
    if (type === 'test:dequeue') {
      if (isFile(data)) {
        file = new File(data)
        files.push(file)
      }
      file.running.set(key, data.name)
    }
    if (type === 'test:complete') file.running.delete(key)
    if (type === 'test:start') file.start(data)

    if (type === 'test:pass') {
      const isSkipped = data.skip !== undefined || data.todo !== undefined
      const isTest = data.details.type !== 'suite'
      if (isTest || isSkipped) file.ran++
      if (isSkipped) counts.skipped++
      else if (isTest) counts.passed++
      else if (isFile(data) && file.ran === 0) yield fail(data.name, 'holds no test')
    }
    if (type === 'test:fail') {
      file.ran++
      const { error } = data.details
      if (error?.failureType !== 'subtestsFailed') yield fail(file.titleOf(data), reason(error))
    }
  }

  for (const death of deaths) {
    const ended = files.filter((it) => it.process === death.file && it.running.size > 0)
    const tests = ended.flatMap((it) => [...it.running.values()])
    for (const it of ended) it.failed++
    yield fail('a process of tests', endOf(death, tests))
  }
  for (const { path, output, failed } of files) {
    if (failed > 0 && output) yield `output of ${path[0]}:\n${indent(output.trimEnd())}\n\n`
  }
  if (counts.skipped > 0) yield `${counts.skipped} skipped\n`
  if (counts.passed + counts.failed === 0) {
    process.exitCode = 1
    yield 'no test was run\n'
  }
  yield `${counts.passed} passed, ${counts.failed} failed\n`
}
