import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type TemplateKind, templateFile } from './template-file.ts'

const program = fileURLToPath(new URL('./make-template.js', import.meta.url))

/**
 * The packed data folder, made now if the build has not: in a process of its own, because the
 * memory that it takes would never be given back.
 */
export const findTemplate = async (
  kind: TemplateKind,
): Promise<{ file: string; discard(): Promise<void> }> => {
  const built = await templateFile(kind)
  const keep = async () => {}
  if (existsSync(built)) return { file: built, discard: keep }
  const make = async (file: string) => {
    await promisify(execFile)(process.execPath, [program, kind, file])
    return file
  }
  const writable = await access(dirname(built), 2).then(
    () => true,
    () => false,
  )
  if (writable) return { file: await make(built), discard: keep }
  const folder = await mkdtemp(join(tmpdir(), 'obole-template-'))
  return {
    file: await make(join(folder, 'pack.gz')),
    discard: () => rm(folder, { recursive: true, force: true }),
  }
}
