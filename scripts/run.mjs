/**
 * The commands of the checkout, behind `npm start`, `npm test` and the rest. Needs nothing but
 * Node.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, install, node, prepare, root, workspaces } from './prepare.mjs'

const obole = join(root, 'server', 'bin', 'obole.mjs')
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')

/** A process of tests that takes longer is ended, and the test that was running is named. */
const testProcessMs = 1_100_000

/** Files of tests that share a process at most. */
const groupSize = 6

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

const spawnNode = (args, env = {}) =>
  spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })

/** Runs Node as a child: signals go down to it, its exit code comes back. */
function child(args, env) {
  const it = spawnNode(args, env)
  for (const signal of signals) process.on(signal, () => it.kill(signal))
  return new Promise((done, fail) => {
    it.on('error', fail)
    it.on('exit', (code) => done(code ?? 1))
  })
}

/**
 * Continues as another program of ours, in this process: no second one between it and its signals.
 */
async function become(file, args) {
  process.argv = [process.argv[0], file, ...args]
  await import(pathToFileURL(file).href)
}

/**
 * The compiled tests of this kind whose source path holds one of the patterns; all of them without
 * a pattern.
 */
function findTests(kind, patterns) {
  const wanted = patterns.map((it) => {
    const path = relative(root, resolve(it))
    return existsSync(resolve(it)) ? path.split(sep).join('/') : it
  })
  const skipped = new RegExp(`(^|\\${sep})(node_modules|dist)(\\${sep}|$)`)
  const isTest = new RegExp(`\\.${kind}\\.tsx?$`)
  return workspaces.flatMap((folder) =>
    (existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : [])
      .filter((name) => isTest.test(name) && !skipped.test(name))
      .map((name) => ({
        source: join(folder, name).split(sep).join('/'),
        output: join(folder, 'dist', name.replace(/\.tsx?$/, '.js')),
      }))
      .filter(({ source }) => wanted.length === 0 || wanted.some((it) => source.includes(it)))
      .sort((a, b) => (a.source < b.source ? -1 : 1)),
  )
}

/**
 * Files of one folder share a process, one after the other, so that the server and the engine are
 * loaded once for them. Properties take long: they begin first, each by itself.
 */
function groupsOf(tests) {
  const isLong = ({ source }) => source.includes('/properties/')
  const groups = tests.filter(isLong).map((it) => [it])
  for (const test of tests.filter((it) => !isLong(it))) {
    const last = groups.at(-1)
    const joins = last && dirname(last[0].source) === dirname(test.source)
    if (joins && last.length < groupSize) last.push(test)
    else groups.push([test])
  }
  return groups
}

/** Writes a file of tests for each group. Node runs them in the order of their names. */
function writeGroups(folder, groups) {
  return groups.map((tests, n) => {
    const file = join(folder, `${String(n + 1).padStart(3, '0')}.mjs`)
    const suites = tests.map(({ source, output }) => {
      const url = pathToFileURL(join(root, output)).href
      return `describe(${JSON.stringify(source)}, async () => { await import('${url}') })\n`
    })
    writeFileSync(file, `import { describe } from 'node:test'\n${suites.join('')}`)
    return file
  })
}

