/**
 * Reports a run of node:test: failures in full, nothing else, and a last line `N passed, N failed`.
 */
import { relative, resolve } from 'node:path'
import { inspect } from 'node:util'

/** The source of a compiled file. Tests are reported by the one, a broken file by the other. */
const sourceOf = (file = '') => file.replace(/([/\\])dist[/\\]/, '$1').replace(/\.js$/, '.ts')
const shown = (file) => relative(process.cwd(), sourceOf(file))
const indent = (text) => text.replace(/^/gm, '    ')

/** What went wrong: the error with its stack, less the frames of Node itself. */
function reason(error) {
  const cause = error?.cause ?? error
  const text = cause?.stack ?? (typeof cause === 'string' ? cause : inspect(cause))
  return text.replace(/^\s+at .*(node:internal|node:async_hooks).*\n?/gm, '').trimEnd()
}

/** What is known of one file: what it printed, which tests are open, how many failed. */
class File {
  path = []
  running = new Map()
  output = ''
  failed = 0

  /** Events come in order; a test that starts at depth n ends what was open there. */
  start({ nesting, name }) {
    this.path.length = nesting
    this.path[nesting] = name
  }
}

// biome-ignore lint/style/noDefaultExport: Node takes a reporter's default export.
export default async function* report(events) {
  const files = new Map()
  const fileOf = (path) => {
    const key = sourceOf(path).replace(/x$/, '')
    return files.get(key) ?? files.set(key, new File()).get(key)
  }
  const counts = { passed: 0, failed: 0, skipped: 0 }

  for await (const { type, data } of events) {
    const file = fileOf(data.file)
    // Node reports a file itself as a test when it broke, or when it holds no test.
    const isFile = data.file !== undefined && resolve(data.name ?? '') === data.file
    if (type === 'test:stdout' || type === 'test:stderr') file.output += data.message
    if (type === 'test:dequeue' && !isFile)
      file.running.set(`${data.nesting} ${data.name}`, data.name)
    if (type === 'test:complete') file.running.delete(`${data.nesting} ${data.name}`)
    if (type === 'test:start') file.start(data)

    if (type === 'test:pass' && data.details.type !== 'suite') {
      if (data.skip !== undefined || data.todo !== undefined) counts.skipped++
      else if (!isFile) counts.passed++
      else {
        counts.failed++
        process.exitCode = 1
        yield `✗ ${shown(data.file)}\n    holds no test\n\n`
      }
    }
    if (type === 'test:fail') {
      const { error } = data.details
      const timedOut = error?.failureType === 'testTimeoutFailure'
      if (error?.failureType === 'subtestsFailed') continue
      if (isFile && file.failed > 0 && !timedOut) continue
      file.failed++
      counts.failed++
      const title = isFile ? '' : ` › ${file.path.slice(0, data.nesting + 1).join(' › ')}`
      const hanging = [...file.running.values()].join(' › ')
      const text = !timedOut
        ? reason(error)
        : `ended after ${Math.round(data.details.duration_ms / 1000)} s` +
          (hanging ? `, in: ${hanging}` : ': a handle left open, or a loop that never yields')
      yield `✗ ${shown(data.file)}${title}\n${indent(text)}\n\n`
    }
  }

  for (const [path, file] of files) {
    if (file.failed > 0 && file.output) {
      yield `output of ${shown(path)}:\n${indent(file.output.trimEnd())}\n\n`
    }
  }
  if (counts.skipped > 0) yield `${counts.skipped} skipped\n`
  if (counts.passed + counts.failed === 0) {
    process.exitCode = 1
    yield 'no test was run\n'
  }
  yield `${counts.passed} passed, ${counts.failed} failed\n`
}
