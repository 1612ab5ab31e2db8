import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { step } from '../kernel/machine.ts'
import { Refusal } from '../kernel/problem.ts'
import {
  isAccepted,
  isPayable,
  type PaymentAction,
  type PaymentStatus,
  paymentEvents,
  paymentMachine,
} from './payment.ts'

/** The whole matrix: a pair of status and action that is not here is refused. */
const edges = `
  created         authenticate  authenticating
  created         authorize     authorized
  created         accept        to_capture
  created         refuse        refused
  created         fail          failed
  created         cancel        canceled
  authenticating  lapse         created
  authenticating  authenticate  authenticating
  authenticating  authorize     authorized
  authenticating  accept        to_capture
  authenticating  refuse        refused
  authenticating  fail          failed
  authenticating  cancel        canceled
  refused         authenticate  authenticating
  refused         authorize     authorized
  refused         accept        to_capture
  refused         refuse        refused
  refused         fail          failed
  refused         cancel        canceled
  failed          authenticate  authenticating
  failed          authorize     authorized
  failed          accept        to_capture
  failed          refuse        refused
  failed          fail          failed
  failed          cancel        canceled
  authorized      capture       to_capture
  authorized      cancel        canceled
  authorized      expire        expired
  to_capture      send          capture_sent
  to_capture      clear         captured
  to_capture      cancel        canceled
  capture_sent    clear         captured
  captured        refund        captured
  captured        restore       captured
  captured        dispute       disputed
  disputed        restore       disputed
  disputed        win           captured
`
const allowed = new Map(
  edges
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/) as [PaymentStatus, PaymentAction, PaymentStatus])
    .map(([from, action, to]) => [`${from} ${action}`, to]),
)
const statuses = Object.keys(paymentMachine) as PaymentStatus[]
const actions = Object.keys(paymentEvents) as PaymentAction[]

describe('the machine of payments', () => {
  it('has these edges and no other', () => {
    for (const from of statuses) {
      for (const action of actions) {
        const to = allowed.get(`${from} ${action}`)
        if (to) assert.equal(step(paymentMachine, from, action), to)
        else {
          assert.throws(
            () => step(paymentMachine, from, action),
            (error) => error instanceof Refusal && error.code === 'illegal_transition',
            `${from} ${action}`,
          )
        }
      }
    }
    const drawn = statuses.flatMap((it) => Object.keys(paymentMachine[it]))
    assert.equal(drawn.length, allowed.size)
  })

  it('tells every action by an event', () => {
    const used = new Set(statuses.flatMap((it) => Object.keys(paymentMachine[it])))
    assert.deepEqual([...used].sort(), [...actions].sort())
  })

  it('lets a payer pay until the bank says yes or somebody gives up', () => {
    const payable = ['created', 'authenticating', 'refused', 'failed']
    assert.deepEqual(statuses.filter(isPayable).sort(), payable.sort())
  })

  it('never takes a payment that was accepted for one that can be paid', () => {
    assert.deepEqual(
      statuses.filter((it) => isPayable(it) && isAccepted(it)),
      [],
    )
  })
})
