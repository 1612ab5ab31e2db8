import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { importAccount } from '../../../src/app/import-account.ts'
import { type Answer, type Json, startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, faultOf, ok } from './answers.ts'
import { approvedCard, type Client, clientOf } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const path = '/v2/disbursements/'
const unauthorized = 'You are not authorized to access that resource'
const unknown = `dsbm_${'0'.repeat(24)}`

const keep = async (number = approvedCard.number): Promise<string> =>
  (await client.post('/v2/cards/', { ...approvedCard, number, exp_year: 2090 })).id
const order = async (more: object = {}): Promise<Json> =>
  client.post(path, { card: await keep(), amount: 1000, ...more })
const read = (id: string): Promise<Json> => client.get(path + id)
const dishonor = (id: string, key?: string): Promise<Answer> =>
  client.call('POST', `/v2/sandbox/disbursements/${id}/dishonor`, key ? { key } : {})

/** Goes to when banks do this next. */
async function goTo(hour: 'cutoffAfter' | 'bookingAfter'): Promise<string> {
  const now = server.clock.now()
  const { bankDays } = server.services
  const next = bankDays[hour](now)
  await server.advance(next.getTime() - now.getTime())
  return bankDays.dayOf(next)
}

describe('a disbursement', () => {
  it('is ordered to a card that is kept, and shown as it is published', async () => {
    const card = await keep()
    const made = await client.post(path, { card, amount: 1234 })
    const { id, created, ...fields } = made
    assert.match(id, /^dsbm_[a-zA-Z0-9]{24}$/)
    assert.ok(Number.isInteger(created))
    assert.deepEqual(fields, {
      amount: 1234,
      card,
      currency: 'eur',
      date_bank: null,
      date_disbursement: null,
      payout: null,
      response: '00',
      status: 'to_disburse',
    })
    assert.deepEqual(await read(id), made)
    assert.deepEqual((await client.get(`${path}?limit=1`)).disbursements, [made])
  })

  it('takes the code of the card and a date of birth, and shows neither', async () => {
    // Left out of what is searched: ids and instants may hold anything.
    const { id, card, created, currency, ...shown } = await order({
      currency: 'usd',
      cvc: 1234,
      date_of_birth: '1990-02-28',
    })
    assert.equal(currency, 'usd')
    assert.doesNotMatch(JSON.stringify(shown), /1990|cvc|birth/)
  })

  it('is sent at the cut-off, booked the next business day, and lost to nobody then', async () => {
    const { id } = await order()
    const date_disbursement = await goTo('cutoffAfter')
    const sent = await read(id)
    assert.deepEqual([sent.status, sent.date_bank], ['disburse_sent', null])
    assert.equal(sent.date_disbursement, date_disbursement)
    const date_bank = await goTo('bookingAfter')
    const booked = await read(id)
    assert.deepEqual(booked, { ...sent, status: 'disbursed', date_bank, payout: booked.payout })
    assertInvalid(await dishonor(id), ['body', '__root__'])
    assert.equal((await read(id)).status, 'disbursed')
  })

  it('that the bank of the card refuses says so, with the code that may be shown', async () => {
    const codes = { '4000000000000002': '05', '4000000000009995': '51', '4000000000009987': '05' }
    for (const [number, code] of Object.entries(codes)) {
      const { id, status, response } = await order({ card: await keep(number) })
      assert.deepEqual([status, response], ['refused', code])
      assertInvalid(await dishonor(id), ['body', '__root__'])
      await goTo('cutoffAfter')
      assert.equal((await read(id)).status, 'refused')
    }
  })

  it('needs no authentication, and no balance', async () => {
    const card = await keep('4000000000003220')
    const { status } = await order({ card, amount: 4_294_967_295 })
    assert.equal(status, 'to_disburse')
  })

  it('that is not honored is over, before it is sent and after', async () => {
    for (const sent of [false, true]) {
      const { id } = await order()
      if (sent) await goTo('cutoffAfter')
      const { status, ...others } = ok(await dishonor(id))
      assert.equal(status, 'not_honored')
      await goTo('bookingAfter')
      assert.deepEqual(await read(id), { ...others, status, payout: (await read(id)).payout })
      assertInvalid(await dishonor(id), ['body', '__root__'])
    }
  })

  it('is listed with the others, the newest first', async () => {
    const { keys } = await server.newMerchant()
    const other = clientOf(server, keys.stest)
    const card = (await other.post('/v2/cards/', approvedCard)).id
    const made: string[] = []
    for (const amount of [1, 2, 3]) made.push((await other.post(path, { card, amount })).id)
    const page = await other.get(`${path}?start=0&limit=2`)
    assert.deepEqual(
      page.disbursements.map((it: Json) => it.id),
      made.reverse().slice(0, 2),
    )
    assert.deepEqual(page.range, { start: 0, end: 2, limit: 2, count: 3, has_more: true })
  })
})

