import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../harness.ts'
import { approvedCard, assertRefused, type Client, clientOf, deleted, faultOf } from './answers.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const path = '/v1/cards/'
const taken = (id: string) => ({
  error: 'Card already exists, you may want to update it instead creating a new one',
  id,
})

describe('keeping a card', () => {
  it('[B36] answers with just the members of v1, its nature spelled as v1 does', async () => {
    const made = await client.post(path, { ...approvedCard, name: 'Z Z Z', exp_year: 2031 })
    assert.match(made.id, /^card_[a-zA-Z0-9]{24}$/)
    assert.deepEqual(made, {
      brand: 'visa',
      country: 'US',
      created: made.created,
      exp_month: 12,
      exp_year: 2031,
      funding: 'credit',
      id: made.id,
      last4: '4242',
      live_mode: false,
      name: 'Z Z Z',
      nature: 'personnal',
      network: 'visa',
      preferred_network: 'national',
      zip_code: null,
    })
    assert.deepEqual(await client.get(path + made.id), made)
    assert.equal((await client.get(`/v2/cards/${made.id}`)).nature, 'personal')
  })

  it('[B34] the same number and expiry again is refused with the first id', async () => {
    const card = { ...approvedCard, exp_year: 2032 }
    const first = await client.post(path, card)
    const again = { ...card, number: '4242 4242 4242 4242', name: 'Another', cvc: '999' }
    assertRefused(await client.call('POST', path, { body: again }), 409, taken(first.id))
    assert.notEqual((await client.post(path, { ...card, exp_month: 11 })).id, first.id)
  })

  it('of ten alike at the same moment one is kept, the others are told its id', async () => {
    const body = { ...approvedCard, exp_year: 2033 }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.call('POST', path, { body })),
    )
    const [first, ...more] = answers.filter(({ status }) => status === 200)
    assert.equal(more.length, 0)
    for (const it of answers) if (it !== first) assertRefused(it, 409, taken(first?.body.id))
  })

  it('echoes the preferred network', async () => {
    const body = { ...approvedCard, exp_year: 2034, preferred_network: 'mastercard' }
    assert.equal((await client.post(path, body)).preferred_network, 'mastercard')
  })

  it('a real number is refused in test mode, and not repeated', async () => {
    const number = '4000056655665556'
    const answer = await client.call('POST', path, { body: { ...approvedCard, number } })
    assert.match(faultOf(answer), /^number: Test mode takes the published test cards only/)
    assert.equal(answer.text.includes(number), false)
  })

  it('a customer that is not there is refused by its id', async () => {
    const body = { ...approvedCard, exp_year: 2035, customer: 'cust_none' }
    assertRefused(await client.call('POST', path, { body }), 404, 'No such customer cust_none')
  })
})

describe('reading a card', () => {
  it('there is no list of them', async () => {
    for (const at of ['/v1/cards', '/v1/cards/?limit=2']) {
      assertRefused(await client.call('GET', at), 404, 'Nothing matches the given URI')
    }
  })

  it('an id of whatever form is echoed as it came', async () => {
    for (const id of ['no-card', `card_${'0'.repeat(24)}`]) {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const body = method === 'PATCH' ? { body: {} } : {}
        assertRefused(await client.call(method, path + id, body), 404, `No such card ${id}`)
      }
    }
  })
})

describe('changing a card', () => {
  it('[B35] its name is kept, the rest stays', async () => {
    const made = await client.post(path, { ...approvedCard, exp_year: 2036 })
    const changed = await client.patch(path + made.id, { name: 'New Name' })
    assert.deepEqual(changed, { ...made, name: 'New Name' })
    assert.deepEqual(await client.get(path + made.id), changed)
  })

  it('its expiry, postal code and preferred network too; never its number', async () => {
    const made = await client.post(path, { ...approvedCard, exp_year: 2037 })
    const fields = {
      exp_month: 1,
      exp_year: 2038,
      zip_code: '75001',
      preferred_network: 'visa',
    }
    const body = { ...fields, number: '5555555555554444', last4: '4444' }
    assert.deepEqual(await client.patch(path + made.id, body), { ...made, ...fields })
  })
})

describe('deleting a card', () => {
  it('[B38] answers nothing, and afterwards there is none', async () => {
    const { id } = await client.post(path, { ...approvedCard, exp_year: 2039 })
    await deleted(client, path + id, { stale: true })
    assertRefused(await client.call('GET', path + id), 404, `No such card ${id}`)
    assert.notEqual((await client.post(path, { ...approvedCard, exp_year: 2039 })).id, id)
  })

  it('a payment with it goes on showing it, and no new one takes it', async () => {
    const card = { ...approvedCard, exp_year: 2040 }
    const payment = await client.post('/v1/checkout', { amount: 100, currency: 'eur', card })
    await deleted(client, path + payment.card.id)
    const { id } = (await client.get(`/v1/checkout/${payment.id}`)).card
    assert.equal(id, payment.card.id)
    const body = { amount: 100, currency: 'eur', card: id }
    assertRefused(await client.call('POST', '/v1/checkout', { body }), 404, `No such card ${id}`)
  })
})
