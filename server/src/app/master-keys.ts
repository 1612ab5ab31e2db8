import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  generateMasterKey,
  type MasterKey,
  type MasterKeys,
  parseMasterKeys,
} from '@obole/vault/master-keys.js'
import type { Config } from './config.ts'

export type KeySource = Pick<Config, 'data_dir' | 'master_key'>

export const keyFileOf = ({ data_dir }: Pick<Config, 'data_dir'>): string =>
  join(resolve(data_dir), 'master.key')

const syncFolder = (path: string): void => {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Writes a file that must not be there yet, for its owner only, to the disk. */
const writeSynced = (path: string, text: string): void => {
  const handle = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Makes the key of a data folder. When another process is faster, its key stands. */
export function makeKeyFile(file: string): void {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  rmSync(draft, { force: true })
  writeSynced(draft, `${generateMasterKey()}\n`)
  try {
    // A link appears whole, and never takes the place of a file that is there.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  syncFolder(folder)
}

const wordsOf = (file: string): string[] => readFileSync(file, 'utf8').trim().split(/\s+/)
const idOf = (word: string): string => parseMasterKeys(word).current.id

/**
 * Changes the keys of a data folder: all or nothing, and by one process at a time, because a key
 * that another one overwrites is lost with all that it sealed. The draft is the lock, and takes the
 * place of the file.
 */
function changeKeyFile(file: string, change: (words: readonly string[]) => string[]): void {
  const draft = `${file}.next`
  let handle: number
  try {
    handle = openSync(draft, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(`Another rotation is under way. If none is, remove ${draft}`)
  }
  try {
    writeFileSync(handle, `${change(wordsOf(file)).join('\n')}\n`)
    fsyncSync(handle)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(handle)
  }
  syncFolder(dirname(file))
}

/** Puts a new key in front of those of a data folder. */
export const addKey = (file: string): void =>
  changeKeyFile(file, (words) => [generateMasterKey(), ...words])

/** Takes keys out of a data folder. The current one stays in any case. */
export const dropKeys = (file: string, ids: readonly string[]): void =>
  changeKeyFile(file, ([current = '', ...older]) => [
    current,
    ...older.filter((word) => !ids.includes(idOf(word))),
  ])

/**
 * The keys of a data folder as they are now: a rotation changes the file under a running server.
 * Looks at the file before each use of the current key, and when it meets an id that it does not
 * know. A key once known stays known.
 */
class FileKeys extends Map<string, MasterKey> implements MasterKeys {
  readonly #file: string
  #seen = ''
  #current: MasterKey | undefined

  constructor(file: string) {
    super()
    this.#file = file
  }

  get current(): MasterKey {
    this.#look()
    if (!this.#current) throw new Error(`There is no master key in ${this.#file}`)
    return this.#current
  }

  get by_id(): ReadonlyMap<string, MasterKey> {
    return this
  }

  override get(id: string): MasterKey | undefined {
    if (!this.has(id)) this.#look()
    return super.get(id)
  }

  #look(): void {
    const stat = statSync(this.#file, { bigint: true, throwIfNoEntry: false })
    const seen = stat && `${stat.ino} ${stat.size} ${stat.mtimeNs}`
    if (!seen || seen === this.#seen) return
    this.#seen = seen
    try {
      const { current, by_id } = parseMasterKeys(readFileSync(this.#file, 'utf8'))
      for (const [id, key] of by_id) this.set(id, key)
      this.#current = current
    } catch (error) {
      // A slip of the hand in the file does not stop a server that has its keys.
      if (!this.#current) throw new Error(`${this.#file}: ${(error as Error).message}`)
    }
  }
}

/**
 * The master keys: those of the environment; else those of the data folder. Beside keys of the
 * environment those of the folder still open what they sealed, so that a trial can become an
 * installation. Undefined when there is none at all.
 */
export function findMasterKeys(source: KeySource): MasterKeys | undefined {
  const file = keyFileOf(source)
  const inFile = existsSync(file) ? new FileKeys(file) : undefined
  if (!source.master_key) return inFile
  const { current, by_id } = parseMasterKeys(source.master_key.reveal())
  if (!inFile) return { current, by_id }
  return { current, by_id: new Map([[inFile.current.id, inFile.current], ...inFile, ...by_id]) }
}
