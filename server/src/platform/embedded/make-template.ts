/**
 * A program: makes the packed data folder that first starts begin from. The build runs it; so does
 * a first start that finds none. Its arguments: `program` or `blank`, and a file.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { migrate } from '../migrate.ts'
import { openDb } from '../open-db.ts'
import { packFolder } from './pack.ts'
import { type TemplateKind, templateFile } from './template-file.ts'

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

/** Takes some seconds and a gigabyte for a moment. */
const makeTemplate = async (
  file: string,
  fill: (data_dir: string) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'obole-template-'))
  try {
    await initialise(join(folder, 'db'))
    await fill(folder)
    await packFolder(join(folder, 'db'), file, true)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const applyMigrations = async (data_dir: string): Promise<void> => {
  const db = await openDb({ data_dir, durable: false })
  await migrate(db)
  // Tables that were never analysed are planned for as if they had rows: so they stay.
  await db.query('checkpoint')
  await db.close()
}

const [kind = 'program', file] = process.argv.slice(2)
await makeTemplate(
  file ?? (await templateFile(kind as TemplateKind)),
  kind === 'blank' ? async () => {} : applyMigrations,
)
