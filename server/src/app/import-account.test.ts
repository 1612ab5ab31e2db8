import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, type Merchant, startServer, type TestServer } from '../../test/harness.ts'
import {
  card,
  customer,
  disbursement,
  dispute,
  evidence,
  exportOf,
  idOf,
  importInto,
  inPayout,
  payment,
  payout,
  refund,
} from '../../test/sample-lines.ts'
import { trialBalance } from '../ledger/balances.ts'
import { brokenInvariants } from './invariants/check-invariants.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(async () => {
  assert.deepEqual(await brokenInvariants(server.services.db), [])
  await server.close()
})

const get = async (merchant: Merchant, path: string, live = false): Promise<Json> => {
  const { stest, sprod } = merchant.keys
  const answer = await server.call('GET', path, { key: live ? sprod : stest })
  assert.equal(answer.status, 200, `${path} ${answer.text}`)
  return answer.body
}

const day_ms = 24 * 3600 * 1000

const other = idOf('paym', 2)

describe('an import', () => {
  it('does not apply rules of uniqueness, keeps ids and times', async () => {
    const merchant = await server.newMerchant()
    await importInto(
      server,
      merchant,
      [20, 21].map((n) => customer(n, { external_id: 'e' })),
    )
    const { customers } = await get(merchant, '/v2/customers/?external_id=e')
    assert.deepEqual(
      customers.map((it: Json) => [it.id.slice(-2), it.created]),
      [
        ['21', 1_600_000_021],
        ['20', 1_600_000_020],
      ],
    )
  })

  it('takes numbers where they are known, so that the card can be charged', async () => {
    const { keys, ...merchant } = await server.newMerchant()
    await importInto(server, { keys, ...merchant }, [{ ...card, number: '4242424242424242' }])
    const body = { amount: 100, card: card.id }
    const paid = await server.call('POST', '/v2/payments/', { key: keys.stest, body })
    assert.equal(paid.body.status, 'to_capture', paid.text)
    assert.equal(paid.body.card.last4, '4242')
  })

  it('takes lines in any order', async () => {
    const merchant = await server.newMerchant()
    const lines = [
      payout({ amount: 507, refunds: undefined }),
      { ...evidence, text: 'paid' },
      refund({ ...inPayout }),
      disbursement(inPayout),
      dispute({ status: 'won' }),
      card,
      payment(inPayout),
    ]
    await importInto(server, merchant, lines)
    const { refunds, payments } = await get(merchant, `/v2/payouts/${idOf('pout', 1)}`)
    assert.deepEqual([payments.amount, refunds.amount, refunds.method.card.count], [1000, -470, 2])
  })
})

/** What stands on each account of the ledger, but for nothing. */
const booksOf = async ({ id }: Merchant, live = false): Promise<Record<string, bigint>> => {
  const ctx = { db: server.services.db, account: id, live }
  const rows = (await trialBalance(ctx)).filter(({ posted }) => posted !== 0n)
  return Object.fromEntries(rows.map((it) => [it.ledger_account, it.posted]))
}

describe('what comes from elsewhere', () => {
  it('was settled there, unless it says its payout: nothing of it is paid out again', async () => {
    const merchant = await server.newMerchant()
    await importInto(server, merchant, [
      card,
      payment(),
      refund(),
      refund({ id: idOf('refd', 2), status: 'not_honored' }),
      payment({ id: other, amount: 2000, status: 'disputed', fee: undefined }),
      dispute({ payment: other, status: 'lost', amount: 2000 }),
      disbursement(),
    ])
    // 19 and 4 of tax for the payment, 1500 and 300 for the dispute.
    assert.deepEqual(await booksOf(merchant), {
      'bank:cash': 1823n,
      'platform:fees': -1519n,
      'platform:vat': -304n,
    })
    await server.advance(5 * day_ms)
    assert.equal((await get(merchant, '/v2/payouts/')).range.count, 0)
    const again = await server.newMerchant()
    await importInto(server, again, await exportOf(server, merchant))
    assert.deepEqual(await booksOf(again), await booksOf(merchant))
    assert.deepEqual(await exportOf(server, again), await exportOf(server, merchant))
  })

  it('is refunded here, and taken from what is paid out here', async () => {
    const { keys, ...rest } = await server.newMerchant()
    const merchant = { keys, ...rest }
    await importInto(server, merchant, [payment(), refund()])
    const body = { payment: idOf('paym', 1), amount: 601 }
    const refundAll = () => server.call('POST', '/v2/refunds/', { key: keys.stest, body })
    assert.equal((await refundAll()).status, 409)
    body.amount = 600
    assert.equal((await refundAll()).body.status, 'to_refund')
    await server.advance(5 * day_ms)
    const { payouts } = await get(merchant, '/v2/payouts/')
    assert.deepEqual([payouts[0].status, payouts[0].amount], ['pending', -600])
  })

  it('goes on here, where it was under way', async () => {
    const merchant = await server.newMerchant()
    const due = { date_bank: undefined }
    await importInto(server, merchant, [
      card,
      payment({ ...due, status: 'to_capture' }),
      payment({ ...due, id: other, status: 'capture_sent' }),
      payment({ id: idOf('paym', 3) }),
      refund({ ...due, payment: idOf('paym', 3), status: 'to_refund' }),
      disbursement({ status: 'disburse_sent' }),
    ])
    for (let day = 0; day < 8; day++) await server.advance(day_ms)
    const { payments } = await get(merchant, '/v2/payments/')
    assert.deepEqual(new Set(payments.map((it: Json) => it.status)), new Set(['captured']))
    assert.equal((await get(merchant, `/v2/refunds/${idOf('refd', 1)}`)).status, 'refunded')
    assert.equal((await get(merchant, `/v2/disbursements/${idOf('dsbm', 1)}`)).status, 'disbursed')
    const { payouts } = await get(merchant, '/v2/payouts/')
    const amounts = payouts.map((it: Json) => it.payments.amount)
    assert.equal(
      amounts.reduce((sum: number, it: number) => sum + it, 0),
      2000,
    )
  })

  it('of live mode is shown by v1 with its payouts, and moves on to another account', async () => {
    const merchant = await server.newMerchant()
    const lines = [
      payment(inPayout),
      refund(inPayout),
      payout({ amount: 577, fees: 19, fees_vat: 4, reference: 'R-1', created: 1_700_300_000 }),
    ]
    await importInto(server, merchant, lines, true)
    const again = await server.newMerchant()
    await importInto(server, again, await exportOf(server, merchant, true))
    for (const path of ['', `${idOf('pout', 1)}`, `${idOf('pout', 1)}/payments`]) {
      const answer = await get(merchant, `/v1/payouts/${path}`, true)
      assert.deepEqual(await get(again, `/v1/payouts/${path}`, true), answer)
    }
    const { payouts } = await get(again, '/v1/payouts/', true)
    const { amount, statement_description, status } = payouts[0]
    assert.deepEqual([amount, statement_description, status], [577, 'R-1', 'paid'])
    assert.deepEqual(await booksOf(again, true), await booksOf(merchant, true))
  })
})
