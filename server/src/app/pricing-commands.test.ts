import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { engines } from '../../test/database.ts'
import {
  bearing,
  createHome,
  type Home,
  type RunningServer,
  runObole,
  startObole,
} from '../../test/obole-process.ts'

for (const engine of engines) {
  describe(`obole accounts pricing on ${engine}`, () => {
    let home: Home
    let server: RunningServer
    let shop: { id: string; keys: { stest: string } }
    before(async () => {
      home = await createHome(engine)
      server = await startObole(home.env)
      shop = await json('accounts', 'create', '--name', 'A shop')
    })
    after(async () => {
      await server.stop()
      await home.drop()
    })

    const run = (...args: string[]) => runObole(args, home.env)
    const json = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(...args, '--json')
      assert.deepEqual([code, stderr], [0, ''])
      return JSON.parse(stdout)
    }
    const feeOf = async (): Promise<number> => {
      const card = { number: '4242424242424242', exp_month: 1, exp_year: 2050 }
      const answer = await fetch(`${server.url}/v2/payments/`, {
        method: 'POST',
        headers: bearing(shop.keys.stest),
        body: JSON.stringify({ amount: 10_000, card }),
      })
      return ((await answer.json()) as { fee: number }).fee
    }

    it('shows the standard terms, and changes them for a running server at once', async () => {
      const pricing = ['accounts', 'pricing', shop.id]
      const standard = {
        account: shop.id,
        card_bps: 70,
        card_fixed: 12,
        sepa_bps: 0,
        sepa_fixed: 25,
        dispute_fixed: 1500,
        vat_bps: 2000,
      }
      assert.deepEqual(await json(...pricing), standard)
      assert.equal(await feeOf(), 82)
      const changed = { ...standard, card_bps: 150, dispute_fixed: 0 }
      const options = ['--card-bps', '150', '--dispute-fixed', '0']
      assert.deepEqual(await json(...pricing, ...options), changed)
      assert.deepEqual(await json(...pricing), changed)
      assert.equal(await feeOf(), 162)
      const { stdout } = await run(...pricing)
      assert.match(stdout, /^a card payment +150 +12$/m)
    })

    it('takes whole numbers within bounds, of an account that is there', async () => {
      const wrong = [
        ['--card-bps', '10001'],
        ['--vat-bps', '-1'],
        ['--sepa-bps', '1.5'],
        ['--card-fixed', '1000001'],
        ['--sepa-fixed', 'free'],
        ['--dispute-fixed', ''],
      ]
      for (const [option = '', value = ''] of wrong) {
        const { code, stderr } = await run('accounts', 'pricing', shop.id, option, value)
        assert.equal(code, 2, stderr)
        assert.match(stderr, /whole number from 0 to/)
      }
      const nobody = await run('accounts', 'pricing', 'acct_nobody', '--card-bps', '1')
      assert.equal(nobody.code, 1)
      assert.match(nobody.stderr, /^obole: There is no account acct_nobody/)
    })
  })
}