async function runTests(kind, args, env = {}) {
  await prepare()
  const flags = args.filter((it) => it.startsWith('-'))
  const tests = findTests(
    kind,
    args.filter((it) => !it.startsWith('-')),
  )
  const uncompiled = tests.filter(({ output }) => !existsSync(join(root, output)))
  for (const { source } of uncompiled) console.error(`not compiled by any tsconfig: ${source}`)
  if (tests.length === 0) console.error('no tests found')
  if (tests.length === 0 || uncompiled.length > 0) {
    console.log(`0 passed, ${uncompiled.length || 1} failed`)
    return 1
  }
  const folder = mkdtempSync(join(tmpdir(), 'obole-tests-'))
  const groups = kind === 'e2e' ? tests.map((it) => [it]) : groupsOf(tests)
  try {
    return await child(
      [
        '--test',
        '--enable-source-maps',
        // The engine lives for seconds here: to compile it well would take longer than it runs.
        '--liftoff-only',
        `--test-concurrency=${kind === 'e2e' ? 1 : 3}`,
        `--test-timeout=${testProcessMs}`,
        `--test-reporter=${new URL('reporter.mjs', import.meta.url).href}`,
        '--test-reporter-destination=stdout',
        ...flags,
        ...writeGroups(folder, groups),
      ],
      env,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function findChromium() {
  const wanted = process.env.CHROMIUM_PATH
  if (wanted) return existsSync(wanted) ? wanted : undefined
  const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env.PATH ?? '').split(':').concat('/usr/bin', '/snap/bin')
  return [
    ...onPath.flatMap((name) => folders.map((folder) => join(folder, name))),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((path) => existsSync(path))
}

async function runBrowserTests(args) {
  const chromium = findChromium()
  if (chromium) return runTests('e2e', args, { CHROMIUM_PATH: chromium })
  console.error(
    process.env.CHROMIUM_PATH
      ? `There is no browser at CHROMIUM_PATH (${process.env.CHROMIUM_PATH}).`
      : 'No Chromium or Chrome was found. Install one (Debian: apt-get install chromium), ' +
          'or name it in CHROMIUM_PATH.',
  )
  console.log('0 passed, 1 failed')
  return 1
}

async function tidy(write) {
  const { report, writeStyle } = await import('./dist/tidy/tidy.js')
  if (write) {
    const { writeDiagrams } = await import('./dist/diagrams/diagrams.js')
    writeStyle(root)
    writeDiagrams(root)
    const { writeEventPage } = await import('./dist/reference/events.js')
    writeEventPage(root)
  }
  return report(root, console.error)
}

/** Types and build, lint, tidy: every step is run, so that one run shows all there is to mend. */
async function check(args) {
  install()
  const write = args.includes('--write')
  const colors = `--colors=${process.stderr.isTTY ? 'force' : 'off'}`
  const steps = {
    'types and build': () => build(),
    lint: () =>
      node(biome, ...(write ? ['check', '--write'] : ['ci']), '--error-on-warnings', colors) === 0,
    tidy: () => tidy(write),
  }
  let ok = true
  for (const [name, step] of Object.entries(steps)) {
    const start = performance.now()
    const passed = await step()
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.error(`${passed ? '✓' : '✗'} ${name} (${seconds} s)`)
    ok &&= passed
  }
  return ok ? 0 : 1
}

/**
 * Changes when a source does. Asked again and again: the watcher of Node 20 loses a file that an
 * editor replaces instead of writing into it.
 */
function stateOfSources() {
  const folders = workspaces.flatMap((it) => [join(it, 'src'), join(it, 'migrations')])
  const times = folders
    .map((it) => join(root, it))
    .filter((it) => existsSync(it))
    .flatMap((it) => readdirSync(it, { recursive: true }).map((name) => join(it, name)))
    .map((it) => statSync(it, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return `${times.length} ${times.reduce((a, b) => Math.max(a, b), 0)}`
}

/** Starts the server again whenever a source changed and everything compiles. */
async function dev(args) {
  await prepare()
  const start = () => spawnNode(['--enable-source-maps', obole, 'start', ...args])
  const isOver = (it) => it.exitCode !== null || it.signalCode !== null
  let server = start()
  const next = () => {
    server = start()
  }
  const restart = async () => {
    if (!(await build())) return
    if (isOver(server)) return next()
    server.removeListener('exit', next).once('exit', next)
    server.kill('SIGTERM')
  }
  let seen = stateOfSources()
  setInterval(() => {
    const state = stateOfSources()
    if (state !== seen) void restart()
    seen = state
  }, 500)
  return new Promise((done) => {
    for (const signal of signals) {
      process.once(signal, () => {
        if (isOver(server)) return done(0)
        server.removeListener('exit', next).once('exit', (code) => done(code ?? 1))
        server.kill(signal)
      })
    }
  })
}

const commands = {
  start: async (args) => {
    await prepare()
    await become(obole, ['start', ...args])
  },
  dev,
  build: async () => {
    await prepare()
    return 0
  },
  test: (args) => runTests('test', args),
  'test:browser': runBrowserTests,
  check,
  bench: async (args) => {
    await prepare()
    return child([join(root, 'bench', 'dist', 'src', 'main.js'), ...args])
  },
}

// npm can be killed without a word to what it started. Then there is nobody left to serve.
const parent = process.ppid
if (process.env.npm_lifecycle_event) {
  setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), 500).unref()
}

const [name = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(commands, name)) {
  console.error(`usage: node scripts/run.mjs ${Object.keys(commands).join(' | ')}`)
  process.exit(2)
}
const code = await commands[name](args)
// A command that became a server ends when the server does, with its code.
if (code !== undefined) process.exit(code)
