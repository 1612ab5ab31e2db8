import { isUtf8 } from 'node:buffer'
import { newId } from '../kernel/ids.ts'
import { limits } from '../kernel/limits.ts'
import { Refusal } from '../kernel/problem.ts'
import type { Context } from '../platform/context.ts'
import type { Dispute, Evidence, EvidenceItem } from './store.ts'

export interface EvidenceFile {
  name: string
  type: string
  content: Buffer
}

/** A file as a list shows it. */
export interface FileFacts {
  id: string
  name: string
  type: string
  size: number
}

/** All that was given against a dispute, as it stands. */
export interface EvidenceState {
  dispute: Dispute
  text: string | null
  files: FileFacts[]
}

/** Of texts the latest counts. Pure. */
export const textOf = (items: readonly EvidenceItem[]): string | null =>
  items.findLast(({ text }) => text !== null)?.text ?? null

/** Pure. */
export const stateOf = (dispute: Dispute, items: readonly EvidenceItem[]): EvidenceState => ({
  dispute,
  text: textOf(items),
  files: items.flatMap((it) =>
    it.text === null ? [{ id: it.id, name: it.name, type: it.type, size: it.size }] : [],
  ),
})

const beginsWith =
  (...bytes: number[]) =>
  (content: Buffer): boolean =>
    content.subarray(0, bytes.length).equals(Buffer.from(bytes))

const isText = (content: Buffer): boolean =>
  content.length > 0 && isUtf8(content) && !/[^\P{Cc}\t\n\f\r]/u.test(content.toString())

/** Type → whether a content can be it, by its first bytes; of a text all of them tell. */
const looksLike = new Map<string, (content: Buffer) => boolean>([
  ['application/pdf', beginsWith(...Buffer.from('%PDF-'))],
  ['image/png', beginsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ['image/jpeg', beginsWith(0xff, 0xd8, 0xff)],
  ['text/plain', isText],
])

/**
 * What a name must not hold: a path, control characters and ends of lines, and marks that turn the
 * reading direction, so that `exe.pdf` could be read for `fdp.exe`.
 */
const inName = /[/\\\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

const invalid = (message: string, ...place: (string | number)[]): Refusal =>
  new Refusal('invalid_request', { loc: ['body', ...place], message })

/**
 * Refuses with invalid_request: a name that is a path, a content that is not of its type, more than
 * so many files with those that are there, more than so many bytes. Pure.
 */
export function assertFiles(files: readonly EvidenceFile[], there: number): void {
  const { evidence_files_max, evidence_bytes_max } = limits
  files.forEach(({ name, type, content }, n) => {
    if (inName.test(name) || /^\.{1,2}$/.test(name)) {
      throw invalid('a name of a file, without a path', 'files', n, 'name')
    }
    if (!looksLike.get(type)?.(content)) throw invalid(`this is not ${type}`, 'files', n, 'content')
  })
  if (there + files.length > evidence_files_max) {
    const already = there ? `; ${there} are there already` : ''
    throw invalid(`at most ${evidence_files_max} files against a dispute${already}`, 'files')
  }
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0)
  if (bytes > evidence_bytes_max) {
    throw invalid(`at most ${evidence_bytes_max} bytes of files in one call`, 'files')
  }
}

/** A row for the text and for each file, in their order. */
export function evidenceRows(
  ctx: Context,
  { id: dispute, version: dispute_version }: Dispute,
  given: { text?: string | undefined; files: readonly EvidenceFile[] },
): Evidence[] {
  const row = (it: Partial<Evidence>): Evidence => ({
    account: ctx.account,
    live: ctx.live,
    id: newId('evdc'),
    created: ctx.now,
    dispute,
    dispute_version,
    text: null,
    name: null,
    type: null,
    content: null,
    ...it,
  })
  const texts = given.text === undefined ? [] : [row({ text: given.text })]
  return [...texts, ...given.files.map((it) => row(it))]
}