describe('a disbursement is refused', () => {
  it('401 without a secret key', async () => {
    for (const key of [null, server.merchant.keys.ptest]) {
      const calls = [
        server.call('GET', path, { key }),
        server.call('POST', path, { key, body: {} }),
        server.call('GET', path + unknown, { key }),
        server.call('POST', `/v2/sandbox/disbursements/${unknown}/dishonor`, { key }),
      ]
      for (const answer of await Promise.all(calls)) assertRefused(answer, 401, unauthorized)
    }
  })

  it("404 where it is unknown, another account's or of the other mode", async () => {
    const { id } = await order()
    const text = (it: string) => `Disbursement \`${it}\` not found`
    assertRefused(await client.call('GET', path + unknown), 404, text(unknown))
    assertRefused(await dishonor(unknown), 404, text(unknown))
    const { keys } = await server.newMerchant()
    for (const key of [keys.stest, server.merchant.keys.sprod]) {
      assertRefused(await client.call('GET', path + id, { key }), 404, text(id))
      assertRefused(await dishonor(id, key), 404, text(id))
      assert.equal((await client.call('GET', path, { key })).body.range.count, 0)
    }
    assert.equal((await read(id)).status, 'to_disburse')
  })

  it("404 for a card that is unknown, deleted, or another account's", async () => {
    const gone = (await client.post('/v2/cards/', { ...approvedCard, exp_year: 2091 })).id
    ok(await client.call('DELETE', `/v2/cards/${gone}`))
    const { keys } = await server.newMerchant()
    const foreign = await clientOf(server, keys.stest).post('/v2/cards/', approvedCard)
    for (const card of [gone, foreign.id, `card_${'0'.repeat(24)}`]) {
      const answer = await client.call('POST', path, { body: { card, amount: 1 } })
      assertRefused(answer, 404, `Card \`${card}\` not found`)
    }
  })

  it('405 by any other method', async () => {
    const { id } = await order()
    const taken = [
      [path, 'GET, POST'],
      [path + id, 'GET'],
      [`/v2/sandbox/disbursements/${id}/dishonor`, 'POST'],
    ] as const
    for (const [url, allow] of taken) {
      for (const method of ['PATCH', 'PUT', 'DELETE']) {
        const answer = await client.call(method, url)
        assert.equal(answer.status, 405, `${method} ${url}`)
        assert.equal(answer.headers.get('allow'), allow)
      }
    }
  })

  it('422 beyond a bound, in its place', async () => {
    const card = await keep()
    const whole = { card, amount: 1 }
    const bad: [name: string, value: unknown][] = [
      ['amount', 0],
      ['amount', -1],
      ['amount', 4_294_967_296],
      ['amount', 1.5],
      ['amount', 'ten'],
      ['amount', undefined],
      ['card', undefined],
      ['card', 'card_short'],
      ['card', approvedCard],
      ['currency', 'jpy'],
      ['currency', 'EURO'],
      ['cvc', '12'],
      ['cvc', '12345'],
      ['cvc', '12a'],
      ['date_of_birth', '1990-02-30'],
      ['date_of_birth', 'in spring'],
      ['payment', 'paym'],
    ]
    for (const [name, value] of bad) {
      const answer = await client.call('POST', path, { body: { ...whole, [name]: value } })
      assertInvalid(answer, ['body', name])
    }
    for (const query of ['limit=0', 'limit=101', 'start=-1']) {
      const [name] = query.split('=') as [string]
      assertInvalid(await client.call('GET', `${path}?${query}`), ['query', name])
    }
    assertInvalid(await client.call('GET', `${path}dsbm_short`), ['path', 'id'])
    assertInvalid(await dishonor('dsbm_short'), ['path', 'id'])
    ok(await client.call('POST', path, { body: whole }))
  })

  it('422 for a card that was imported without its number', async () => {
    const id = `card_${'7'.repeat(24)}`
    const shown = { brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2090 }
    const line = JSON.stringify({ object: 'card', id, created: 1, ...shown })
    const lines = (async function* () {
      yield line
    })()
    await importAccount(server.services, { account: server.merchant.id, live: false }, lines)
    const answer = await client.call('POST', path, { body: { card: id, amount: 1 } })
    assertInvalid(answer, ['body', 'card'])
  })

  it('422 live without a processor', async () => {
    const body = { card: await keep(), amount: 1 }
    const { sprod } = server.merchant.keys
    const answer = await client.call('POST', path, { key: sprod, body })
    assertInvalid(answer, ['body', '__root__'])
    assert.match(faultOf(answer).msg, /processor/)
  })
})
