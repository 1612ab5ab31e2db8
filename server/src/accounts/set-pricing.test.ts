import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../test/harness.ts'
import { type Pricing, standardPricing } from '../kernel/pricing.ts'
import { Refusal } from '../kernel/problem.ts'
import { setPricing } from './set-pricing.ts'
import { type Account, findAccount } from './store.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

const office = () => ({ committer: server.services.committer, now: server.clock.now() })

async function read(id: string): Promise<Account> {
  const account = await findAccount(server.services.db, id)
  assert.ok(account)
  return account
}

describe('the price of an account', () => {
  it('changes where something is named, and is told', async () => {
    const { id } = await server.newMerchant()
    const first = await setPricing(office(), await read(id), { card_bps: 0, vat_bps: 10_000 })
    const expected: Pricing = {
      ...standardPricing,
      card: { bps: 0, fixed: standardPricing.card.fixed },
      vat_bps: 10_000,
    }
    assert.deepEqual(first, expected)
    const second = { sepa_bps: 5, sepa_fixed: 0, dispute_fixed: 99, card_fixed: 7 }
    await setPricing(office(), await read(id), second)
    const { pricing, version } = await read(id)
    assert.deepEqual(pricing, {
      card: { bps: 0, fixed: 7 },
      sepa: { bps: 5, fixed: 0 },
      dispute: 99,
      vat_bps: 10_000,
    })
    assert.equal(version, 3)
    const events = await server.services.db.query<{ type: string; version: number }>(
      'select type, version from events where account = $1 and object_id = $1 order by seq',
      [id],
    )
    assert.deepEqual(
      events.map((it) => [it.type, it.version]),
      [
        ['account.created', 1],
        ['account.updated', 2],
        ['account.updated', 3],
      ],
    )
  })

  it('is set by one of two who read it at the same moment', async () => {
    const { id } = await server.newMerchant()
    const seen = await read(id)
    await setPricing(office(), seen, { card_bps: 1 })
    await assert.rejects(
      setPricing(office(), seen, { card_bps: 2 }),
      (error) => error instanceof Refusal && error.code === 'conflict',
    )
    assert.equal((await read(id)).pricing?.card.bps, 1)
  })

  it('is nobody else’s', async () => {
    const [one, other] = [await server.newMerchant(), await server.newMerchant()]
    await setPricing(office(), await read(one.id), { card_bps: 1 })
    assert.equal((await read(other.id)).pricing, null)
  })

  it('holds for the next payment of a running server', async () => {
    const { id, keys } = await server.newMerchant()
    const card = { number: '4242424242424242', exp_month: 12, exp_year: 2050 }
    const feeOf = async () => {
      const body = { amount: 10_000, card }
      const answer = await server.call('POST', '/v2/payments/', { body, key: keys.stest })
      return answer.body.fee
    }
    assert.equal(await feeOf(), 82)
    await setPricing(office(), await read(id), { card_bps: 123, card_fixed: 0 })
    assert.equal(await feeOf(), 123)
  })
})
