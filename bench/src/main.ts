import { mkdir, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { planOf, type Subject, UsageError, usage } from './arguments.ts'
import { type Bench, fillStores, startTarget, type Target, wants } from './bench.ts'
import { judge } from './bounds.ts'
import { serverUrl } from './database.ts'
import { measureClock, measureDueWork } from './due-work.ts'
import { brief } from './figures.ts'
import { Load } from './load.ts'
import type { Measurements } from './measurements.ts'
import { weighPage } from './page-weight.ts'
import { findPgbench } from './pgbench.ts'
import { report } from './report.ts'
import { measureRounds } from './rounds.ts'
import { memoryOf, root } from './server-process.ts'
import { timeStarts } from './start-up.ts'
import { measureWebhooks } from './webhooks.ts'
import { workloads } from './workloads.ts'

const results = join(root, 'bench', 'results')

/** What must be known to read the figures. */
function notesOn({ plan, database_url }: Bench, pgbench: string | undefined): string[] {
  const notes: string[] = []
  if (!database_url) {
    notes.push(
      'no PostgreSQL and no pgbench: OBOLE_BENCH_DATABASE_URL and DATABASE_URL are not set',
    )
  } else if (!pgbench) {
    notes.push('no pgbench on the PATH or in /usr/lib/postgresql/*/bin: nothing to compare with')
  }
  const [busy = 0] = loadavg()
  if (busy > cpus().length / 2) {
    notes.push(`the machine had other work (load ${brief(busy)} before the start): trust no figure`)
  }
  if (plan.embedded_large !== plan.large) {
    notes.push(`the large embedded store has ${plan.embedded_large} payments, not ${plan.large}`)
  }
  return notes
}

async function measureServers(
  bench: Bench,
  load: Load,
  targets: readonly Target[],
  pgbench: string | undefined,
  into: Measurements,
): Promise<void> {
  const wanted = workloads.filter((it) => wants(bench, it.name))
  const [reads, writes] = [false, true].map((kind) => wanted.filter((it) => it.writes === kind))
  // Writes come last: they make the small stores larger.
  for (const part of [reads ?? [], writes ?? []]) {
    if (part.length) into.series.push(...(await measureRounds(bench, load, targets, part, pgbench)))
  }
}

/** What is compared on a small and a large store of each engine. */
async function measureStores(bench: Bench, load: Load, found: Measurements): Promise<void> {
  const stores = await fillStores(bench)
  if (wants(bench, 'start-up')) found.start_up = await timeStarts(bench, stores)
  const targets: Target[] = []
  const started = new Map<Target, number>()
  for (const it of stores) {
    const target = await startTarget(bench, it)
    targets.push(target)
    started.set(target, memoryOf(target.server.pid))
  }
  const [first] = targets
  const [merchant] = first?.store.merchants ?? []
  if (first && merchant && wants(bench, 'page-weight')) {
    found.page_weight = await weighPage(first.server, merchant)
  }
  await measureServers(bench, load, targets, findPgbench(process.env), found)
  if (wants(bench, 'memory')) {
    found.memory = targets.map((it) => ({
      engine: it.engine,
      size: it.size,
      started: started.get(it) ?? Number.NaN,
      loaded: memoryOf(it.server.pid),
    }))
  }
  for (const { server } of targets) await server.stop()
}

async function measure(bench: Bench): Promise<Measurements> {
  const found: Measurements = {
    series: [],
    start_up: [],
    memory: [],
    due_work: [],
    clock_moves: [],
    webhooks: { delays: [], costs: [] },
    notes: notesOn(bench, findPgbench(process.env)),
  }
  const load = new Load()
  bench.atEnd(() => load.close())
  const apart: readonly Subject[] = ['due-work', 'clock-year', 'webhooks']
  if (!bench.plan.only.every((it) => apart.includes(it))) await measureStores(bench, load, found)
  found.due_work = await measureDueWork(bench, load)
  found.clock_moves = await measureClock(bench)
  found.webhooks = await measureWebhooks(bench, load)
  return found
}

async function run(args: readonly string[]): Promise<void> {
  const plan = planOf(args)
  if (plan === 'help') return console.log(usage)
  const folder = join(results, `run-${process.pid}`)
  const ends: (() => unknown)[] = []
  let ending: Promise<void> | undefined
  const end = () => {
    ending ??= (async () => {
      for (const work of ends.reverse()) await work()
      await rm(folder, { recursive: true, force: true })
    })()
    return ending
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().finally(() => process.exit(130)))
  }
  const bench: Bench = {
    plan,
    folder,
    database_url: serverUrl(process.env),
    say: (line) => console.error(`${performance.now().toFixed(0).padStart(7)} ms  ${line}`),
    atEnd: (work) => ends.push(work),
  }
  const began = new Date()
  try {
    await mkdir(folder, { recursive: true })
    const found = await measure(bench)
    const verdicts = judge(found)
    console.log(report(found, verdicts))
    const file = join(results, `${began.toISOString().slice(0, 19).replaceAll(':', '-')}.json`)
    const [cpu] = cpus()
    const machine = { node: process.version, cpus: cpus().length, cpu: cpu?.model }
    const document = { at: began, machine, plan, ...found, bounds: verdicts }
    await writeFile(file, `${JSON.stringify(document, null, 2)}\n`)
    console.error(`\nwritten to ${file}`)
  } finally {
    await end()
  }
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  const { message } = error as Error
  console.error(error instanceof UsageError ? `${message}\n\n${usage}` : (error as Error).stack)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
