import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { engines } from '../../test/database.ts'
import type { Json } from '../../test/harness.ts'
import {
  bearing,
  createHome,
  type Home,
  type RunningServer,
  runObole,
  startObole,
} from '../../test/obole-process.ts'
import { openDb } from '../platform/open-db.ts'

const card = { number: '4000000000000077', exp_month: 12, exp_year: 2050 }

for (const engine of engines) {
  describe(`obole ledger on ${engine}, while the server runs`, () => {
    let home: Home
    let server: RunningServer
    let shop: { id: string; keys: Record<string, string> }
    let payment: Json
    let refund: Json
    before(async () => {
      home = await createHome(engine)
      server = await startObole(home.env)
      const made = await runObole(['accounts', 'create', '--name', 'A shop', '--json'], home.env)
      shop = JSON.parse(made.stdout)
      // At an hour of the bank more would be booked between the tests.
      await post('/v2/sandbox/clock', { frozen: true })
      payment = await post('/v2/payments/', { amount: 1000, card })
      refund = await post('/v2/refunds/', { payment: payment.id, amount: 250 })
      await post('/v2/payments/', { amount: 1234, currency: 'usd', card })
    })
    after(async () => {
      await server.stop()
      await home.drop()
    })

    async function call(method: string, path: string, body?: object): Promise<Json> {
      const headers = bearing(shop.keys.stest ?? '')
      const sent = body && { body: JSON.stringify(body) }
      const answer = await fetch(server.url + path, { method, headers, ...sent })
      assert.equal(answer.status, 200, path)
      return answer.json()
    }
    const post = (path: string, body: object) => call('POST', path, body)

    const run = (...args: string[]) => runObole(['ledger', ...args], home.env)
    const ok = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(...args, '--account', shop.id)
      assert.deepEqual([code, stderr], [0, ''])
      return stdout
    }
    const day = () => new Date(payment.created * 1000).toISOString().slice(0, 10)

    /** What the command says of a database that somebody has changed, and changes back. */
    async function changed(there: string, back: string, args: readonly string[]) {
      const { OBOLE_DATA_DIR: data_dir = '', DATABASE_URL: database_url } = home.env
      const db = await openDb({ data_dir, ...(database_url && { database_url }) })
      try {
        await db.query(there, [shop.id])
        return await run('verify', ...args)
      } finally {
        await db.query(back, [shop.id])
        await db.close()
      }
    }

    it('balance says what the API says, and the same as CSV and for people', async () => {
      const { accounts } = await call('GET', '/v2/ledger/accounts')
      const document = JSON.parse(await ok('balance', '--json'))
      assert.deepEqual(document, { account: shop.id, mode: 'test', at: null, accounts })
      const [headings, ...lines] = (await ok('balance', '--csv')).split('\r\n')
      assert.equal(
        headings,
        'account,currency,kind,debits,credits,balance,pending,' +
          'debits_minor,credits_minor,balance_minor,pending_minor',
      )
      const owed = 'merchant:pending,eur,liability,2.73,10.00,7.27,0.00,273,1000,727,0'
      assert.ok(lines.includes(owed), lines.join('\n'))
      assert.equal(lines.length, accounts.length + 1)
      assert.match(await ok('balance'), /^merchant:pending +eur +liability +2\.73 +10\.00 +7\.27/m)
    })

    it('balance is of one mode, and of the end of a day', async () => {
      const live = JSON.parse(await ok('balance', '--json', '--live', '--at', '2001-01-01'))
      assert.deepEqual([live.mode, live.at, live.accounts], ['live', '2001-01-01', []])
    })

    it('statement tells why a balance is what it is, line by line', async () => {
      const of = ['statement', '--ledger-account', 'merchant:pending', '--currency', 'eur']
      const { lines, ...about } = JSON.parse(await ok(...of, '--from', day(), '--json'))
      assert.deepEqual(about, {
        account: shop.id,
        mode: 'test',
        ledger_account: 'merchant:pending',
        currency: 'eur',
        from: day(),
        until: null,
        opening_balance: 0,
        closing_balance: 727,
      })
      assert.deepEqual(
        lines.map((it: Json) => [
          it.reason,
          it.object,
          it.counterpart,
          it.debit,
          it.credit,
          it.balance,
        ]),
        [
          ['capture', payment.id, 'processor:receivable', 0, 1000, 1000],
          ['fee', payment.id, 'platform:fees', 19, 0, 981],
          ['vat', payment.id, 'platform:vat', 4, 0, 977],
          ['refund', refund.id, 'merchant:reserve', 250, 0, 727],
        ],
      )
      const rows = (await ok(...of, '--csv')).split('\r\n')
      assert.equal(rows.length, 1 + 1 + lines.length + 1 + 1)
      assert.equal(rows[1], ',,opening balance,,,,eur,,,0.00,,,0')
      assert.match(
        rows[5] ?? '',
        /,refund,refund,refd_\w+,merchant:reserve,eur,2\.50,0\.00,7\.27,250,0,727$/,
      )
      assert.equal(rows.at(-2), ',,closing balance,,,,eur,,,7.27,,,727')
    })

    it('statement opens with what stood there before its days', async () => {
      const later = new Date(Date.parse(day()) + 9 * 24 * 3600 * 1000).toISOString().slice(0, 10)
      const text = await ok(
        'statement',
        '--ledger-account=platform:fees',
        '--currency=usd',
        '--from',
        later,
      )
      assert.match(text, /^ +opening +0\.20\n +closing +0\.20\n$/m)
    })

    it('statement asks which currency is meant, where there are several', async () => {
      const { code, stderr } = await run(
        'statement',
        '--account',
        shop.id,
        '--ledger-account=platform:vat',
      )
      assert.deepEqual(
        [code, stderr],
        [1, 'obole: platform:vat has several currencies: --currency eur | usd\n'],
      )
    })

    it('verify says that all is well, and how much it has looked at', async () => {
      const { code, stdout, stderr } = await run('verify')
      assert.deepEqual([code, stderr], [0, ''])
      assert.match(stdout, /^\d+ invariants, 9 transfers, \d+ rows in all, \d+\.\d s\n$/)
      const document = JSON.parse(await ok('verify', '--json'))
      assert.deepEqual([document.ok, document.broken, document.checked.payments], [true, [], 2])
      assert.equal(document.invariants, Number.parseInt(stdout, 10))
    })

    it('verify names the first broken row of each broken invariant, and ends with 1', async () => {
      const add = (by: string) =>
        `update ledger_days set debits = debits ${by} where account = $1 and ledger_account = 'platform:vat'`
      const { code, stdout, stderr } = await changed(add('+ 1'), add('- 1'), [])
      assert.equal(code, 1)
      assert.match(stdout, /^broken: transfers sum to zero per currency \(2 rows\)$/m)
      assert.match(stdout, /^broken: the sums of a day are those of its transfers \(2 rows\)$/m)
      const first = new RegExp(
        `^  first: platform:vat eur \\S+ of ${shop.id}, test: \\{.*"debits": -1`,
        'm',
      )
      assert.match(stdout, first)
      assert.match(stderr, /^obole: 2 of \d+ invariants do not hold\n$/)
    })

    it('verify of one account does not mind another’s, as one document', async () => {
      const other = await runObole(['accounts', 'create', '--name', 'Other', '--json'], home.env)
      const { id } = JSON.parse(other.stdout)
      const go = [`update payments set refunded = 0 where account = $1 and refunded > 0`] as const
      const back = `update payments set refunded = 250 where account = $1 and id = '${payment.id}'`
      const theirs = await changed(...go, back, ['--account', id])
      assert.equal(theirs.code, 0, theirs.stdout)
      const ours = await changed(...go, back, ['--account', shop.id, '--json'])
      assert.equal(ours.code, 1)
      const { ok, broken } = JSON.parse(ours.stdout)
      assert.deepEqual([ok, broken.length, broken[0].number], [false, 1, 1])
      assert.deepEqual(
        [broken[0].id, broken[0].mode, broken[0].row.refunds],
        [payment.id, 'test', 250],
      )
    })

    it('answers a wrong call by 2, and an account that is not there by 1', async () => {
      const calls: [number, string[]][] = [
        [2, ['balance']],
        [2, ['balance', '--account', shop.id, '--at', '2026-02-30']],
        [2, ['balance', '--account', shop.id, '--csv', '--json']],
        [2, ['statement', '--account', shop.id, '--ledger-account', 'bank:gold']],
        [1, ['balance', '--account', 'acct_none']],
        [1, ['verify', '--account', 'acct_none']],
      ]
      const ended = await Promise.all(calls.map(([, args]) => run(...args)))
      assert.deepEqual(
        ended.map(({ code, stdout }) => [code, stdout]),
        calls.map(([code]) => [code, '']),
      )
    })
  })
}
