import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { script, style } from './reader.ts'

const require = createRequire(import.meta.url)
export const packageVersion: string = require('swagger-ui-dist/package.json').version
const packaged = (name: string) => () => readFile(require.resolve(`swagger-ui-dist/${name}`))
const own = (text: string) => async () => Buffer.from(text)

/** The files of the reference: those of the package, and ours around it. */
const files: Readonly<Record<string, { type: string; read: () => Promise<Buffer> }>> = {
  'swagger-ui-bundle.js': { type: 'text/javascript', read: packaged('swagger-ui-bundle.js') },
  'swagger-ui.css': { type: 'text/css', read: packaged('swagger-ui.css') },
  'reader.js': { type: 'text/javascript', read: own(script) },
  'reader.css': { type: 'text/css', read: own(style) },
}

export interface Asset {
  type: string
  plain: () => Promise<Buffer>
  gzipped: () => Promise<Buffer>
}

const pack = promisify(gzip)

/** Keeps what was made once; a failure is tried again. */
const once = (make: () => Promise<Buffer>): (() => Promise<Buffer>) => {
  let made: Promise<Buffer> | undefined
  return () => {
    made ??= make().catch((error) => {
      made = undefined
      throw error
    })
    return made
  }
}

const assets = new Map<string, Asset>(
  Object.entries(files).map(([name, { type, read }]) => {
    const gzipped = once(async () => pack(await read(), { level: 9 }))
    return [name, { type: `${type}; charset=utf-8`, plain: read, gzipped }]
  }),
)

export const assetOf = (name: string): Asset | undefined => assets.get(name)
