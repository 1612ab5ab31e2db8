import type { Bench, Target } from './bench.ts'
import type { HttpRequest } from './http-connection.ts'
import type { Load } from './load.ts'
import type { Round, Series } from './measurements.ts'
import { runPgbench } from './pgbench.ts'
import { cpuOf, host } from './server-process.ts'
import { onTheWire } from './store.ts'
import type { Workload } from './workloads.ts'

/** One thing that is measured again in each round. */
interface Contender {
  series: Series
  run(seconds: number): Promise<Round>
}

interface Cell {
  workload: Workload
  connections: number
}

/** Code is compiled and caches are filled by use: a server that was just started is a slow one. */
const warm_up_s = 1.5

function ofServer(load: Load, it: Target, { workload, connections }: Cell) {
  const { engine, size, store, server } = it
  const requests = workload.requests(store).map((it: HttpRequest) => onTheWire(it))
  const series: Series = {
    subject: workload.name,
    engine,
    size,
    payments: store.seeded.payments,
    connections,
    rounds: [],
  }
  const run = async (seconds: number): Promise<Round> => {
    const cpu = cpuOf(server.pid)
    const began = performance.now()
    const { port } = server
    const { load_cpu, ...rest } = await load.run({ host, port, connections, seconds, requests })
    const took_s = (performance.now() - began) / 1000
    server.forgetLog()
    return { ...rest, server_cpu: (cpuOf(server.pid) - cpu) / took_s, load_cpu }
  }
  return { series, run }
}

function ofPgbench(bench: Bench, program: string, it: Target, { workload, connections }: Cell) {
  const { store } = it
  const series: Series = {
    subject: workload.name,
    engine: 'pgbench',
    size: it.size,
    payments: store.seeded.payments,
    connections,
    rounds: [],
  }
  const one = workload.name === 'create-payment-one-merchant'
  const order = {
    program,
    folder: bench.folder,
    database_url: store.place.database_url ?? '',
    merchants: one ? store.merchants.slice(0, 1) : store.merchants,
    connections,
  }
  const run = async (seconds: number): Promise<Round> => {
    const { per_second, mean_ms } = await runPgbench({ ...order, seconds })
    return { per_second, p50_ms: mean_ms }
  }
  return { series, run }
}

function contenders(
  bench: Bench,
  load: Load,
  targets: readonly Target[],
  pgbench: string | undefined,
  cell: Cell,
): Contender[] {
  const servers = targets.map((it) => ofServer(load, it, cell))
  const base = targets.find((it) => it.engine === 'postgres' && it.size === 'large')
  const has = cell.workload.name.startsWith('create-payment')
  return base && pgbench && has ? [...servers, ofPgbench(bench, pgbench, base, cell)] : servers
}

/**
 * Measures workloads on all servers, in rounds: within one, everything that is compared runs one
 * after the other, each second time in the other direction, so that what disturbs the machine for a
 * while disturbs all of it alike.
 */
export async function measureRounds(
  bench: Bench,
  load: Load,
  targets: readonly Target[],
  workloads: readonly Workload[],
  pgbench: string | undefined,
): Promise<Series[]> {
  const { plan, say } = bench
  const cells = workloads.flatMap((workload) =>
    plan.connections
      .filter((it) => workload.connections === undefined || workload.connections === it)
      .map((connections) => ({ workload, connections })),
  )
  const all = cells.map((cell) => contenders(bench, load, targets, pgbench, cell))
  const most = Math.max(...plan.connections)
  for (const { run, series } of all.flat()) if (series.connections === most) await run(warm_up_s)
  for (let round = 1; round <= plan.rounds; round++) {
    say(`round ${round} of ${plan.rounds}: ${workloads.map((it) => it.name).join(', ')}`)
    for (const cell of all) {
      for (const it of round % 2 ? cell : cell.toReversed()) {
        it.series.rounds.push(await it.run(plan.seconds))
      }
    }
  }
  return all.flat().map((it) => it.series)
}
