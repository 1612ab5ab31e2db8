import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { readMigrations } from '../migrate.ts'

/** The version of the engine whose data folders these are. */
export const ENGINE_VERSION = '0.5.16'

/** Changes with the engine and with the migrations of a folder. */
export const schemaHash = async (migrations?: string): Promise<string> => {
  const hash = createHash('sha256').update(ENGINE_VERSION)
  for (const { name, sha256 } of await readMigrations(migrations)) hash.update(name).update(sha256)
  return hash.digest('hex').slice(0, 16)
}

/** program: with all migrations applied. blank: as the engine makes it, for tests of migrations. */
export type TemplateKind = 'program' | 'blank'

/** Where the packed data folder of this program lies: an update looks for another one. */
export const templateFile = async (kind: TemplateKind = 'program'): Promise<string> => {
  const of = kind === 'blank' ? ENGINE_VERSION : await schemaHash()
  return fileURLToPath(new URL(`../../../embedded-${of}.pack.gz`, import.meta.url))
}
