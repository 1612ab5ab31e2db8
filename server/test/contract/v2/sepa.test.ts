import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, ok } from './answers.ts'
import { type Client, clientOf, goodIban } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const post = (body: unknown, path = '/v2/sepa/') => client.call('POST', path, { body })
const account = { name: 'Zoé', iban: goodIban }

describe('a bank account', () => {
  it('[B69] is shown by four characters, never by its IBAN; a holder is named', async () => {
    const made = ok(await post(account))
    assert.match(made.id, /^sepa_[a-zA-Z0-9]{24}$/)
    const { id, created, ...fields } = made
    assert.ok(Number.isInteger(created))
    assert.deepEqual(fields, {
      bic: 'TESTDEPP',
      customer: null,
      date_mandate: null,
      deleted: false,
      last4: '3000',
      mandate: null,
      name: 'Zoé',
    })
    assert.deepEqual(await client.get(`/v2/sepa/${id}`), made)
    assert.deepEqual((await client.get('/v2/sepa/?limit=1')).sepa, [made])
    assertInvalid(await post({ iban: goodIban }), ['body', 'name'])
    assertInvalid(await post({ name: 'Zoé' }), ['body', 'iban'])
  })

  it('keeps the mandate, its day in each form, and the BIC that is given', async () => {
    for (const date_mandate of [
      '2020-09-25',
      1_601_045_728,
      '1601045728',
      '2020-09-25T14:55:28Z',
    ]) {
      const made = ok(await post({ ...account, mandate: 'RUM-1', date_mandate, bic: 'DEUTDEFF' }))
      const { mandate, bic } = made
      assert.deepEqual([mandate, made.date_mandate, bic], ['RUM-1', '2020-09-25', 'DEUTDEFF'])
    }
  })

  it('is refused when its IBAN or BIC cannot be one', async () => {
    const wrong = ['DE89370400440532013001', 'XX89370400440532013000', 'DE8937040044053201300']
    for (const iban of [...wrong, 'not an iban at all', '1'.repeat(34)]) {
      const answer = await post({ ...account, iban })
      assertInvalid(answer, ['body', 'iban'])
      assert.ok(!answer.text.includes(iban), answer.text)
    }
    assertInvalid(await post({ ...account, bic: 'nonsense' }), ['body', 'bic'])
  })

  it('may be written in groups and in lower case', async () => {
    for (const iban of ['DE89 3704 0044 0532 0130 00', goodIban.toLowerCase()]) {
      assert.equal(ok(await post({ ...account, iban })).last4, '3000')
    }
  })

  it('changes in its holder and mandate, and in nothing else', async () => {
    const made = ok(await post(account))
    const path = `/v2/sepa/${made.id}`
    const fields = { name: 'Another', mandate: 'RUM-2', date_mandate: '2024-02-29' }
    const changed = await client.patch(path, fields)
    assert.deepEqual(changed, { ...made, ...fields })
    assert.deepEqual(await client.get(path), changed)
    for (const name of ['iban', 'bic', 'customer']) {
      assertInvalid(await client.call('PATCH', path, { body: { [name]: 'x' } }), ['body', name])
    }
  })

  it('is gone once it is deleted', async () => {
    const made = ok(await post(account))
    const path = `/v2/sepa/${made.id}`
    assert.deepEqual(ok(await client.call('DELETE', path)), { ...made, deleted: true })
    const text = `SEPA \`${made.id}\` not found`
    for (const method of ['GET', 'DELETE']) {
      assertRefused(await client.call(method, path), 404, text)
    }
    const body = { amount: 100, sepa: made.id }
    assertRefused(await client.call('POST', '/v2/payments/', { body }), 404, text)
  })

  it('is made and read at the old addresses too', async () => {
    const made = ok(await post(account, '/v2/sepa/ibanonly'))
    assert.deepEqual(await client.get(`/v2/sepa/ibanonly/${made.id}`), made)
    assert.deepEqual(await client.get(`/v2/sepa/${made.id}`), made)
    ok(await post(account, '/v2/sepa/?bic=true'))
    assertInvalid(await post(account, '/v2/sepa/?bic=maybe'), ['query', 'bic'])
  })

  it('belongs to a customer of its own account only', async () => {
    const { id } = await client.post('/v2/customers/', { email: 'c@example.com' })
    assert.equal(ok(await post({ ...account, customer: id })).customer, id)
    const customer = `cust_${'0'.repeat(24)}`
    const text = `Customer \`${customer}\` not found`
    assertRefused(await post({ ...account, customer }), 404, text)
  })
})
