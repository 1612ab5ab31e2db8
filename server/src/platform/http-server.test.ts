import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { it } from 'node:test'
import { createHttpServer } from './http-server.ts'
import { createLog } from './log.ts'

it('a connection on which nothing was said does not hold up the end of the server', async () => {
  const app = createHttpServer({ log: createLog('silent'), trust_proxy: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const taken = once(app.server, 'connection')
  const line = connect(port, '127.0.0.1').on('error', () => {})
  await taken
  const cut = once(line, 'close')
  await app.close()
  await cut
  assert.equal(line.bytesRead, 0)
})
