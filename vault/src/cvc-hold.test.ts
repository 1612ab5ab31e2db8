import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { CvcHold } from './cvc-hold.ts'

const noon = new Date('2030-01-01T12:00:00Z')
const later = new Date('2030-01-01T13:00:00Z')

describe('a held code', () => {
  it('is given once', () => {
    const hold = new CvcHold()
    hold.hold('auth_1', '123', later)
    hold.hold('auth_2', '0456', later)
    assert.equal(hold.take('auth_2', noon), '0456')
    assert.equal(hold.take('auth_2', noon), null)
    assert.equal(hold.take('auth_1', noon), '123')
    assert.equal(hold.size, 0)
  })

  it('is gone at the instant it expires, also when nobody swept', () => {
    const hold = new CvcHold()
    hold.hold('auth_1', '123', noon)
    assert.equal(hold.take('auth_1', noon), null)
    assert.equal(hold.size, 0)
  })

  it('a sweep wipes the expired ones and no other', () => {
    const hold = new CvcHold()
    hold.hold('auth_1', '123', noon)
    hold.hold('auth_2', '456', later)
    hold.sweep(noon)
    assert.equal(hold.size, 1)
    assert.equal(hold.take('auth_2', noon), '456')
  })

  it('is gone after a wipe; wiping an unknown one is harmless', () => {
    const hold = new CvcHold()
    hold.hold('auth_1', '123', later)
    hold.wipe('auth_1')
    hold.wipe('auth_1')
    assert.equal(hold.take('auth_1', noon), null)
  })

  it('takes the place of an earlier one of the same id', () => {
    const hold = new CvcHold(1)
    hold.hold('auth_1', '123', later)
    hold.hold('auth_1', '456', later)
    assert.equal(hold.take('auth_1', noon), '456')
  })

  it('has 3 or 4 digits', () => {
    const hold = new CvcHold()
    for (const cvc of ['', '12', '12345', '12a', '１２３', '123\n']) {
      assert.throws(() => hold.hold('auth_1', cvc, later), { code: 'malformed' })
    }
    assert.equal(hold.size, 0)
  })

  it('more than the bound are never held: the oldest makes room', () => {
    const hold = new CvcHold(2)
    hold.hold('auth_1', '123', later)
    hold.hold('auth_2', '123', later)
    hold.hold('auth_3', '789', later)
    assert.equal(hold.size, 2)
    assert.equal(hold.take('auth_1', noon), null)
    assert.equal(hold.take('auth_3', noon), '789')
  })

  it('leaves no ciphertext and no plaintext in our buffers once taken', (t) => {
    const filled: Buffer[] = []
    const fill = Buffer.prototype.fill
    t.mock.method(Buffer.prototype, 'fill', function (this: Buffer, ...args: [number]) {
      filled.push(this)
      return fill.apply(this, args)
    })
    const hold = new CvcHold()
    hold.hold('auth_1', '123', later)
    hold.take('auth_1', noon)
    assert.deepEqual(
      filled.map((buffer) => buffer.length),
      [4, 4, 32],
    )
    assert.ok(filled.every((buffer) => buffer.every((byte) => byte === 0)))
  })

  it('is never printed', () => {
    const hold = new CvcHold()
    hold.hold('auth_1', '7351', later)
    assert.equal(inspect(hold, { depth: 9, showHidden: true }), '***')
    assert.equal(inspect({ hold }), '{ hold: *** }')
    assert.equal(JSON.stringify({ hold }), '{"hold":"***"}')
    assert.equal(`${hold}`, '***')
  })
})
