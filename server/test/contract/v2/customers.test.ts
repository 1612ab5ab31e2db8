import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, faultOf, ok } from './answers.ts'
import { type Client, clientOf } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const post = (body: unknown) => client.call('POST', '/v2/customers/', { body })
const everything = {
  email: 'zoe@example.com',
  name: 'Zoé Müller 😀',
  mobile: '+33612345678',
  date_birth: '1980-02-29',
  legal_id: '123456789',
  country: 'FR',
}

describe('a customer', () => {
  it('[B17] with neither e-mail nor mobile is refused', async () => {
    for (const body of [{}, { name: 'Zoé' }, { email: null }, { mobile: '' }]) {
      const answer = await post(body)
      assertInvalid(answer, ['body', '__root__'])
      assert.equal(faultOf(answer).type, 'value_error')
    }
  })

  it('[B18] with only an e-mail or only a mobile is taken', async () => {
    for (const body of [{ email: 'only@example.com' }, { mobile: '+33600000000' }]) {
      const made = ok(await post(body))
      assert.match(made.id, /^cust_[a-zA-Z0-9]{24}$/)
      assert.equal(made.deleted, false)
      assert.ok(Number.isInteger(made.created))
    }
  })

  it('is shown by a read and in its list as by its creation', async () => {
    const made = ok(await post(everything))
    const { id, created, deleted, ...fields } = made
    const absent = { external_id: null, billing_address: null, shipping_address: null }
    assert.deepEqual(fields, { ...everything, ...absent })
    assert.deepEqual(await client.get(`/v2/customers/${id}`), made)
    assert.deepEqual((await client.get('/v2/customers/?limit=1')).customers, [made])
  })

  it('[B19] made twice from the same data is two', async () => {
    const [one, other] = [ok(await post(everything)), ok(await post(everything))]
    assert.notEqual(one.id, other.id)
  })

  it('[B20] made twice with the same external id and data is one', async () => {
    const body = { ...everything, external_id: 'twice' }
    const [one, other] = [ok(await post(body)), ok(await post(body))]
    assert.deepEqual(other, one)
  })

  it('with the external id of another is refused, at its creation and later', async () => {
    const one = ok(await post({ email: 'one@example.com', external_id: 'mine' }))
    const told = 'Customer already exists, you may want to update it instead creating a new one'
    const text = `${told} (${one.id})`
    assertRefused(await post({ email: 'two@example.com', external_id: 'mine' }), 409, text)
    const two = ok(await post({ email: 'two@example.com' }))
    const body = { external_id: 'mine' }
    assertRefused(await client.call('PATCH', `/v2/customers/${two.id}`, { body }), 409, text)
    ok(await client.call('PATCH', `/v2/customers/${one.id}`, { body }))
  })

  it('gives its external id free when it changes it or is deleted', async () => {
    const one = ok(await post({ email: 'free@example.com', external_id: 'free' }))
    await client.patch(`/v2/customers/${one.id}`, { external_id: 'freed' })
    const two = ok(await post({ email: 'other@example.com', external_id: 'free' }))
    ok(await client.call('DELETE', `/v2/customers/${two.id}`))
    const three = ok(await post({ email: 'third@example.com', external_id: 'free' }))
    assert.equal(new Set([one.id, two.id, three.id]).size, 3)
  })

  it('[B24] changes only in the members that are sent', async () => {
    const made = ok(await post(everything))
    const path = `/v2/customers/${made.id}`
    const changed = await client.patch(path, { name: 'Another' })
    assert.deepEqual(changed, { ...made, name: 'Another' })
    assert.deepEqual(await client.get(path), changed)
    assert.deepEqual(await client.patch(path, { name: null, email: null }), changed)
    assert.deepEqual(await client.patch(path, {}), changed)
  })

  it('[B26] is gone once it is deleted', async () => {
    const made = ok(await post({ email: 'gone@example.com', external_id: 'gone' }))
    const path = `/v2/customers/${made.id}`
    assert.deepEqual(ok(await client.call('DELETE', path)), { ...made, deleted: true })
    const text = `Customer \`${made.id}\` not found`
    assertRefused(await client.call('GET', path), 404, text)
    assertRefused(await client.call('DELETE', path), 404, text)
    assertRefused(await client.call('PATCH', path, { body: { name: 'Back' } }), 404, text)
    const sub = await client.call('GET', `${path}/payment_intents`)
    assertRefused(sub, 404, text)
    const list = await client.get('/v2/customers/?external_id=gone')
    assert.deepEqual([list.range.count, list.customers], [0, []])
  })

  it('[B27] beyond a bound is refused in its place', async () => {
    const bad = {
      name: 'a'.repeat(65),
      external_id: 'a'.repeat(37),
      country: 'FRA',
      email: 'no address',
      mobile: '1'.repeat(17),
      date_birth: '2023-02-29',
      billing_address: 'addr_short',
    }
    for (const [name, value] of Object.entries(bad)) {
      assertInvalid(await post({ ...everything, [name]: value }), ['body', name])
    }
  })

  it('with an address that is not there, is deleted or is not its own is refused', async () => {
    const address = { zip_code: '75001', city: 'Paris', country: 'FR' }
    const kept = await client.post('/v2/addresses/', address)
    const gone = await client.post('/v2/addresses/', address)
    ok(await client.call('DELETE', `/v2/addresses/${gone.id}`))
    const { keys } = await server.newMerchant()
    const foreign = await clientOf(server, keys.stest).post('/v2/addresses/', address)
    const made = ok(await post({ ...everything, billing_address: kept.id }))
    assert.equal(made.billing_address, kept.id)
    for (const id of [gone.id, foreign.id, `addr_${'0'.repeat(24)}`]) {
      const text = `Address \`${id}\` not found`
      assertRefused(await post({ ...everything, shipping_address: id }), 404, text)
      const body = { shipping_address: id }
      assertRefused(await client.call('PATCH', `/v2/customers/${made.id}`, { body }), 404, text)
    }
  })
})

