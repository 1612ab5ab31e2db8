import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { limits } from '../kernel/limits.ts'
import { step } from '../kernel/machine.ts'
import { Refusal } from '../kernel/problem.ts'
import type { MovedPayment } from '../processors/ctx.ts'
import { followed } from './follow-payment.ts'
import { type IntentAction, type IntentStatus, intentMachine, isPayable } from './intent.ts'
import type { Intent } from './store.ts'

/** The whole matrix: a pair of status and action that is not here is refused. */
const edges: Record<IntentStatus, Partial<Record<IntentAction, IntentStatus>>> = {
  require_payment_method: {
    offer: 'require_authentication',
    withdraw: 'require_payment_method',
    authorize: 'authorized',
    capture: 'captured',
    cancel: 'canceled',
    give_up: 'unpaid',
  },
  require_authentication: {
    offer: 'require_authentication',
    withdraw: 'require_payment_method',
    authorize: 'authorized',
    capture: 'captured',
    cancel: 'canceled',
    give_up: 'unpaid',
  },
  authorized: { capture: 'captured', cancel: 'canceled' },
  captured: { reverse: 'canceled' },
  canceled: {},
  unpaid: {},
}
const statuses = Object.keys(edges) as IntentStatus[]
const actions: IntentAction[] = [
  'offer',
  'withdraw',
  'authorize',
  'capture',
  'reverse',
  'cancel',
  'give_up',
]

const isIllegal = (error: unknown) =>
  error instanceof Refusal && error.code === 'illegal_transition'

describe('the machine of intents', () => {
  it('has these edges and no other', () => {
    for (const from of statuses) {
      for (const action of actions) {
        const to = edges[from][action]
        if (to) assert.equal(step(intentMachine, from, action), to)
        else assert.throws(() => step(intentMachine, from, action), isIllegal)
      }
    }
    assert.deepEqual(Object.keys(intentMachine).sort(), [...statuses].sort())
  })

  it('lets a payer pay until the bank says yes or somebody gives up', () => {
    const payable = ['require_payment_method', 'require_authentication']
    assert.deepEqual(statuses.filter(isPayable), payable)
  })
})

const price = { amount: 1000n, currency: 'eur', capture: true } as const
const intent = (status: IntentStatus, payment: string | null = null, tries = 1) =>
  ({ ...price, id: 'pi_1', status, payment, card: null, sepa: null, tries }) as Intent
const payment = (status: string, id = 'paym_1') =>
  ({ ...price, id, status, card: 'card_1', sepa: null }) as MovedPayment

describe('an intent follows its payment', () => {
  const open = 'require_payment_method'
  const sent = 'require_authentication'
  const cases: [IntentStatus, of: string | null, payment: string, to: IntentStatus][] = [
    [open, null, 'authenticating', sent],
    [sent, null, 'created', open],
    [sent, null, 'refused', open],
    [sent, null, 'failed', open],
    [open, null, 'authorized', 'authorized'],
    [sent, null, 'to_capture', 'captured'],
    [open, null, 'captured', 'captured'],
    [open, null, 'disputed', 'captured'],
    ['authorized', 'paym_1', 'to_capture', 'captured'],
    ['authorized', 'paym_1', 'captured', 'captured'],
    ['authorized', 'paym_1', 'canceled', 'canceled'],
    ['authorized', 'paym_1', 'expired', 'canceled'],
    // Its payment was given back before the bank booked it.
    ['captured', 'paym_1', 'canceled', 'canceled'],
    ['captured', 'paym_1', 'capture_sent', 'captured'],
    // Another try, which did not become its payment.
    ['authorized', 'paym_2', 'canceled', 'authorized'],
    ['captured', 'paym_2', 'canceled', 'captured'],
    ['captured', 'paym_2', 'refused', 'captured'],
    ['canceled', null, 'failed', 'canceled'],
    [open, null, 'canceled', open],
  ]
  for (const [from, of, status, to] of cases) {
    it(`${from} of ${of ?? 'none'}, that is ${status}: ${to}`, () => {
      assert.equal(followed(intent(from, of), payment(status)).status, to)
    })
  }

  it('and names the one that the bank agreed to, with its card', () => {
    const { payment: id, card } = followed(intent(open), payment('authorized'))
    assert.deepEqual([id, card], ['paym_1', 'card_1'])
    assert.equal(followed(intent(open), payment('refused')).payment, null)
  })

  it('and is given up after the last try', () => {
    const it = intent(sent, null, limits.attempts_max)
    assert.equal(followed(it, payment('refused')).status, 'unpaid')
  })

  it('and is paid once, at the price that it has', () => {
    for (const over of ['authorized', 'captured', 'canceled', 'unpaid'] as const) {
      const it = intent(over, 'paym_2')
      assert.throws(() => followed(it, payment('authorized')), isIllegal)
    }
    const dearer = { ...intent(open), amount: 1001n }
    assert.throws(() => followed(dearer, payment('to_capture')), isIllegal)
  })

  it('and keeps its own price when less of it is captured', () => {
    const part = { ...payment('to_capture'), amount: 400n }
    const after = followed(intent('authorized', 'paym_1'), part)
    assert.deepEqual([after.status, after.amount], ['captured', 1000n])
  })
})
