import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Plan, planOf, subjects, UsageError } from './arguments.ts'

const plan = (...args: string[]): Plan => {
  const it = planOf(args)
  assert(it !== 'help')
  return it
}

describe('the arguments of the bench', () => {
  it('are quick and whole by default', () => {
    assert.deepEqual(plan(), plan('--quick'))
    assert.deepEqual(plan().only, subjects)
    assert.equal(plan().large, 100_000)
  })

  it('ask for what the bounds are about with --full', () => {
    const { small, large, embedded_large, connections } = plan('--full')
    assert.deepEqual([small, large, embedded_large], [1000, 1_000_000, 1_000_000])
    assert.deepEqual(connections, [1, 16, 64])
  })

  it('choose subjects, rounds, seconds and a smaller embedded store', () => {
    const it = plan(
      ...['--only', 'create-payment', '--only', 'memory', '--rounds', '7', '--seconds', '0.5'],
      ...['--embedded-payments', '200000'],
    )
    assert.deepEqual(it.only, ['create-payment', 'memory'])
    assert.deepEqual([it.rounds, it.seconds, it.embedded_large], [7, 0.5, 200_000])
  })

  for (const args of [
    ['--quick', '--full'],
    ['--only', 'everything'],
    ['--rounds', '0'],
    ['--rounds', '1.5'],
    ['--seconds', ''],
    ['--seconds', 'NaN'],
    ['--fast'],
    ['create-payment'],
  ]) {
    it(`refuse ${args.join(' ') || 'nothing'}`, () => {
      assert.throws(() => planOf(args), UsageError)
    })
  }

  it('can be asked for help', () => assert.equal(planOf(['--help']), 'help'))
})
