import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startServer, type TestServer } from '../../test/harness.ts'
import { watched } from '../../test/watched-db.ts'

describe('a call that only reads', () => {
  let server: TestServer
  before(async () => {
    server = await startServer()
  })
  after(() => server.close())

  /** What a call asks the database, with a key that is known already. */
  const askedBy = async (method: string, path: string, body?: object): Promise<string> => {
    await server.call('GET', '/v2/ping')
    const db = watched(server.services.db)
    const before = server.services.db
    server.services.db = db
    try {
      const answer = await server.call(method, path, { body })
      assert.equal(answer.status, 200, answer.text)
    } finally {
      server.services.db = before
    }
    return db.asked.map(({ text }) => text).join('\n')
  }

  it('looks up neither the clock nor the prices of the account', async () => {
    const body = { name: 'Marie Curie', email: 'marie@example.com' }
    const made = await server.call('POST', '/v2/customers/', { body })
    const path = `/v2/customers/${made.body.id}`
    assert.doesNotMatch(await askedBy('GET', path), /pricing/)
    assert.match(await askedBy('PATCH', path, { name: 'Marie' }), /pricing/)
  })
})
