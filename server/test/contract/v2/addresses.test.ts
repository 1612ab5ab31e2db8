import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../harness.ts'
import { assertInvalid, assertRefused, ok } from './answers.ts'
import { type Client, clientOf } from './objects.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const post = (body: unknown) => client.call('POST', '/v2/addresses/', { body })
const address = { zip_code: 'ZZ9', city: 'Köln', country: 'a7' }

describe('an address', () => {
  it('[B29] is taken with any country, as it is written', async () => {
    const made = ok(await post(address))
    assert.match(made.id, /^addr_[a-zA-Z0-9]{24}$/)
    const { id, created_at, ...fields } = made
    assert.ok(Number.isInteger(created_at))
    const absent = { line1: null, line2: null, line3: null, state: null, metadata: null }
    assert.deepEqual(fields, { ...address, ...absent, deleted: false })
    assert.deepEqual(await client.get(`/v2/addresses/${id}`), made)
  })

  it('[B30] without a city is refused, and none can be changed', async () => {
    const { city, ...others } = address
    assertInvalid(await post(others), ['body', 'city'])
    const { id } = ok(await post(address))
    const answer = await client.call('PATCH', `/v2/addresses/${id}`, { body: { city } })
    assert.equal(answer.status, 405)
  })

  it('[B31] is shown as deleted once it is, and not listed any more', async () => {
    const [one, other] = [ok(await post(address)), ok(await post(address))]
    assert.notEqual(one.id, other.id)
    const path = `/v2/addresses/${one.id}`
    const deleted = { ...one, deleted: true }
    assert.deepEqual(ok(await client.call('DELETE', path)), deleted)
    assert.deepEqual(await client.get(path), deleted)
    assertRefused(await client.call('DELETE', path), 404, `Address \`${one.id}\` not found`)
    const { range, addresses } = await client.get('/v2/addresses/?limit=100')
    assert.equal(range.count, addresses.length)
    const ids = addresses.map((it: { id: string }) => it.id)
    assert.deepEqual([ids.includes(one.id), ids.includes(other.id)], [false, true])
  })

  it('gives its metadata back as sent, whatever it is', async () => {
    const values = ['{"k":"v"}', { k: { deep: [1.5, null, '😀'] } }, [], 0, false, '']
    for (const metadata of values) {
      const made = ok(await post({ ...address, metadata }))
      assert.deepEqual(made.metadata, metadata)
      assert.deepEqual((await client.get(`/v2/addresses/${made.id}`)).metadata, metadata)
    }
  })
})
