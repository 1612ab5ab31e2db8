import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { equalHash } from './equal-hash.ts'
import { newKeyring, openKeyring, rewrapKeyring } from './keyring.ts'
import { generateMasterKey, parseMasterKeys } from './master-keys.ts'
import { createVault, masterKeyIdOf, type Scope, sealedBytes, type Vault } from './vault.ts'
import { VaultError, type VaultProblem } from './vault-error.ts'

const number = '4000002500000003'
const scope: Scope = { account: 'acct_1', record: 'card_1', kind: 'pan' }

const [oldKey, newKey, foreignKey] = [generateMasterKey(), generateMasterKey(), generateMasterKey()]
const before = parseMasterKeys(oldKey)
const during = parseMasterKeys(`${newKey},${oldKey}`)
const after = parseMasterKeys(newKey)
const rows = newKeyring(before)

const vault = createVault({ masterKeys: before, keyring: openKeyring(rows, before) })
const rotating = createVault({ masterKeys: during, keyring: openKeyring(rows, during) })

/** The call throws a VaultError of one of these codes, and nothing of the number shows in it. */
const refuses = (call: () => unknown, ...codes: VaultProblem[]) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof VaultError, `unexpected ${error}`)
    assert.ok(codes.includes(error.code), `unexpected ${error.code}`)
    const printed = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)
    assert.ok(!printed.includes(number), 'an error shows the number')
    return true
  })

describe('a sealed value', () => {
  it('opens to what was sealed, whatever its length up to 39 bytes', () => {
    for (let length = 1; length <= 39; length++) {
      const plaintext = number.repeat(3).slice(0, length)
      assert.equal(vault.open(scope, vault.seal(scope, plaintext)), plaintext)
    }
  })

  it('of bytes opens to the same bytes, whatever they are', () => {
    const whose: Scope = { ...scope, kind: 'signing_secret' }
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, n) => 255 - 7 * n))
    assert.deepEqual(vault.openBytes(whose, vault.seal(whose, bytes)), bytes)
    refuses(() => vault.openBytes(scope, vault.seal(whose, bytes)), 'tampered')
  })

  it('has one length, is never twice the same and does not hold the number', () => {
    const sealed = [number, number, '378282246310005'].map((text) => vault.seal(scope, text))
    for (const value of sealed) {
      assert.equal(value.length, sealedBytes)
      assert.ok(!value.includes(number.slice(0, 6)))
    }
    const [first, second] = sealed as [Buffer, Buffer]
    for (let start = 9; start + 12 <= sealedBytes; start++) {
      assert.ok(!first.subarray(start, start + 12).equals(second.subarray(start, start + 12)))
    }
  })

  it('nothing is sealed that is empty or too long', () => {
    refuses(() => vault.seal(scope, ''), 'malformed')
    refuses(() => vault.seal(scope, number.repeat(3)), 'malformed')
    refuses(() => vault.seal(scope, `${number}${'é'.repeat(12)}`), 'malformed')
  })

  it('does not open when any one bit was flipped', () => {
    const sealed = vault.seal(scope, number)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      refuses(() => vault.open(scope, changed), 'tampered', 'unknown_key', 'malformed')
    }
  })

  it('does not open when cut or lengthened', () => {
    const sealed = vault.seal(scope, number)
    for (let length = 0; length < sealed.length; length++) {
      refuses(() => vault.open(scope, sealed.subarray(0, length)), 'malformed')
    }
    refuses(() => vault.open(scope, Buffer.concat([sealed, Buffer.of(0)])), 'malformed')
  })

  it('does not open for another account, record or kind', () => {
    const sealed = vault.seal(scope, number)
    const others: Scope[] = [
      { ...scope, account: 'acct_2' },
      { ...scope, record: 'card_2' },
      { ...scope, kind: 'iban' },
      { ...scope, account: 'acct_1c', record: 'ard_1' },
      { ...scope, account: 'card_1', record: 'acct_1' },
      { ...scope, account: 'acct_1","card_1', record: '' },
    ]
    for (const other of others) refuses(() => vault.open(other, sealed), 'tampered')
  })

  it('does not open with parts of another value of the same record', () => {
    const [first, second] = [vault.seal(scope, number), vault.seal(scope, '4242424242424242')]
    const boxStart = 1 + 8 + 12 + 16 + 32
    const mixed = Buffer.concat([first.subarray(0, boxStart), second.subarray(boxStart)])
    refuses(() => vault.open(scope, mixed), 'tampered')
  })

  it('does not open without its master key, and the error names the id of the key', () => {
    const foreign = parseMasterKeys(foreignKey)
    const other = createVault({ masterKeys: foreign, keyring: openKeyring(rows, before) })
    const sealed = vault.seal(scope, number)
    refuses(() => other.open(scope, sealed), 'unknown_key')
    refuses(() => other.rewrap(scope, sealed), 'unknown_key')
    assert.throws(() => other.open(scope, sealed), new RegExp(before.current.id))
  })
})

