import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Json, startServer, type TestServer } from '../../test/harness.ts'
import { iban, makeShop, numbers, quietMonday, stopClock } from '../../test/moving-shop.ts'
import { exportOf, importInto, origins } from '../../test/sample-lines.ts'
import { trialBalance } from '../ledger/balances.ts'
import { brokenInvariants } from './invariants/check-invariants.ts'

let from: TestServer
let into: TestServer
let lines: string[]
let counts: Record<string, number>

before(async () => {
  from = await startServer({ origins })
  into = await startServer({ origins })
  await makeShop(from, quietMonday())
  lines = await exportOf(from, from.merchant)
  await stopClock(into, await clockOf(from))
  counts = await importInto(into, into.merchant, lines)
})
after(async () => {
  await from?.close()
  await into?.close()
})

async function clockOf(server: TestServer): Promise<Date> {
  return new Date((await server.call('GET', '/v2/sandbox/clock')).body.now * 1000)
}

const lists = [
  '/v2/customers/',
  '/v2/addresses/',
  '/v2/cards/',
  '/v2/sepa/',
  '/v2/payment_intents/',
  '/v2/payments/',
  '/v2/payments/?order=asc&field=paid',
  '/v2/refunds/',
  '/v2/disputes/',
  '/v2/disbursements/',
  '/v2/payouts/',
  '/v1/checkout/',
  '/v1/refunds/',
  '/v1/disputes/',
]

/** List → what else is answered about each of its objects. */
const parts: Record<string, readonly string[]> = {
  '/v2/payments/': ['', '/refunds', '/disputes'],
  '/v2/payment_intents/': ['', '/payments', '/refunds', '/disputes'],
  '/v2/payouts/': ['', '/payments', '/refunds', '/disputes'],
}

/** Ids and references that due work made in each shop by itself: numbered as they come. */
function renamed(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) =>
    text.replace(/pout_\w{24}|(?<=\d{8})(-\w{4}){3}/g, (it) => {
      const name = names.get(it) ?? `made-${names.size + 1}`
      names.set(it, name)
      return name
    })
}

type Reader = (path: string) => Promise<string>

/** All that both answer about this path. Fails when it is not the same. */
const bothAnswer =
  (words: readonly [(text: string) => string, (text: string) => string]): Reader =>
  async (path) => {
    const [one, other] = await Promise.all([from.call('GET', path), into.call('GET', path)])
    assert.equal(other.status, one.status, path)
    assert.equal(words[1](other.text), words[0](one.text), path)
    return one.text
  }

/** What else is answered about an object. */
async function readParts(read: Reader, path: string, id: string): Promise<void> {
  const item = `${path}${id}`
  await Promise.all((parts[path] ?? ['']).map((part) => read(item + part)))
  if (path !== '/v2/disputes/') return
  const { files } = JSON.parse(await read(`${item}/evidence`))
  for (const file of files) await read(`${item}/evidence/${file.id}`)
}

/** Reads every page of every list, and every object with its parts. Answers how many objects. */
async function readAll(read: Reader, isNew: (id: string) => boolean = () => false) {
  let seen = 0
  for (const list of lists) {
    const path = list.split('?')[0] ?? ''
    for (let start = 0, more = true; more; start += 7) {
      const page = `${list}${list.includes('?') ? '&' : '?'}limit=7&start=${start}`
      const body = JSON.parse(await read(page))
      more = body.range.has_more
      const plural = Object.keys(body).find((key) => Array.isArray(body[key])) ?? ''
      const ids: string[] = body[plural].map(({ id }: { id: string }) => id)
      seen += ids.length
      const known = ids.filter((id) => !isNew(id))
      await Promise.all(known.map((id) => readParts(read, path, id)))
    }
  }
  return seen
}

/** What stands on each account of the ledger. */
const booksOf = async (server: TestServer) =>
  (await trialBalance(server.ctx())).map(({ ledger_account, currency, posted, pending }) =>
    [ledger_account, currency, posted, pending].join(' '),
  )

describe('moving an account', () => {
  it('moves objects in each of their statuses', () => {
    const statuses = new Map<string, Set<string>>()
    for (const line of lines) {
      const { object, status } = JSON.parse(line) as Json
      statuses.set(object, (statuses.get(object) ?? new Set()).add(String(status)))
    }
    const of = (object: string) => [...(statuses.get(object) ?? [])].sort().join(' ')
    assert.equal(
      of('payment'),
      'authorized canceled capture_sent captured disputed expired null refused to_capture',
    )
    assert.equal(of('refund'), 'not_honored payment_canceled refund_sent refunded to_refund')
    assert.equal(
      of('dispute'),
      'accepted evidence_pending evidence_sent evidence_verification lost not_contestable open ' +
        'out_of_time won',
    )
    assert.equal(of('disbursement'), 'disburse_sent disbursed not_honored refused to_disburse')
    assert.equal(of('payout'), 'failed paid pending sent to_pay')
  })

  it('gives the same answers, byte for byte', async () => {
    assert.equal(
      Object.values(counts).reduce((sum, it) => sum + it, 0),
      lines.length,
    )
    const same = (text: string): string => text
    const seen = await readAll(bothAnswer([same, same]))
    assert.ok(seen > 130, `only ${seen} objects were compared`)
  })

  it('is the same in another export', async () => {
    assert.deepEqual(await exportOf(into, into.merchant), lines)
  })

  it('breaks no invariant, and leaves the same on each account of the ledger', async () => {
    for (const server of [from, into]) {
      assert.deepEqual(await brokenInvariants(server.services.db), [])
    }
    assert.deepEqual(await booksOf(into), await booksOf(from))
  })

  it('holds no card number and no IBAN in an export', () => {
    const text = lines.join('\n')
    for (const it of [...Object.values(numbers), iban]) assert.ok(!text.includes(it), it)
  })

  it('goes on refusing a unique id that came with an import', async () => {
    const body = { amount: 5, unique_id: 'u-1' }
    assert.equal((await into.call('POST', '/v2/payments/', { body })).status, 409)
  })

  it('goes on by itself as it would have', async () => {
    const known = new Set(lines.map((line) => JSON.parse(line).id as string))
    const body = { advance: 'P40D' }
    for (const server of [from, into]) await server.call('POST', '/v2/sandbox/clock', { body })
    const isNew = (id: string) => !known.has(id)
    await readAll(bothAnswer([renamed(), renamed()]), isNew)
    for (const server of [from, into]) {
      assert.deepEqual(await brokenInvariants(server.services.db), [])
    }
    assert.deepEqual(await booksOf(into), await booksOf(from))
  })
})
