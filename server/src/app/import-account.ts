import { contextOf, type Services } from '../dialects/operation-route.ts'
import type { Db, Tx } from '../platform/db.ts'
import { decode, v2Mode } from '../platform/decode.ts'
import { type Fault, LineImport } from './import/import-lines.ts'
import { Unusable } from './import/imported.ts'
import { type Line, type LineObject, lineSchemas } from './import/line-schemas.ts'

/** Nothing was imported, and why. */
export class ImportRefused extends Error {
  readonly faults: readonly Fault[]
  /** How many lines are bad; only the first ones are named. */
  readonly total: number
  constructor(faults: readonly Fault[], total: number) {
    const first = faults[0] ? ` (line ${faults[0].line}: ${faults[0].reason})` : ''
    super(`${total} bad ${total === 1 ? 'line' : 'lines'}: nothing was imported${first}`)
    this.faults = faults
    this.total = total
  }
}

export interface ImportOptions {
  account: string
  /** The mode of lines that do not say theirs. */
  live: boolean
}

/** A line as its object; undefined where it is empty. Throws Unusable. */
function parse(text: string, number: number, of: ImportOptions): Line | undefined {
  if (text.trim() === '') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Unusable('this is not JSON')
  }
  const { object, live_mode } = Object(value) as { object?: unknown; live_mode?: unknown }
  const name = String(object)
  if (!Object.hasOwn(lineSchemas, name)) throw new Unusable(`object: ${name} cannot be imported`)
  const decoded = decode(lineSchemas[name as LineObject], value, v2Mode)
  if (!decoded.ok) {
    const told = decoded.errors.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`)
    throw new Unusable(told.join('; '))
  }
  const live = typeof live_mode === 'boolean' ? live_mode : of.live
  return { number, live, object: name, value: decoded.value } as Line
}

/** The database as it is for those who are in this transaction. */
const within = ({ engine }: Db, tx: Tx): Db => ({
  engine,
  query: (text, values) => tx.query(text, values),
  transaction: (work) => work(tx),
  close: async () => {},
})

/**
 * Reads objects, one in a line, into an account: with their ids and times, without rules of
 * uniqueness. All or nothing: throws ImportRefused with the bad lines, and then nothing is there.
 * Answers how many of each kind were read. The store is held by one transaction meanwhile.
 */
export async function importAccount(
  services: Services,
  options: ImportOptions,
  lines: AsyncIterable<string>,
): Promise<Record<string, number>> {
  const whose = { account: options.account, request_id: 'import' }
  const [test, live] = [
    await contextOf(services, { ...whose, live: false }),
    await contextOf(services, { ...whose, live: true }),
  ]
  return services.db.transaction(async (tx) => {
    const db = within(services.db, tx)
    const work = new LineImport(tx, { false: { ...test, db }, true: { ...live, db } })
    const counts: Record<string, number> = {}
    let number = 0
    for await (const text of lines) {
      const at = ++number
      await work.attempt(at, async () => {
        const line = parse(text, at, options)
        if (!line) return
        await work.take(line)
        counts[line.object] = (counts[line.object] ?? 0) + 1
      })
    }
    await work.end()
    if (work.total > 0) throw new ImportRefused(work.faults, work.total)
    return counts
  })
}