describe('a note', () => {
  const place = { account: 'acct_1', live: false, record: 'a1' }

  it('opens to what was sealed, of any length, after a rotation too', () => {
    for (const text of ['', '{"é":1}', 'x'.repeat(300_000)]) {
      assert.equal(rotating.openNote(place, vault.sealNote(place, text)), text)
    }
  })

  it('opens for its record alone, and for nobody who changed it', () => {
    const sealed = vault.sealNote(place, number)
    assert.ok(!sealed.equals(vault.sealNote(place, number)))
    assert.ok(!sealed.includes(number))
    for (const other of [{ account: 'acct_2' }, { live: true }, { record: 'a2' }]) {
      refuses(() => vault.openNote({ ...place, ...other }, sealed), 'tampered')
    }
    for (let byte = 0; byte < sealed.length; byte++) {
      const changed = Buffer.from(sealed)
      changed[byte] = (changed[byte] ?? 0) ^ 1
      refuses(() => vault.openNote(place, changed), 'tampered')
    }
    refuses(() => vault.openNote(place, sealed.subarray(0, 27)), 'malformed')
  })
})

describe('rotation of the master key', () => {
  it('opens values of the old key during it, and re-wrapped ones with the new key alone', () => {
    const sealed = vault.seal(scope, number)
    assert.equal(rotating.open(scope, sealed), number)

    const rewrapped = rotating.rewrap(scope, sealed)
    assert.ok(rewrapped)
    const keyring = openKeyring(rewrapKeyring(rows, during), after)
    const retired = createVault({ masterKeys: after, keyring })
    assert.equal(rotating.open(scope, rewrapped), number)
    assert.equal(retired.open(scope, rewrapped), number)
    refuses(() => retired.open(scope, sealed), 'unknown_key')
    refuses(() => vault.open(scope, rewrapped), 'unknown_key')
  })

  it('leaves the ciphertext alone, and a value of the current key too', () => {
    const sealed = vault.seal(scope, number)
    const rewrapped = rotating.rewrap(scope, sealed) as Buffer
    assert.ok(rewrapped.subarray(69).equals(sealed.subarray(69)))
    assert.equal(masterKeyIdOf(sealed), before.current.id)
    assert.equal(masterKeyIdOf(rewrapped), after.current.id)
    assert.equal(rotating.rewrap(scope, rewrapped), null)
    assert.equal(vault.rewrap(scope, sealed), null)
  })

  it('re-wraps nothing for another record, nor what was changed', () => {
    const sealed = vault.seal(scope, number)
    refuses(() => rotating.rewrap({ ...scope, record: 'card_2' }, sealed), 'tampered')
    sealed.writeUInt8(sealed.readUInt8(40) ^ 1, 40)
    refuses(() => rotating.rewrap(scope, sealed), 'tampered')
    refuses(() => rotating.rewrap(scope, sealed.subarray(1)), 'malformed')
  })

  it('changes no fingerprint and no hash of an API key', () => {
    const again = rewrapKeyring(rows, during)
    assert.equal(again.length, rows.length)
    assert.deepEqual(rewrapKeyring(again, during), [])
    const retired = createVault({ masterKeys: after, keyring: openKeyring(again, after) })
    const made = (from: Vault) => [
      from.fingerprint('acct_1', true, 'pan', number),
      from.hashApiKey('stest_abc'),
      from.deriveSecret('listen', 'acct_1', true).toString('hex'),
    ]
    assert.deepEqual(made(rotating), made(vault))
    assert.deepEqual(made(retired), made(vault))
  })
})

