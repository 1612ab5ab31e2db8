import type { Verdict } from './bounds.ts'
import { brief, median, ratio } from './figures.ts'
import type { Measurements, Round, Series } from './measurements.ts'

/** Rows under their headings, in columns; the first is of words, the others of figures. Pure. */
function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  words = 1,
): string {
  const all = [headings, ...rows]
  const widths = headings.map((_, n) => Math.max(...all.map((row) => row[n]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, n) => (n < words ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join('  ')
      .trimEnd()
  return all.map(line).join('\n')
}

const middle = (it: Series, of: (round: Round) => number | undefined): number =>
  median(it.rounds.map((round) => of(round) ?? Number.NaN))

const all = (it: Series, what: 'per_second' | 'p50_ms'): number[] =>
  it.rounds.map((round) => round[what])

/** How it stands to the reference of the same workload, where there is one. */
function toReference(it: Series, series: readonly Series[]): string {
  const reference = series.find(
    (other) =>
      other.engine === 'pgbench' &&
      other.subject === it.subject &&
      other.connections === it.connections,
  )
  if (!reference || it.engine === 'pgbench' || it.size === 'small') return ''
  return brief(ratio(all(it, 'per_second'), all(reference, 'per_second')))
}

/** How many times longer the large store takes. */
function toSmall(it: Series, series: readonly Series[]): string {
  const small = series.find(
    (other) =>
      other.size === 'small' &&
      other.engine === it.engine &&
      other.subject === it.subject &&
      other.connections === it.connections,
  )
  return it.size === 'large' && small ? brief(ratio(all(it, 'p50_ms'), all(small, 'p50_ms'))) : ''
}

function loads(series: readonly Series[]): string {
  const headings = ['workload', 'engine', 'payments', 'conns', 'per s', 'p50 ms', 'p99 ms']
  const rows = series.map((it) => [
    it.subject,
    it.engine,
    String(it.payments),
    String(it.connections),
    brief(middle(it, (round) => round.per_second)),
    brief(middle(it, (round) => round.p50_ms)),
    brief(middle(it, (round) => round.p99_ms)),
    toReference(it, series),
    toSmall(it, series),
    brief(middle(it, (round) => round.server_cpu)),
    brief(middle(it, (round) => round.load_cpu)),
  ])
  const more = ['× pgbench', 'large/small', 'server cpu', 'load cpu']
  return table([...headings, ...more], rows, 2)
}

/** All that was measured, for people. Pure. */
export function report(it: Measurements, verdicts: readonly Verdict[]): string {
  const parts: string[] = []
  if (it.series.length) parts.push(loads(it.series))
  if (it.start_up.length) {
    const rows = it.start_up.map(({ engine, store, ms }) => [engine, store, brief(median(ms))])
    parts.push(table(['start-up', 'store', 'ms'], rows, 2))
  }
  if (it.memory.length) {
    const rows = it.memory.map(({ engine, size, started, loaded }) => [
      engine,
      size,
      brief(started),
      brief(loaded),
    ])
    parts.push(table(['memory', 'store', 'started MB', 'loaded MB'], rows, 2))
  }
  if (it.due_work.length) {
    const rows = it.due_work.map((work) => [
      ...[work.name, work.reads, String(work.payments), brief(work.seconds)],
      ...[brief(work.idle_p99_ms), brief(work.busy_p99_ms)],
      brief(work.busy_p99_ms / work.idle_p99_ms),
    ])
    const headings = ['due work', 'reads', 'payments', 's', 'idle p99 ms', 'meanwhile', 'ratio']
    parts.push(table(headings, rows, 2))
  }
  if (it.clock_moves.length) {
    const rows = it.clock_moves.map(({ engine, due, events, seconds }) => [
      ...[engine, String(due), String(events), brief(seconds)],
    ])
    parts.push(table(['a year of a test clock', 'payments due', 'events', 's'], rows))
  }
  if (it.webhooks.delays.length) {
    const rows = it.webhooks.delays.map((one) => [
      ...[one.engine, one.to, String(one.events), String(one.lost)],
      ...[brief(one.p50_ms), brief(one.p99_ms)],
    ])
    const headings = ['webhooks', 'each to', 'events', 'not in 3 s', 'p50 ms', 'p99 ms']
    parts.push(table(headings, rows, 2))
    const costs = it.webhooks.costs.map((one) => [
      ...[one.engine, brief(one.without), brief(one.with), brief(one.with / one.without)],
    ])
    parts.push(table(['create-payment', 'no endpoint', 'one each', 'ratio'], costs))
  }
  if (it.page_weight) {
    const rows = Object.entries(it.page_weight.parts).map(([name, bytes]) => [name, String(bytes)])
    parts.push(table(['payment page', 'gzip bytes'], rows))
  }
  const words = { true: 'met', false: 'NOT MET', undefined: 'not measured' }
  const rows = verdicts.map(({ promise, found, met }) => [`${met}`, promise, found] as const)
  parts.push(
    table(
      ['bound', '', 'found'],
      rows.map(([met, promise, found]) => [words[met as keyof typeof words], promise, found]),
      2,
    ),
  )
  if (it.notes.length) parts.push(it.notes.map((note) => `- ${note}`).join('\n'))
  return parts.join('\n\n')
}
