import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { stanOperations } from '@obole/contract/stan/all.js'
import { v1Operations } from '@obole/contract/v1/all.js'
import { v2Operations } from '@obole/contract/v2/all.js'
import { Validator } from '@seriousme/openapi-schema-validator'
import { startServer, type TestServer } from '../../harness.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  server.call('GET', path, { key: null, headers })

/** The text of a document as a client sees it that names this host: fetch would not send it. */
const asHost = (host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(`${server.url}/openapi.json`, { headers: { host } }, (answer) => {
      answer.setEncoding('utf8')
      let text = ''
      answer.on('data', (part) => {
        text += part
      })
      answer.on('end', () => resolve(text))
    })
    asked.on('error', reject).end()
  })

for (const [path, operations] of [
  ['/openapi.json', v2Operations],
  ['/openapi/v1.json', v1Operations],
  ['/openapi/stan.json', stanOperations],
] as const) {
  describe(path, () => {
    it('is valid OpenAPI 3.1, without a key', async () => {
      const { status, body } = await get(path)
      assert.equal(status, 200)
      assert.equal(body.openapi, '3.1.0')
      const { valid, errors } = await new Validator().validate(structuredClone(body))
      assert.ok(valid, JSON.stringify(errors))
    })

    it('names every operation of the API', async () => {
      const { body } = await get(path)
      const ids = Object.values(body.paths).flatMap((methods) =>
        Object.values(methods as Record<string, { operationId: string }>).map(
          (it) => it.operationId,
        ),
      )
      assert.deepEqual(ids.sort(), operations.map((it) => it.id).sort())
    })
  })
}

describe('the server that a document names', () => {
  it('is the origin at which it was asked for', async () => {
    assert.deepEqual((await get('/openapi.json')).body.servers, [{ url: server.url }])
    const { servers } = JSON.parse(await asHost('api.shop.example'))
    assert.deepEqual(servers, [{ url: 'http://api.shop.example' }])
  })

  it('stays one string, whatever the caller says its host is', async () => {
    const text = await asHost('a","x":"$&')
    const { servers, x } = JSON.parse(text)
    assert.equal(servers.length, 1)
    assert.equal(x, undefined)
  })

  it('is the configured one where there is one', async () => {
    const api = 'https://api.example.org'
    const other = await startServer({ origins: { api } })
    try {
      const { body } = await other.call('GET', '/openapi/v1.json')
      assert.deepEqual(body.servers, [{ url: api }])
    } finally {
      await other.close()
    }
  })
})

describe('the files of the reference', () => {
  const filesOf = async (path: string) =>
    [...(await get(path)).text.matchAll(/"(\/docs\/files\/[^"]+)"/g)].map((it) => it[1] ?? '')

  it('are ours, packed, and kept by browsers for good', async () => {
    const files = await filesOf('/docs')
    assert.equal(files.length, 4)
    assert.deepEqual(await filesOf('/docs/v1'), files)
    for (const file of files) {
      const { status, headers, text } = await get(file)
      assert.equal(status, 200, file)
      assert.match(headers.get('content-type') ?? '', /^text\/(css|javascript); charset=utf-8$/)
      assert.equal(headers.get('content-encoding'), 'gzip')
      assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable')
      const plain = await get(file, { 'accept-encoding': 'identity' })
      assert.equal(plain.headers.get('content-encoding'), null)
      assert.equal(plain.text, text)
    }
  })

  it('are no others: a name that is none leads nowhere', async () => {
    for (const name of ['package.json', '..%2Fpackage.json', 'constructor', 'index.html']) {
      assert.equal((await get(`/docs/files/any/${name}`)).status, 404, name)
    }
  })
})

describe('the page of the reference', () => {
  it('lets a browser run its own files only, and nobody frame it', async () => {
    const { headers } = await get('/docs')
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  })
})
