import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../harness.ts'
import { assertRefused, type Client, clientOf, deleted, faultOf } from './answers.ts'

let server: TestServer
let client: Client

before(async () => {
  server = await startServer()
  client = clientOf(server)
})
after(() => server.close())

const path = '/v1/addresses/'
const paris = { city: 'Paris', country: 'FR', line1: '10 rue X', zip_code: '75001' }

describe('an address', () => {
  it('answers with just the members of v1', async () => {
    const made = await client.post(path, { ...paris, metadata: '{"k":"v"}', unknown: 1 })
    assert.match(made.id, /^addr_[a-zA-Z0-9]{24}$/)
    assert.deepEqual(made, {
      ...paris,
      created: made.created,
      id: made.id,
      line2: null,
      line3: null,
      live_mode: false,
      metadata: '{"k":"v"}',
      state: null,
    })
    assert.deepEqual(await client.get(path + made.id), made)
    assert.notEqual((await client.post(path, paris)).id, made.id)
  })

  it('is refused without a city', async () => {
    const { city: _, ...body } = paris
    assert.equal(faultOf(await client.call('POST', path, { body })), 'city: field required')
  })

  it('is not there for v1 once it is deleted, though v2 goes on showing it', async () => {
    const { id } = await client.post(path, paris)
    await deleted(client, path + id)
    assertRefused(await client.call('GET', path + id), 404, `No such address ${id}`)
    assertRefused(await client.call('DELETE', path + id), 404, `No such address ${id}`)
    assert.equal((await client.get(`/v2/addresses/${id}`)).deleted, true)
  })

  it('does not change', async () => {
    const { id } = await client.post(path, paris)
    const answer = await client.call('PATCH', path + id, { body: { city: 'Lyon' } })
    assert.equal(answer.status, 405)
    assert.equal(answer.headers.get('allow'), 'GET, DELETE')
  })
})
