import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { generateMasterKey, parseMasterKeys } from './master-keys.ts'
import { VaultError } from './vault-error.ts'

const bytes = Buffer.from(generateMasterKey(), 'base64')

const refuses = (text: string, message: RegExp) =>
  assert.throws(
    () => parseMasterKeys(text),
    (error) => {
      assert.ok(error instanceof VaultError)
      assert.equal(error.code, 'bad_master_key')
      assert.match(error.message, message)
      for (const word of text.split(/[\s,]+/)) {
        assert.ok(word === '' || !inspect(error).includes(word), 'an error shows a key')
      }
      return true
    },
  )

describe('master keys', () => {
  it('the same key has the same id in hexadecimal, base64 and base64url, padded or not', () => {
    const texts = [
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      bytes.toString('base64'),
      bytes.toString('base64').replace('=', ''),
      bytes.toString('base64url'),
      `\n ${bytes.toString('base64')} \r\n`,
    ]
    const ids = new Set(texts.map((text) => parseMasterKeys(text).current.id))
    assert.equal(ids.size, 1)
    assert.match([...ids][0] ?? '', /^[0-9a-f]{16}$/)
  })

  it('the first of several is current, and all of them unwrap', () => {
    const [first, second, third] = [generateMasterKey(), generateMasterKey(), generateMasterKey()]
    for (const text of [`${first},${second},${third}`, `${first}\n${second}\n\n${third}\n`]) {
      const keys = parseMasterKeys(text)
      assert.equal(keys.current.id, parseMasterKeys(first).current.id)
      assert.equal(keys.by_id.size, 3)
    }
  })

  it('a generated key is accepted, and no two are the same', () => {
    const made = Array.from({ length: 200 }, generateMasterKey)
    assert.equal(parseMasterKeys(made.join(',')).by_id.size, 200)
  })

  it('none, or one of the wrong length, is refused', () => {
    refuses('', /No master key is given/)
    refuses(' , \n', /No master key is given/)
    refuses(bytes.toString('hex').slice(1), /has 63 characters: expected 32 bytes/)
    refuses(bytes.subarray(1).toString('base64'), /expected 32 bytes/)
    refuses('correct-horse-battery-staple', /expected 32 bytes/)
    refuses(`${generateMasterKey()},${'!'.repeat(44)}`, /^Master key 2 has 44 characters/)
  })

  it('one that is visibly not random is refused', () => {
    refuses('00'.repeat(32), /is one byte repeated/)
    refuses(Buffer.alloc(32, 0xff).toString('base64'), /is one byte repeated/)
    refuses(Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('hex'), /counts up/)
    refuses(Buffer.from(Array.from({ length: 32 }, (_, i) => 99 - i)).toString('hex'), /counts/)
    refuses('deadbeef'.repeat(8), /repeats a pattern/)
    refuses(bytes.subarray(0, 16).toString('hex').repeat(2), /repeats a pattern/)
    refuses(Buffer.from('0123456789'.repeat(4).slice(0, 32)).toString('hex'), /repeats a pattern/)
  })

  it('one that is given twice is refused, in whatever form', () => {
    refuses(`${bytes.toString('hex')},${bytes.toString('base64')}`, /Master key 2 is given twice/)
  })

  it('printing them shows no key', () => {
    const keys = parseMasterKeys(bytes.toString('hex'))
    const printed = inspect(keys, { depth: 9, showHidden: true }) + JSON.stringify(keys)
    for (const form of ['hex', 'base64', 'latin1'] as const) {
      assert.ok(!printed.includes(bytes.toString(form).slice(0, 12)))
    }
  })
})
