import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { serialize } from 'pg-protocol'
import { Framer, greeting, type Part, statusAfter } from './wire.ts'

const startup = serialize.startup({ user: 'postgres' })
const query = serialize.query('select 1')
const execution = Buffer.concat([
  serialize.parse({ name: 'one', text: 'select $1' }),
  serialize.bind({ statement: 'one', values: ['x'.repeat(300)] }),
  serialize.execute(),
  serialize.sync(),
])
const conversation = Buffer.concat([
  serialize.requestSsl(),
  startup,
  query,
  execution,
  query,
  serialize.end(),
])

const cut = (bytes: Buffer, places: readonly number[]): Part[] => {
  const framer = new Framer()
  const ends = [...places, bytes.length].map((at) => at % (bytes.length + 1)).sort((a, b) => a - b)
  let from = 0
  return ends.concat(bytes.length).flatMap((to) => {
    const parts = framer.push(bytes.subarray(from, to))
    from = to
    return parts
  })
}

const batches = (parts: readonly Part[]) =>
  parts.map((part) => (part.kind === 'batch' ? Buffer.from(part.bytes).toString('hex') : part.kind))

describe('the framing of the wire', () => {
  it('finds the same turns however the bytes arrive', () => {
    const expected = [
      'encryption',
      'startup',
      ...[query, execution, query].map((bytes) => bytes.toString('hex')),
      'end',
    ]
    assert.deepEqual(batches(cut(conversation, [])), expected)
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
        assert.deepEqual(batches(cut(conversation, places)), expected)
      }),
    )
  })

  it('knows which statements a client has named and not closed', () => {
    const framer = new Framer()
    framer.push(startup)
    framer.push(serialize.parse({ name: 'one', text: 'select 1' }))
    framer.push(serialize.parse({ name: 'two', text: 'select 2' }))
    framer.push(serialize.parse({ text: 'select 3' }))
    framer.push(serialize.close({ type: 'S', name: 'one' }))
    framer.push(serialize.close({ type: 'P', name: 'two' }))
    assert.deepEqual([...framer.statements], ['two'])
  })

  it('refuses a length that no message has', () => {
    const framer = new Framer()
    framer.push(startup)
    assert.throws(() => framer.push(Buffer.from([0x51, 0, 0, 0, 3])), RangeError)
    assert.throws(() => new Framer().push(Buffer.from('GET / HTTP/1.1\r\n')), RangeError)
  })

  it('reads the status only from a whole ready message at the end', () => {
    assert.equal(statusAfter(greeting({ server_version: '18' })), 'I')
    assert.equal(statusAfter(Buffer.from([0x5a, 0, 0, 0, 5, 0x54])), 'T')
    assert.equal(statusAfter(Buffer.from([0, 0, 0, 5, 0x49])), undefined)
    assert.equal(statusAfter(Buffer.alloc(0)), undefined)
  })
})
