import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judge } from './bounds.ts'
import type { Engine, Measurements, Series, Size } from './measurements.ts'

const empty: Measurements = {
  ...{ series: [], start_up: [], memory: [], notes: [] },
  ...{ due_work: [], clock_moves: [], webhooks: { delays: [], costs: [] } },
}

const series = (
  it: Pick<Series, 'subject' | 'connections'> & { engine: Engine; size: Size },
  rounds: readonly (readonly [per_second: number, p50_ms: number])[],
): Series => ({
  ...it,
  payments: 1,
  rounds: rounds.map(([per_second, p50_ms]) => ({ per_second, p50_ms })),
})

const verdictOn = (start: string, all: Partial<Measurements>) => {
  const found = judge({ ...empty, ...all }).find(({ promise }) => promise.startsWith(start))
  assert(found, start)
  return found
}

describe('the bounds of the bench', () => {
  it('are neither met nor missed when nothing was measured', () => {
    assert.deepEqual(
      judge(empty).filter(({ met }) => met !== undefined),
      [],
    )
  })

  it('compare writes with the reference at 64 connections on the large store', () => {
    const cell = { subject: 'create-payment', size: 'large', connections: 64 } as const
    const all = {
      series: [
        series({ ...cell, engine: 'pgbench' }, [[1000, 1]]),
        series({ ...cell, engine: 'postgres' }, [[990, 1]]),
        series({ ...cell, engine: 'embedded' }, [[810, 1]]),
        series({ ...cell, engine: 'postgres', connections: 16 }, [[9000, 1]]),
      ],
    }
    assert.equal(verdictOn('create-payment, 64 connections, PostgreSQL', all).met, false)
    assert.equal(verdictOn('create-payment, 64 connections, embedded', all).met, true)
  })

  it('take the worst number of connections for what a larger store costs', () => {
    const cell = (size: Size, connections: number) =>
      ({ subject: 'read-payment', engine: 'postgres', size, connections }) as const
    const times = (many: number) => ({
      series: [
        series(cell('small', 1), [[1, 10]]),
        series(cell('large', 1), [[1, 11]]),
        series(cell('small', 64), [[1, 10]]),
        series(cell('large', 64), [[1, many]]),
      ],
    })
    assert.equal(verdictOn('read-payment, PostgreSQL', times(15)).met, true)
    assert.equal(verdictOn('read-payment, PostgreSQL', times(16)).met, false)
    assert.equal(verdictOn('read-payment, embedded', times(16)).met, undefined)
  })

  it('add up what falls due at the cut-off and at the booking, for 100 thousand payments', () => {
    const reads = 'steady' as const
    const phase = { reads, payments: 50_000, idle_p99_ms: 10, busy_p99_ms: 15 }
    const unpaused = { reads: 'unpaused' as const, seconds: 99, busy_p99_ms: 99 }
    const due_work = [
      { ...phase, ...unpaused, name: 'cut-off' as const },
      { ...phase, name: 'cut-off' as const, seconds: 10 },
      { ...phase, name: 'capture' as const, seconds: 21 },
    ]
    const { found, met } = verdictOn('cut-off and capture', { due_work })
    assert.deepEqual([found, met], ['62.0 s', false])
    assert.equal(verdictOn('reads meanwhile', { due_work }).met, true)
    const clock_moves = [{ engine: 'embedded' as const, due: 1, events: 2, seconds: 29 }]
    const start = 'a year of a test clock with 10 thousand due payments'
    assert.equal(verdictOn(`${start}, embedded`, { clock_moves }).met, true)
    assert.equal(verdictOn(`${start}, PostgreSQL`, { clock_moves }).met, undefined)
  })

  it('hold for every store that was started and every server that was loaded', () => {
    const start_up = [
      { engine: 'embedded', store: 'empty', ms: [2000, 2900, 9000] },
      { engine: 'embedded', store: 'large', ms: [3100] },
    ] as const
    const all = { start_up: start_up.map((it) => ({ ...it, ms: [...it.ms] })) }
    assert.equal(verdictOn('npm start to the first answer, embedded', all).met, false)
    const memory = [
      { engine: 'postgres', size: 'small', started: 100, loaded: 149 },
      { engine: 'postgres', size: 'large', started: 100, loaded: 151 },
    ] as const
    assert.equal(verdictOn('memory when started', { memory: [...memory] }).met, true)
    assert.equal(verdictOn('memory when loaded', { memory: [...memory] }).met, false)
  })
})
