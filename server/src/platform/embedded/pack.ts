import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

/**
 * The first line of a pack: what follows it, in this order. Folders have no size. Of a file all but
 * the zeros at its end is kept: a segment of the log is mostly that.
 */
type Entry = [path: string, size?: number, kept?: number]

const ZEROS = Buffer.alloc(64 * 1024)

/** How many bytes stand before the zeros at the end, in whole blocks of these. */
const keptOf = (content: Buffer): number => {
  let end = content.length
  while (end > 0) {
    const from = Math.max(0, end - ZEROS.length)
    if (!content.subarray(from, end).equals(ZEROS.subarray(0, end - from))) break
    end = from
  }
  return end
}

const walk = async (folder: string, under = ''): Promise<Entry[]> => {
  const entries: Entry[] = []
  for (const item of await readdir(join(folder, under), { withFileTypes: true })) {
    const path = under ? `${under}/${item.name}` : item.name
    if (item.isDirectory()) entries.push([path], ...(await walk(folder, path)))
    else entries.push([path, -1])
  }
  return entries
}

/** Puts a folder of plain files into one file, which appears whole or not at all. */
export const packFolder = async (folder: string, file: string, compress: boolean) => {
  const contents: Buffer[] = []
  const entries: Entry[] = []
  for (const [path, size] of await walk(folder)) {
    if (size === undefined) entries.push([path])
    else {
      const content = await readFile(join(folder, path))
      const kept = keptOf(content)
      contents.push(content.subarray(0, kept))
      entries.push([path, content.length, kept])
    }
  }
  const pack = Buffer.concat([Buffer.from(`${JSON.stringify(entries)}\n`), ...contents])
  const unique = `${file}.${process.pid}.${Date.now()}`
  await mkdir(dirname(file), { recursive: true })
  await writeFile(unique, compress ? await promisify(gzip)(pack) : pack)
  await rename(unique, file)
}

interface File {
  path: string
  content: Buffer
  size: number
}

const create = ({ path, content, size }: File) => {
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
  if (size > content.length) truncateSync(path, size)
}

const createSynced = async ({ path, content, size }: File) => {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    if (size > content.length) await handle.truncate(size)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

const syncFolder = async (path: string) => {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes the folder from the pack. The folder appears under its name when everything is in it, so
 * that a start that was interrupted leaves nothing that looks like a database.
 */
export const unpackFolder = async (file: string, folder: string, sync: boolean) => {
  const bytes = await readFile(file)
  const pack = bytes[0] === 0x1f ? await promisify(gunzip)(bytes) : bytes
  const head = pack.indexOf('\n')
  const entries = JSON.parse(pack.toString('utf8', 0, head)) as Entry[]
  const unfinished = `${folder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  const folders = [unfinished]
  const files: File[] = []
  let at = head + 1
  for (const [name, size, kept = size ?? 0] of entries) {
    const path = join(unfinished, name)
    if (size === undefined) {
      mkdirSync(path, { mode: 0o700 })
      folders.push(path)
    } else {
      files.push({ path, content: pack.subarray(at, at + kept), size })
      at += kept
    }
  }
  // The disk is slower than several who wait for it; without it, waiting is what takes long.
  const worker = async () => {
    for (let next = files.pop(); next; next = files.pop()) await createSynced(next)
  }
  if (sync) await Promise.all([worker(), worker(), worker(), worker()])
  else files.forEach(create)
  if (sync) for (const path of folders) await syncFolder(path)
  await rename(unfinished, folder)
  if (sync) await syncFolder(dirname(folder))
}
