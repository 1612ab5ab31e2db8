import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { disputeStatuses } from '@obole/contract/v2/disputes.js'
import { step } from '../kernel/machine.ts'
import { Refusal } from '../kernel/problem.ts'
import { type DisputeAction, type DisputeStatus, disputeMachine } from './dispute.ts'

/** The whole matrix: a pair of status and action that is not here is refused. */
const edges = `
  open                   bar     not_contestable
  open                   draft   evidence_pending
  open                   submit  evidence_sent
  open                   accept  accepted
  open                   lapse   out_of_time
  evidence_pending       draft   evidence_pending
  evidence_pending       submit  evidence_sent
  evidence_pending       accept  accepted
  evidence_pending       lapse   out_of_time
  evidence_sent          verify  evidence_verification
  evidence_verification  win     won
  evidence_verification  lose    lost
`
const allowed = new Map(
  edges
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/) as [DisputeStatus, DisputeAction, DisputeStatus])
    .map(([from, action, to]) => [`${from} ${action}`, to]),
)
const statuses = Object.keys(disputeMachine) as DisputeStatus[]
const actions = new Set(statuses.flatMap((it) => Object.keys(disputeMachine[it])))

describe('the machine of disputes', () => {
  it('has these edges and no other', () => {
    for (const from of statuses) {
      for (const action of actions as ReadonlySet<DisputeAction>) {
        const to = allowed.get(`${from} ${action}`)
        if (to) assert.equal(step(disputeMachine, from, action), to)
        else {
          assert.throws(
            () => step(disputeMachine, from, action),
            (error) => error instanceof Refusal && error.code === 'illegal_transition',
            `${from} ${action}`,
          )
        }
      }
    }
    const drawn = statuses.flatMap((it) => Object.keys(disputeMachine[it]))
    assert.equal(drawn.length, allowed.size)
  })

  it('has the published statuses, and comes to each of them', () => {
    assert.deepEqual(statuses.toSorted(), disputeStatuses.toSorted())
    const reached = new Set(['open', ...allowed.values()])
    assert.deepEqual([...reached].sort(), statuses.toSorted())
  })
})
