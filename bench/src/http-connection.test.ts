import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { bytesOf, endOf, HttpConnection } from './http-connection.ts'

describe('the connection of the load', () => {
  it('sees where an answer ends, and that it is not all there yet', () => {
    const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')
    assert.equal(endOf(answer), answer.length)
    for (let n = 0; n < answer.length; n++) assert.equal(endOf(answer.subarray(0, n)), undefined)
  })

  it('keeps a connection for many requests, whose bodies arrive as they were given', async () => {
    const sockets = new Set<unknown>()
    const server = createServer(async (request, response) => {
      sockets.add(request.socket)
      const body = await text(request)
      response.end(JSON.stringify({ authorization: request.headers.authorization, body }))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const connection = await HttpConnection.open('127.0.0.1', port)
    try {
      for (const name of ['Zoé', 'a'.repeat(50_000)]) {
        const request = bytesOf({ method: 'POST', path: '/', key: 'stest_1', body: { name } })
        const answer = (await connection.ask(request)).toString()
        assert.ok(answer.startsWith('HTTP/1.1 200 OK'))
        assert.ok(answer.includes('Basic c3Rlc3RfMTo='))
        assert.ok(answer.includes(name))
      }
      assert.equal(sockets.size, 1)
    } finally {
      connection.close()
      server.close()
    }
  })
})
