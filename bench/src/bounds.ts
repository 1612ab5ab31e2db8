import type { Subject } from './arguments.ts'
import { brief, median, ratio } from './figures.ts'
import type { Engine, Measurements, Series, Size } from './measurements.ts'

/** One promise: what was found, and whether it holds. Undefined: it was not measured. */
export interface Verdict {
  promise: string
  found: string
  met: boolean | undefined
}

const of = (it: Series, what: 'per_second' | 'p50_ms'): number[] =>
  it.rounds.map((round) => round[what])

const verdict = (
  promise: string,
  value: number | undefined,
  met: (value: number) => boolean,
  unit: string,
): Verdict =>
  value === undefined || Number.isNaN(value)
    ? { promise, found: '–', met: undefined }
    : { promise, found: `${brief(value)} ${unit}`, met: met(value) }

const engines = [
  { engine: 'postgres', name: 'PostgreSQL', least: 1, megabytes: 150 },
  { engine: 'embedded', name: 'embedded', least: 0.8, megabytes: 450 },
] as const

const largest = (values: readonly number[]) => (values.length ? Math.max(...values) : undefined)

const find = (
  { series }: Measurements,
  it: { subject: Subject; engine: Engine; size: Size; connections: number },
): Series | undefined =>
  series.find(
    (other) =>
      other.subject === it.subject &&
      other.engine === it.engine &&
      other.size === it.size &&
      other.connections === it.connections,
  )

function writes(all: Measurements): Verdict[] {
  const cell = { subject: 'create-payment', size: 'large', connections: 64 } as const
  const reference = find(all, { ...cell, engine: 'pgbench' })
  return engines.map(({ engine, name, least }) => {
    const server = find(all, { ...cell, engine })
    return verdict(
      `create-payment, 64 connections, ${name}: at least ${least.toFixed(1)} × pgbench`,
      server && reference && ratio(of(server, 'per_second'), of(reference, 'per_second')),
      (it) => it >= least,
      '×',
    )
  })
}

/** How many times longer it takes on the large store: at the worst number of connections. */
function growth(all: Measurements, subject: Subject, engine: Engine): number | undefined {
  const large = all.series.filter(
    (it) => it.subject === subject && it.engine === engine && it.size === 'large',
  )
  const times = large.flatMap((it) => {
    const small = find(all, { ...it, size: 'small' })
    return small ? [ratio(of(it, 'p50_ms'), of(small, 'p50_ms'))] : []
  })
  return largest(times)
}

const reads = (all: Measurements): Verdict[] =>
  engines.flatMap(({ engine, name }) =>
    (['read-payment', 'list-first-page'] as const).map((subject) =>
      verdict(
        `${subject}, ${name}: large store within 1.5 × the time of the small`,
        growth(all, subject, engine),
        (it) => it <= 1.5,
        '×',
      ),
    ),
  )

const starts = ({ start_up }: Measurements): Verdict[] =>
  engines.map(({ engine, name }) =>
    verdict(
      `npm start to the first answer, ${name}: under 3 s`,
      largest(start_up.filter((it) => it.engine === engine).map((it) => median(it.ms) / 1000)),
      (it) => it < 3,
      's',
    ),
  )

const memories = ({ memory }: Measurements): Verdict[] =>
  engines.flatMap(({ engine, name, megabytes }) =>
    (['started', 'loaded'] as const).map((when) =>
      verdict(
        `memory when ${when}, ${name}: under ${megabytes} MB`,
        largest(memory.filter((it) => it.engine === engine).map((it) => it[when])),
        (it) => it < megabytes,
        'MB',
      ),
    ),
  )

/** Under reads without a pause the machine has nothing left to keep free: they are only told. */
const steady = ({ due_work }: Measurements) => due_work.filter(({ reads }) => reads === 'steady')

/** The seconds for as many as the promise is about. */
function secondsFor(number: number, all: Measurements): number | undefined {
  const found = steady(all)
  return found.length
    ? found.reduce((sum, it) => sum + (it.seconds * number) / it.payments, 0)
    : undefined
}

const dueWork = (all: Measurements): Verdict[] => [
  verdict(
    'cut-off and capture of 100 thousand due payments, PostgreSQL: under 60 s',
    secondsFor(100_000, all),
    (it) => it < 60,
    's',
  ),
  verdict(
    'reads meanwhile, p99: under 2 × that of idle',
    largest(steady(all).map((it) => it.busy_p99_ms / it.idle_p99_ms)),
    (it) => it < 2,
    '×',
  ),
  ...engines.map(({ engine, name }) =>
    verdict(
      `a year of a test clock with 10 thousand due payments, ${name}: under 30 s`,
      largest(all.clock_moves.filter((it) => it.engine === engine).map((it) => it.seconds)),
      (it) => it < 30,
      's',
    ),
  ),
]

const webhooks = (all: Measurements): Verdict[] =>
  engines.flatMap(({ engine, name }) =>
    (
      [
        ['p50_ms', 'p50: under 100 ms', 100],
        ['p99_ms', 'p99: under 1 s', 1000],
      ] as const
    ).map(([what, words, bound]) =>
      verdict(
        `an event at its endpoint, 200 a second, one dead and one slow, ${name}, ${words}`,
        largest(
          all.webhooks.delays
            .filter((it) => it.engine === engine && it.to === 'one')
            .map((it) => it[what]),
        ),
        (it) => it < bound,
        'ms',
      ),
    ),
  )

/** Judges what was measured. Pure. */
export const judge = (all: Measurements): Verdict[] => [
  ...writes(all),
  ...reads(all),
  ...starts(all),
  ...memories(all),
  ...dueWork(all),
  ...webhooks(all),
  verdict(
    'payment page, all in all: at most 14 kB compressed',
    all.page_weight && all.page_weight.bytes / 1000,
    (it) => it <= 14,
    'kB',
  ),
]