describe('the list of customers', () => {
  it('[B28] filters by external id', async () => {
    const made = ok(await post({ email: 'x@example.com', external_id: 'X' }))
    const { range, customers } = await client.get('/v2/customers/?external_id=X')
    assert.deepEqual([range.count, customers], [1, [made]])
  })

  it('filters by each member exactly, and by all that are given', async () => {
    const one = ok(await post({ ...everything, name: 'Filter', legal_id: 'L1', country: 'BE' }))
    await post({ ...everything, name: 'Filter', legal_id: 'L2', country: 'BE' })
    const ids = async (query: string) =>
      (await client.get(`/v2/customers/?${query}`)).customers.map((it: { id: string }) => it.id)
    assert.equal((await ids('name=Filter&country=BE&email=zoe@example.com')).length, 2)
    assert.deepEqual(await ids('name=Filter&legal_id=L1'), [one.id])
    assert.deepEqual(await ids('name=filter'), [])
    assert.deepEqual(await ids('name=Filt%25'), [])
    assert.deepEqual(await ids('name=Filter&created=4000000000'), [])
  })

  it('[B54] created gives those made at that second or later, however it is written', async () => {
    const made = ok(await post({ email: 'since@example.com', name: 'Since' }))
    const iso = new Date(made.created * 1000).toISOString()
    for (const since of [made.created, iso, encodeURIComponent(iso.replace('Z', '+00:00'))]) {
      const { customers } = await client.get(`/v2/customers/?created=${since}&limit=100`)
      assert.ok(customers.some((it: { id: string }) => it.id === made.id))
    }
    const { range } = await client.get(`/v2/customers/?created=${made.created + 60}`)
    assert.equal(range.count, 0)
  })

  it('has no subscriptions and no intents of a customer without', async () => {
    const { id } = ok(await post(everything))
    const range = { start: 3, end: 3, limit: 5, count: 0, has_more: false }
    const of = (name: string) => client.get(`/v2/customers/${id}/${name}?start=3&limit=5`)
    assert.deepEqual(await of('subscriptions'), { range, subscriptions: [] })
    assert.deepEqual(await of('payment_intents'), { range, payment_intents: [] })
  })
})

describe('customers made at once', () => {
  it('with one external id and the same data are one', async () => {
    const body = { email: 'race@example.com', external_id: 'race' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body)))
    assert.equal(new Set(answers.map((it) => ok(it).id)).size, 1)
  })

  it('with one external id and other data: one is made and the others are told which', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        post({ email: `race${n}@example.com`, external_id: 'race2' }),
      ),
    )
    const made = answers.filter((it) => it.status === 200)
    assert.equal(made.length, 1)
    for (const it of answers.filter((one) => one.status !== 200)) {
      assert.equal(it.status, 409)
      assert.ok(it.body.error.endsWith(`(${made[0]?.body.id})`), it.text)
    }
  })
})
