import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, faultOf, ok } from './answers.ts'
import { approvedCard, type Client, clientOf } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const post = (body: unknown) => client.call('POST', '/v2/cards/', { body })
let year = 2030
/** A card that no other test has. */
const newCard = () => ({ ...approvedCard, exp_year: year++ })

describe('a card', () => {
  it('[B32] is shown by what may be known of it: no number, no code', async () => {
    const made = ok(await post({ ...newCard(), cvc: '123', name: 'Zoé' }))
    assert.match(made.id, /^card_[a-zA-Z0-9]{24}$/)
    const { brand, country, last4, nature, name, deleted } = made
    assert.deepEqual(
      { brand, country, last4, nature, name, deleted },
      {
        brand: 'visa',
        country: 'US',
        last4: '4242',
        nature: 'personal',
        name: 'Zoé',
        deleted: false,
      },
    )
    assert.equal('number' in made || 'cvc' in made, false)
    assert.deepEqual(await client.get(`/v2/cards/${made.id}`), made)
    assert.deepEqual((await client.get('/v2/cards/?limit=1')).cards, [made])
  })

  it('[B33] beyond a bound is refused in its place', async () => {
    const bad: [string, unknown][] = [
      ['exp_month', 13],
      ['exp_month', 0],
      ['exp_year', 2018],
      ['exp_year', 2100],
      ['number', '424242424242'],
      ['number', '42424242424242424242'],
      ['number', '4242424242424241'],
      ['number', '4242-4242-4242-424'],
      ['cvc', '12'],
      ['cvc', '12345'],
    ]
    for (const [name, value] of bad) {
      assertInvalid(await post({ ...approvedCard, [name]: value }), ['body', name])
    }
  })

  it('may be written with spaces and dashes, as a number, its code too', async () => {
    const card = newCard()
    const made = ok(await post(card))
    for (const number of ['4242 4242 4242 4242', '4242-4242-4242-424', 4242424242424242]) {
      const answer = await post({ ...card, number, cvc: 123 })
      if (typeof number === 'string' && number.length === 18) assert.equal(answer.status, 422)
      else assert.equal(ok(answer).id, made.id)
    }
  })

  it('that is not a published test card is refused: no real card stays in a sandbox', async () => {
    const answer = await post({ ...approvedCard, number: '4000056655665556' })
    assertInvalid(answer, ['body', 'number'])
    assert.match(faultOf(answer).msg, /test/i)
  })

  it('[B34] sent again is the same card, while its number and expiry are', async () => {
    const card = newCard()
    const made = ok(await post(card))
    assert.deepEqual(ok(await post({ ...card, name: 'Another' })), made)
    assert.notEqual(ok(await post({ ...card, exp_month: 11 })).id, made.id)
  })

  it('that is not to be used again is nobody’s duplicate', async () => {
    const card = { ...newCard(), tokenize: false }
    const [one, other] = [ok(await post(card)), ok(await post(card))]
    assert.notEqual(one.id, other.id)
  })

  it('[B35] changes in its expiry, postal code and external id, and in nothing else', async () => {
    const made = ok(await post(newCard()))
    const path = `/v2/cards/${made.id}`
    const fields = { exp_month: 1, exp_year: 2095, zip_code: '75001', external_id: 'c-1' }
    const changed = await client.patch(path, fields)
    assert.deepEqual(changed, { ...made, ...fields })
    assert.deepEqual(await client.get(path), changed)
    for (const name of ['name', 'number', 'cvc', 'customer', 'tokenize', 'preferred_network']) {
      const answer = await client.call('PATCH', path, { body: { [name]: 'Zoé' } })
      assertInvalid(answer, ['body', name])
    }
  })

  it('[B37] has the network of its number', async () => {
    const known = [
      ['4000002500000003', 'visa', 'national', 'FR'],
      ['5555555555554444', 'mastercard', 'mastercard', 'US'],
    ]
    for (const [number, ...facts] of known) {
      const { brand, network, country } = ok(await post({ ...approvedCard, number }))
      assert.deepEqual([brand, network, country], facts)
    }
  })

  it('is gone once it is deleted, and may be added anew', async () => {
    const card = { ...newCard(), external_id: 'again' }
    const made = ok(await post(card))
    const path = `/v2/cards/${made.id}`
    assert.deepEqual(ok(await client.call('DELETE', path)), { ...made, deleted: true })
    const text = `Card \`${made.id}\` not found`
    for (const method of ['GET', 'DELETE']) {
      assertRefused(await client.call(method, path), 404, text)
    }
    assertRefused(await client.call('PATCH', path, { body: { exp_month: 1 } }), 404, text)
    const body = { amount: 100, card: made.id }
    assertRefused(await client.call('POST', '/v2/payments/', { body }), 404, text)
    assert.notEqual(ok(await post(card)).id, made.id)
  })

  it('with the external id of another is refused, at its creation and later', async () => {
    const one = ok(await post({ ...newCard(), external_id: 'unique' }))
    const told = 'Card already exists, you may want to update it instead creating a new one'
    const text = `${told} (${one.id})`
    assertRefused(await post({ ...newCard(), external_id: 'unique' }), 409, text)
    const two = ok(await post(newCard()))
    const body = { external_id: 'unique' }
    assertRefused(await client.call('PATCH', `/v2/cards/${two.id}`, { body }), 409, text)
  })

  it("belongs to a customer of its own account, and is listed as its customer's", async () => {
    const { id } = await client.post('/v2/customers/', { email: 'c@example.com' })
    const { keys } = await server.newMerchant()
    const foreign = await clientOf(server, keys.stest).post('/v2/customers/', { email: 'f@a.eu' })
    const made = ok(await post({ ...newCard(), customer: id }))
    const { range, cards } = await client.get(`/v2/cards/?customer=${id}`)
    assert.deepEqual([range.count, cards], [1, [made]])
    const answer = await post({ ...newCard(), customer: foreign.id })
    assertRefused(answer, 404, `Customer \`${foreign.id}\` not found`)
    const none = await client.get(`/v2/cards/?customer=${foreign.id}`)
    assert.deepEqual([none.range.count, none.cards], [0, []])
  })

  it('sent twenty times at once is one', async () => {
    const card = newCard()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(card)))
    assert.equal(new Set(answers.map((it) => ok(it).id)).size, 1)
  })

  it('cannot be kept live without a processor', async () => {
    const key = server.merchant.keys.sprod
    const answer = await server.call('POST', '/v2/cards/', { key, body: approvedCard })
    assertInvalid(answer, ['body', '__root__'])
    assert.match(faultOf(answer).msg, /processor/)
  })
})
