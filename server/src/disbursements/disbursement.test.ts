import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { disbursementStatuses } from '@obole/contract/v2/disbursements.js'
import { step } from '../kernel/machine.ts'
import { Refusal } from '../kernel/problem.ts'
import {
  type DisbursementAction,
  type DisbursementStatus,
  disbursementEvents,
  disbursementMachine,
} from './disbursement.ts'

/** The whole matrix: a pair of status and action that is not here is refused. */
const edges = `
  awaiting_approval  accept    to_disburse
  awaiting_approval  refuse    refused
  awaiting_approval  fail      failed
  to_disburse        send      disburse_sent
  to_disburse        dishonor  not_honored
  disburse_sent      book      disbursed
  disburse_sent      dishonor  not_honored
`
const allowed = new Map(
  edges
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/) as [string, string, string])
    .map(([from, action, to]) => [`${from} ${action}`, to]),
)
const statuses = Object.keys(disbursementMachine) as DisbursementStatus[]
const actions = Object.keys(disbursementEvents) as DisbursementAction[]

describe('the machine of disbursements', () => {
  it('has these edges and no other', () => {
    for (const from of statuses) {
      for (const action of actions) {
        const to = allowed.get(`${from} ${action}`)
        if (to) assert.equal(step(disbursementMachine, from, action), to)
        else {
          assert.throws(
            () => step(disbursementMachine, from, action),
            (error) => error instanceof Refusal && error.code === 'illegal_transition',
            `${from} ${action}`,
          )
        }
      }
    }
    const drawn = statuses.flatMap((it) => Object.keys(disbursementMachine[it]))
    assert.equal(drawn.length, allowed.size)
  })

  it('has the published statuses', () => {
    assert.deepEqual([...statuses].sort(), [...disbursementStatuses].sort())
  })

  it('tells every action by an event', () => {
    const used = new Set(statuses.flatMap((it) => Object.keys(disbursementMachine[it])))
    assert.deepEqual([...used].sort(), [...actions].sort())
  })
})
