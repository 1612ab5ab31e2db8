/**
 * What must be true before anything of ours can run: packages installed, sources compiled. Plain
 * JavaScript, because it runs before either is. Everything it prints goes to stderr, so that the
 * output of a command stays the command's own.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const readJson = (...parts) => JSON.parse(readFileSync(join(root, ...parts), 'utf8'))

/** The folders of the packages. */
export const workspaces = readJson('package.json').workspaces

/** Runs a program of node_modules, or of Node itself, to its end. Its output is shown on stderr. */
export function node(...args) {
  const child = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })
  return child.status ?? 1
}

const stampFile = join(root, 'node_modules', '.obole-installed')

/**
 * Whether node_modules holds what the lock file names. The stamp is the quick answer; npm's own
 * record of what it unpacked is the slow one, so that an `npm install` by hand is not followed by a
 * second installation.
 */
function isInstalled(lockText, stamp) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return false
  const wanted = JSON.parse(lockText).packages
  const there = readJson('node_modules', '.package-lock.json').packages
  const same = Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = there[path]
    return found ? found.version === entry.version : entry.optional === true
  })
  if (same) writeFileSync(stampFile, stamp)
  return same
}

/**
 * Installs exactly what the lock file says, when it is not there yet. Ends the process when that
 * fails.
 */
export function install() {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const stamp = createHash('sha256').update(lockText).digest('hex')
  if (isInstalled(lockText, stamp)) return
  console.error('Installing packages (npm ci) …')
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const child = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  if (child.status !== 0) {
    console.error('The packages could not be installed: see the lines above.')
    process.exit(child.status ?? 1)
  }
  writeFileSync(stampFile, stamp)
}

/**
 * Removes what was compiled from sources that are gone: an import or a test of them must not keep
 * working.
 */
function prune(folder) {
  const dist = join(root, folder, 'dist')
  if (!existsSync(dist)) return
  for (const name of readdirSync(dist, { recursive: true })) {
    const output = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(name)
    if (!output) continue
    const source = join(root, folder, output[1])
    if (!existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) rmSync(join(dist, name))
  }
}

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const library = join(root, 'contract', 'dist', 'src', 'typebox.js')

/** Puts the library into its module, when the compiler has just written it without. */
async function bundleLibrary() {
  if (!readFileSync(library, 'utf8').includes("from 'typebox'")) return
  const { build } = await import('esbuild')
  await build({
    entryPoints: [library],
    outfile: library,
    allowOverwrite: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  })
}

/**
 * Makes the packed data folder that makes a first start on the embedded engine quick, with the
 * tables of today's migrations; removes those of earlier ones.
 */
async function buildTemplate() {
  const folder = join(root, 'server', 'dist', 'src', 'platform', 'embedded')
  const { templateFile } = await import(pathToFileURL(join(folder, 'template-file.js')).href)
  const file = await templateFile()
  if (existsSync(file)) return true
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith('embedded-')) rmSync(join(dirname(file), name))
  }
  return node(join(folder, 'make-template.js')) === 0
}

/**
 * Compiles what changed: about 0.1 s when nothing did, some seconds more the first time. Answers
 * whether it all compiled.
 */
export async function build() {
  const status = node(tsc, '-b')
  workspaces.forEach(prune)
  if (status !== 0) return false
  await bundleLibrary()
  return buildTemplate()
}

const builtFile = join(root, 'node_modules', '.obole-built')

/** Changes with every source and setting of the packages: their paths, times and sizes. */
function fingerprintOfSources() {
  const hash = createHash('sha256')
  const add = (path) => {
    for (const item of readdirSync(path, { withFileTypes: true })) {
      const inner = join(path, item.name)
      if (item.isFile()) {
        const { mtimeMs, size } = statSync(inner)
        hash.update(`${inner} ${mtimeMs} ${size}\n`)
      }
      const isOurs = !['node_modules', 'dist', 'results'].includes(item.name)
      if (item.isDirectory() && isOurs) add(inner)
    }
  }
  for (const folder of workspaces) add(join(root, folder))
  for (const name of ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json']) {
    hash.update(readFileSync(join(root, name)))
  }
  return hash.digest('hex')
}

/** Whether what stands there was compiled from what stands there now: the compiler is slower. */
function isBuilt(state) {
  const isThere = workspaces.every((it) => existsSync(join(root, it, 'dist')))
  return isThere && existsSync(builtFile) && readFileSync(builtFile, 'utf8') === state
}

/** Installs and compiles, or ends the process. */
export async function prepare() {
  install()
  const state = fingerprintOfSources()
  if (isBuilt(state)) return
  if (await build()) return writeFileSync(builtFile, state)
  console.error('The sources do not compile: see the lines above.')
  process.exit(1)
}
