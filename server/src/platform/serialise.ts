import { createRequire } from 'node:module'
import type { TSchema } from '@obole/contract/typebox.js'

export type Write = (value: unknown) => string

const require = createRequire(import.meta.url)

const writers = new WeakMap<object, Write>()

/** Throws on a schema that no writer can be made of. The library is loaded by the first of all. */
export const compileWriter = (schema: TSchema): Write =>
  (require('fast-json-stringify') as (schema: TSchema) => Write)(schema)

/**
 * Writes values as JSON with the members that the schema names and no other. Compiled by its first
 * use, once for each schema: a start would compile all of them, of which a day uses few.
 */
export function writerOf(schema: TSchema): Write {
  const known = writers.get(schema)
  if (known) return known
  let compiled: Write | undefined
  const write: Write = (value) => {
    compiled ??= compileWriter(schema)
    return compiled(value)
  }
  writers.set(schema, write)
  return write
}
