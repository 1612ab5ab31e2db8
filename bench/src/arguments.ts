import { parseArgs } from 'node:util'

/** What can be measured, by the name that `--only` takes. */
export const subjects = [
  'create-payment',
  'create-payment-one-merchant',
  'create-intent',
  'read-payment',
  'list-first-page',
  'list-by-order-id',
  'list-by-card',
  'list-by-created',
  'list-deep-page',
  'start-up',
  'memory',
  'page-weight',
  'due-work',
  'clock-year',
  'webhooks',
] as const
export type Subject = (typeof subjects)[number]

export interface Plan {
  only: readonly Subject[]
  /** Payments in the small and the large store. */
  small: number
  large: number
  /** The large store of the embedded engine, where it is not as large as the other. */
  embedded_large: number
  connections: readonly number[]
  rounds: number
  /** Of one measurement; those of pgbench take whole seconds. */
  seconds: number
  /** How often the server is started to time it. */
  starts: number
  /** Payments that fall due at one moment; those that fall due in the year of a test clock. */
  due: number
  clock_due: number
}

export const usage = `usage: npm run bench -- [--quick | --full] [--only NAME]… [options]

  --quick                 1 thousand and 100 thousand payments, two short rounds (the default)
  --full                  1 thousand and 1 million payments, five rounds: what the bounds are about
  --only NAME             measure this alone; may be repeated:
${subjects.map((it) => `                            ${it}`).join('\n')}
  --embedded-payments N   size of the large embedded store
  --rounds N              how often everything is measured; the median counts
  --seconds N             how long one measurement takes

A PostgreSQL server comes from OBOLE_BENCH_DATABASE_URL or DATABASE_URL: databases are made there,
and dropped.`

/** The arguments say something that cannot be meant. */
export class UsageError extends Error {}

const options = {
  quick: { type: 'boolean' },
  full: { type: 'boolean' },
  only: { type: 'string', multiple: true },
  'embedded-payments': { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function positive(name: string, text: string | undefined, whole: boolean): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) {
    if (!whole || Number.isInteger(value)) return value
  }
  throw new UsageError(`--${name} must be a ${whole ? 'whole ' : ''}number above 0, not "${text}"`)
}

const isSubject = (name: string): name is Subject => subjects.some((it) => it === name)

function subjectsOf(names: readonly string[] | undefined): readonly Subject[] {
  const unknown = names?.find((it) => !isSubject(it))
  if (unknown !== undefined) throw new UsageError(`nothing is called "${unknown}"`)
  return (names as Subject[] | undefined) ?? subjects
}

/** Reads the arguments; `help` when that is what was asked for. Throws UsageError. Pure. */
export function planOf(args: readonly string[]): Plan | 'help' {
  const given = parse(args)
  if (given.help) return 'help'
  if (given.quick && given.full) throw new UsageError('--quick or --full, not both')
  const large = given.full ? 1_000_000 : 100_000
  return {
    only: subjectsOf(given.only),
    small: 1000,
    large,
    embedded_large: positive('embedded-payments', given['embedded-payments'], true) ?? large,
    connections: [1, 16, 64],
    rounds: positive('rounds', given.rounds, true) ?? (given.full ? 5 : 2),
    seconds: positive('seconds', given.seconds, false) ?? (given.full ? 1 : 0.25),
    starts: given.full ? 5 : 3,
    due: given.full ? 100_000 : 20_000,
    clock_due: 10_000,
  }
}
