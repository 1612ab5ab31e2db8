import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { packFolder } from './pack.ts'

/**
 * The version of the engine whose data folders these are: part of every name, so that an update
 * makes its own.
 */
export const ENGINE_VERSION = '0.5.16'

const template_file = fileURLToPath(
  new URL(`../../../embedded-${ENGINE_VERSION}.pack.gz`, import.meta.url),
)

/**
 * A new data folder, without the two databases that PostgreSQL keeps only to copy them: half the
 * files, so that the first start is faster and each backup smaller.
 */
const initialise = async (folder: string) => {
  const pglite = await PGlite.create(folder)
  await pglite.exec('update pg_database set datistemplate = false')
  await pglite.exec('drop database template0')
  await pglite.exec('drop database template1')
  await pglite.exec('vacuum full pg_database')
  await pglite.exec('vacuum freeze analyze')
  await pglite.exec('checkpoint')
  await pglite.close()
}

/**
 * Makes the packed data folder that first starts begin from. Takes three seconds and a gigabyte for
 * a moment.
 */
export const makeTemplate = async (file = template_file): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'obole-template-'))
  try {
    await initialise(join(folder, 'db'))
    await packFolder(join(folder, 'db'), file, true)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The packed data folder, made now if the build has not: in a process of its own, because the
 * memory that it takes would never be given back.
 */
export const findTemplate = async (): Promise<{ file: string; discard(): Promise<void> }> => {
  const keep = async () => {}
  if (existsSync(template_file)) return { file: template_file, discard: keep }
  const make = async (file: string) => {
    await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL('./make-template.js', import.meta.url)),
      file,
    ])
    return file
  }
  const writable = await access(join(template_file, '..'), 2).then(
    () => true,
    () => false,
  )
  if (writable) return { file: await make(template_file), discard: keep }
  const folder = await mkdtemp(join(tmpdir(), 'obole-template-'))
  return {
    file: await make(join(folder, 'pack.gz')),
    discard: () => rm(folder, { recursive: true, force: true }),
  }
}
