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

const path = '/v1/customers/'
const taken = (id: string) => ({
  error: 'Customer already exists, you may want to update it instead creating a new one',
  id,
})

describe('creating a customer', () => {
  it('[B5] answers directly with and without a slash at the end', async () => {
    for (const at of ['/v1/customers', path]) {
      const answer = await client.call('POST', at, {
        body: { email: `slash${at.length}@b.example` },
      })
      assert.equal(answer.status, 200, answer.text)
    }
  })

  it('answers with just the members of v1, null where nothing was given', async () => {
    const now = () => Math.floor(server.clock.now().getTime() / 1000)
    const earliest = now()
    const made = await client.post(path, { email: 'shape@b.example' })
    assert.match(made.id, /^cust_[a-zA-Z0-9]{24}$/)
    assert.ok(made.created >= earliest && made.created <= now())
    assert.deepEqual(made, {
      country: null,
      created: made.created,
      email: 'shape@b.example',
      external_id: null,
      id: made.id,
      live_mode: false,
      mobile: null,
      name: null,
    })
    assert.deepEqual(await client.get(path + made.id), made)
  })

  it('[B8] takes a body in Latin-1', async () => {
    const body = Buffer.from('{"email":"latin@b.example","name":"Zo\xe9"}', 'latin1')
    const answer = await client.call('POST', path, { body })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.body.name, 'Zoé')
    assert.equal((await client.get(path + answer.body.id)).name, 'Zoé')
  })

  it('ignores members that it does not know, as clients of other times send them', async () => {
    const made = await client.post(path, { mobile: '+33600000001', foo: { bar: 1 }, id: 'cust_x' })
    assert.notEqual(made.id, 'cust_x')
    assert.equal('foo' in made, false)
  })

  it('[B21] the same e-mail and mobile again is refused with the first id', async () => {
    const both = { email: 'same@b.example', mobile: '+33600000002' }
    const first = await client.post(path, { ...both, name: 'First' })
    const again = await client.call('POST', path, { body: { ...both, name: 'Second' } })
    assertRefused(again, 409, taken(first.id))
  })

  it('[B22] another external id is another customer; the same three are refused', async () => {
    const both = { email: 'three@b.example', mobile: '+33600000003' }
    const first = await client.post(path, both)
    const second = await client.post(path, { ...both, external_id: 'x-1' })
    assert.notEqual(second.id, first.id)
    const again = await client.call('POST', path, { body: { ...both, external_id: 'x-1' } })
    assertRefused(again, 409, taken(second.id))
  })

  it('[B23] the same external id with another e-mail is another customer', async () => {
    const first = await client.post(path, { email: 'one@b.example', external_id: 'x-2' })
    const second = await client.post(path, { email: 'two@b.example', external_id: 'x-2' })
    assert.notEqual(second.id, first.id)
  })

  it('only an e-mail, or only a mobile, is enough to be the same', async () => {
    for (const only of [{ email: 'only@b.example' }, { mobile: '+33600000004' }]) {
      const first = await client.post(path, only)
      assertRefused(await client.call('POST', path, { body: only }), 409, taken(first.id))
    }
  })

  it('of ten alike at the same moment one is made, the others are told its id', async () => {
    const body = { email: 'rush@b.example', mobile: '+33600000005' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.call('POST', path, { body })),
    )
    const [first, ...more] = answers.filter(({ status }) => status === 200)
    assert.equal(more.length, 0)
    for (const it of answers) if (it !== first) assertRefused(it, 409, taken(first?.body.id))
  })

  it('customers of another account or of the other mode stand in nobody’s way', async () => {
    const body = { email: 'apart@b.example' }
    await client.post(path, body)
    const other = await server.newMerchant()
    for (const key of [other.keys.stest, server.merchant.keys.sprod]) {
      const made = await clientOf(server, key).post(path, body)
      assert.equal(made.live_mode, key === server.merchant.keys.sprod)
    }
  })

  it('a customer that is deleted stands in nobody’s way', async () => {
    const body = { email: 'again@b.example' }
    const first = await client.post(path, body)
    await deleted(client, path + first.id)
    assert.notEqual((await client.post(path, body)).id, first.id)
  })

  it('neither an e-mail nor a mobile is refused in words', async () => {
    assert.equal(
      faultOf(await client.call('POST', path, { body: { name: 'x' } })),
      'email or mobile is required',
    )
  })
})

describe('reading a customer', () => {
  it('[B12] an id of whatever form is echoed as it came', async () => {
    for (const id of ['aZ3'.repeat(10).slice(0, 29), `cust_${'0'.repeat(24)}`, 'x', 'cust_short']) {
      assertRefused(await client.call('GET', path + id), 404, `No such customer ${id}`)
      assertRefused(
        await client.call('PATCH', path + id, { body: { name: 'x' } }),
        404,
        `No such customer ${id}`,
      )
      assertRefused(await client.call('DELETE', path + id), 404, `No such customer ${id}`)
    }
  })

  it('[B16] what a test key made is not there for a live key', async () => {
    const { id } = await client.post(path, { email: 'mode@b.example' })
    const { sprod } = server.merchant.keys
    for (const method of ['GET', 'DELETE']) {
      assertRefused(
        await server.call(method, path + id, { key: sprod }),
        404,
        `No such customer ${id}`,
      )
    }
    assert.equal((await client.get(path + id)).id, id)
  })
})

describe('changing a customer', () => {
  it('[B24] changes what was sent and nothing else', async () => {
    const made = await client.post(path, {
      email: 'patch@b.example',
      mobile: '+33600000006',
      external_id: 'x-3',
      name: 'Before',
    })
    const changed = await client.patch(path + made.id, { name: 'After' })
    assert.deepEqual(changed, { ...made, name: 'After' })
    assert.deepEqual(await client.get(path + made.id), changed)
  })

  it('the same external id as another customer is taken, as on creation', async () => {
    await client.post(path, { email: 'ext1@b.example', external_id: 'x-4' })
    const second = await client.post(path, { email: 'ext2@b.example' })
    assert.equal((await client.patch(path + second.id, { external_id: 'x-4' })).external_id, 'x-4')
  })
})

describe('deleting a customer', () => {
  it('[B25] answers nothing, and afterwards there is none', async () => {
    const { id } = await client.post(path, { email: 'delete@b.example' })
    await deleted(client, path + id)
    assertRefused(await client.call('GET', path + id), 404, `No such customer ${id}`)
    assertRefused(await client.call('DELETE', path + id), 404, `No such customer ${id}`)
  })

  it('[B7] ignores a body left over from another call', async () => {
    for (const body of [{ email: 'stale@b.example', nonsense: [] }, '{"broken":', 'Zo\xe9']) {
      const { id } = await client.post(path, { email: 'stale@b.example' })
      await deleted(client, path + id, body)
    }
  })
})
