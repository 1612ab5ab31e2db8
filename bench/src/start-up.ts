import { type Bench, enginesOf, newPlace, type Target } from './bench.ts'
import type { StartUp } from './measurements.ts'
import { npmStart, type Place } from './server-process.ts'

async function timed(place: Place): Promise<number> {
  const server = await npmStart(place)
  await server.stop()
  return server.start_ms
}

/** Times `npm start` up to the first answer: on nothing, and on the large store. */
export async function timeStarts(
  bench: Bench,
  targets: readonly Omit<Target, 'server'>[],
): Promise<StartUp[]> {
  const found: StartUp[] = []
  for (const engine of enginesOf(bench)) {
    const large = targets.find((it) => it.engine === engine && it.size === 'large')
    const empty: StartUp = { engine, store: 'empty', ms: [] }
    const filled: StartUp = { engine, store: 'large', ms: [] }
    for (let n = 0; n < bench.plan.starts; n++) {
      empty.ms.push(await timed(await newPlace(bench, engine)))
      if (large) filled.ms.push(await timed(large.store.place))
    }
    found.push(empty, filled)
  }
  return found
}
