import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSepaText } from '@obole/sepa/character-set.js'
import { newId } from '../kernel/ids.ts'
import { step } from '../kernel/machine.ts'
import { Refusal } from '../kernel/problem.ts'
import { type PayoutAction, type PayoutStatus, payoutMachine, referenceOf } from './payout.ts'

describe('the statuses of a payout', () => {
  const actions: PayoutAction[] = ['carry', 'close', 'send', 'book', 'fail', 'retry']
  /** Where each action leads, in their order; – where it is refused. */
  const matrix: Record<PayoutStatus, string> = {
    pending: 'pending to_pay – – – –',
    to_pay: '– – sent – failed –',
    sent: '– – – paid failed –',
    failed: '– – – – – to_pay',
    paid: '– – – – – –',
  }
  const reached = (status: PayoutStatus, action: PayoutAction): string => {
    try {
      return step(payoutMachine, status, action)
    } catch (error) {
      assert.ok(error instanceof Refusal && error.code === 'illegal_transition')
      return '–'
    }
  }
  for (const [status, row] of Object.entries(matrix)) {
    it(`${status}: every action leads where it should, or is refused`, () => {
      assert.equal(actions.map((it) => reached(status as PayoutStatus, it)).join(' '), row)
    })
  }
})

describe('the reference of a payout', () => {
  const references = Array.from({ length: 2000 }, () => referenceOf(newId('pout'), '2026-11-21'))

  it('has the day, and what every bank takes: 35 characters at most', () => {
    for (const it of references) {
      assert.match(it, /^20261121-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
      assert.ok(isSepaText(it) && it.length <= 35)
    }
  })

  it('is nobody else’s, also where a bank knows capital letters only', () => {
    assert.equal(new Set(references.map((it) => it.toUpperCase())).size, references.length)
  })

  it('is the same for the same payout', () => {
    const id = newId('pout')
    assert.equal(referenceOf(id, '2026-11-21'), referenceOf(id, '2026-11-21'))
  })

  it('has no letter that is taken for a digit', () => {
    for (const it of references) assert.doesNotMatch(it, /[ILOU]/)
  })
})
