import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SettlementItem } from '../settlements/store.ts'
import { netOfTotals, totalOf, withItems } from './totals.ts'

type Line = Pick<SettlementItem, 'kind' | 'method' | 'amount'> & { fee?: bigint; vat?: bigint }

const item = ({ fee = 0n, vat = 0n, ...it }: Line): SettlementItem => ({
  account: 'acct_one',
  live: false,
  id: 'item_one',
  version: 1,
  created: new Date(),
  object_id: 'an object',
  currency: 'eur',
  payout: null,
  due_at: new Date(),
  ...it,
  fee,
  vat,
})

const items = [
  item({ kind: 'payment', method: 'card', amount: 10_000n, fee: 82n, vat: 16n }),
  item({ kind: 'payment', method: 'sepa', amount: 500n, fee: 25n, vat: 5n }),
  item({ kind: 'payment', method: 'card', amount: 1n, fee: 12n, vat: 2n }),
  item({ kind: 'refund', method: 'sepa', amount: -300n }),
  item({ kind: 'disbursement', method: 'card', amount: -700n }),
  item({ kind: 'dispute', method: 'card', amount: -10_000n, fee: 1500n, vat: 300n }),
  item({ kind: 'dispute', method: 'card', amount: 10_000n }),
]

const nothing = { amount: 0n, count: 0, fees: 0n }

describe('the totals of a payout', () => {
  const totals = withItems({}, items)

  it('are counted by what the lines are of, and how it was paid', () => {
    assert.deepEqual(totalOf(totals, ['payment']), {
      amount: 10_501n,
      method: {
        card: { amount: 10_001n, count: 2, fees: 94n },
        sepa: { amount: 500n, count: 1, fees: 25n },
      },
    })
    assert.deepEqual(totalOf(totals, ['dispute']), {
      amount: 0n,
      method: { card: { amount: 0n, count: 2, fees: 1500n }, sepa: nothing },
    })
  })

  it('of several kinds are those of each together', () => {
    assert.deepEqual(totalOf(totals, ['refund', 'disbursement']), {
      amount: -1000n,
      method: {
        card: { amount: -700n, count: 1, fees: 0n },
        sepa: { amount: -300n, count: 1, fees: 0n },
      },
    })
    assert.deepEqual(totalOf({}, ['payment']), {
      amount: 0n,
      method: { card: nothing, sepa: nothing },
    })
  })

  it('are the same in one batch or many, and what was counted before stays as it is', () => {
    const one = items.reduce((sum, it) => withItems(sum, [it]), {})
    assert.deepEqual(one, totals)
    const before = JSON.stringify(totals)
    withItems(totals, items)
    assert.equal(JSON.stringify(totals), before)
  })

  it('survive the store, however large they are', () => {
    const amount = 2n ** 62n
    const large = item({ kind: 'payment', method: 'card', amount })
    const read = JSON.parse(JSON.stringify(withItems({}, [large])))
    assert.equal(totalOf(withItems(read, [large]), ['payment']).amount, 2n * amount)
  })
})

describe('what a payout comes to', () => {
  it('is the amounts in it less fees and tax, which it tells apart', () => {
    assert.deepEqual(netOfTotals(withItems({}, items)), {
      amount: 9501n - 1619n - 323n,
      fees: 1619n,
      fees_vat: 323n,
    })
    assert.deepEqual(netOfTotals({}), { amount: 0n, fees: 0n, fees_vat: 0n })
  })
})
