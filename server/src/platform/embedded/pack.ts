import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'

/** The first line of a pack: what follows it, in this order. Folders have no size. */
type Entry = [path: string, size?: number]

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
      contents.push(content)
      entries.push([path, content.length])
    }
  }
  const pack = Buffer.concat([Buffer.from(`${JSON.stringify(entries)}\n`), ...contents])
  const unique = `${file}.${process.pid}.${Date.now()}`
  await mkdir(dirname(file), { recursive: true })
  await writeFile(unique, compress ? await promisify(gzip)(pack) : pack)
  await rename(unique, file)
}

const writeSynced = async (path: string, content: Buffer, sync: boolean) => {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    if (sync) await handle.datasync()
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
  const writes: [string, Buffer][] = []
  let at = head + 1
  for (const [path, size] of entries) {
    const target = join(unfinished, path)
    if (size === undefined) {
      await mkdir(target, { mode: 0o700 })
      folders.push(target)
    } else {
      writes.push([target, pack.subarray(at, at + size)])
      at += size
    }
  }
  const worker = async () => {
    for (let next = writes.pop(); next; next = writes.pop()) await writeSynced(...next, sync)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
  if (sync) for (const path of folders) await syncFolder(path)
  await rename(unfinished, folder)
  if (sync) await syncFolder(dirname(folder))
}
