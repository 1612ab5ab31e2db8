import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../harness.ts'
import { assertRefused, type Client, clientOf, deleted, faultOf, goodIban } from './answers.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const path = '/v1/sepa/'
const signed_at = 1_601_045_728
/** The day of that moment. */
const signed = Date.UTC(2020, 8, 25) / 1000
const account = { iban: goodIban, name: 'Zoé', mandate: 'mandate-1', date_mandate: signed_at }

describe('keeping a bank account', () => {
  it('answers with just the members of v1, the day of the mandate in unix seconds', async () => {
    const made = await client.post(path, { ...account, date_birth: '1971-02-02' })
    assert.match(made.id, /^sepa_[a-zA-Z0-9]{24}$/)
    assert.deepEqual(made, {
      bic: 'TESTDEPP',
      created: made.created,
      date_birth: '1971-02-02',
      date_mandate: signed,
      id: made.id,
      last4: '3000',
      live_mode: false,
      mandate: 'mandate-1',
      name: 'Zoé',
    })
    assert.deepEqual(await client.get(path + made.id), made)
  })

  it('the same twice are two, and no mandate is needed', async () => {
    const body = { iban: goodIban, name: 'Zoé' }
    const first = await client.post('/v1/sepa', body)
    assert.equal(first.mandate, null)
    assert.equal(first.date_mandate, null)
    assert.notEqual((await client.post(path, body)).id, first.id)
  })

  it('an IBAN that cannot be one is refused, and not repeated', async () => {
    const iban = 'DE89370400440532013001'
    const answer = await client.call('POST', path, { body: { ...account, iban } })
    assert.match(faultOf(answer), /^iban: The IBAN is not valid/)
    assert.equal(answer.text.includes(iban), false)
  })

  it('a name is needed', async () => {
    const answer = await client.call('POST', path, { body: { iban: goodIban } })
    assert.equal(faultOf(answer), 'name: field required')
  })
})

describe('reading a bank account', () => {
  it('there is no list of them, and an id of whatever form is echoed as it came', async () => {
    assertRefused(await client.call('GET', '/v1/sepa'), 404, 'Nothing matches the given URI')
    for (const id of ['no-sepa', `sepa_${'0'.repeat(24)}`]) {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const body = method === 'PATCH' ? { body: {} } : {}
        assertRefused(await client.call(method, path + id, body), 404, `No such sepa ${id}`)
      }
    }
  })
})

describe('changing a bank account', () => {
  it('changes what was sent and nothing else', async () => {
    const made = await client.post(path, account)
    const fields = { name: 'Zoë', bic: 'COBADEFFXXX', mandate: 'mandate-2' }
    const changed = await client.patch(path + made.id, { ...fields, iban: 'ignored' })
    assert.deepEqual(changed, { ...made, ...fields })
    assert.deepEqual(await client.get(path + made.id), changed)
  })

  it('a BIC that cannot be one is refused', async () => {
    const { id } = await client.post(path, account)
    const answer = await client.call('PATCH', path + id, { body: { bic: '1234567890' } })
    assert.equal(faultOf(answer), 'bic: The BIC is not valid')
  })
})

describe('deleting a bank account', () => {
  it('answers nothing, and afterwards there is none', async () => {
    const { id } = await client.post(path, account)
    await deleted(client, path + id, account)
    assertRefused(await client.call('GET', path + id), 404, `No such sepa ${id}`)
  })
})