describe('the keyring', () => {
  it('does not open with a foreign master key, a missing row, or rows that changed places', () => {
    refuses(() => openKeyring(rows, parseMasterKeys(foreignKey)), 'unknown_key')
    refuses(() => openKeyring(rows.slice(1), before), 'malformed')
    const swapped = rows.map((row, i) => ({ ...row, name: rows[1 - i]?.name ?? '' }))
    refuses(() => openKeyring(swapped, before), 'tampered')
    const cut = rows.map((row) => ({ ...row, wrapped: row.wrapped.subarray(1) }))
    refuses(() => openKeyring(cut, before), 'malformed')
  })

  it('is another one each time it is made', () => {
    const other = createVault({
      masterKeys: before,
      keyring: openKeyring(newKeyring(before), before),
    })
    assert.notEqual(other.hashApiKey('stest_abc'), vault.hashApiKey('stest_abc'))
    assert.notEqual(
      other.fingerprint('acct_1', true, 'pan', number),
      vault.fingerprint('acct_1', true, 'pan', number),
    )
  })
})

describe('a fingerprint', () => {
  it('is equal for equal numbers, and different for each account, mode, kind and number', () => {
    const print = vault.fingerprint('acct_1', true, 'pan', number)
    assert.match(print, /^[0-9a-f]{64}$/)
    assert.equal(vault.fingerprint('acct_1', true, 'pan', number), print)
    const all = [
      print,
      vault.fingerprint('acct_2', true, 'pan', number),
      vault.fingerprint('acct_1', false, 'pan', number),
      vault.fingerprint('acct_1', true, 'iban', number),
      vault.fingerprint('acct_1', true, 'pan', '4242424242424242'),
      vault.hashApiKey(number),
    ]
    assert.equal(new Set(all).size, all.length)
  })
})

describe('a hash of an API key', () => {
  it('is equal only to the hash of the same key', () => {
    const hash = vault.hashApiKey('stest_abc')
    assert.ok(equalHash(hash, vault.hashApiKey('stest_abc')))
    assert.ok(!equalHash(hash, vault.hashApiKey('stest_abd')))
    assert.ok(!equalHash(hash, hash.slice(1)))
    assert.ok(!equalHash(hash, ''))
  })
})

describe('printing', () => {
  it('a vault or a keyring shows no key and no number', () => {
    vault.open(scope, vault.seal(scope, number))
    const keyring = openKeyring(rows, before)
    const printed = [vault, keyring, before]
      .map((value) => inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value))
      .join()
    assert.ok(!printed.includes(number))
    for (const key of [keyring.fingerprint, keyring.api_key, before.current.key]) {
      const hex = key.export().toString('hex')
      assert.ok(!printed.includes(hex) && !printed.includes(hex.slice(0, 8)))
    }
  })
})

describe('a derived secret', () => {
  it('is the same each time, and another for each purpose, account and mode', () => {
    const all = [
      vault.deriveSecret('listen', 'acct_1', false),
      vault.deriveSecret('other', 'acct_1', false),
      vault.deriveSecret('listen', 'acct_2', false),
      vault.deriveSecret('listen', 'acct_1', true),
    ].map((it) => it.toString('hex'))
    assert.match(all[0] ?? '', /^[0-9a-f]{64}$/)
    assert.equal(new Set(all).size, all.length)
    assert.equal(vault.deriveSecret('listen', 'acct_1', false).toString('hex'), all[0])
  })
})
