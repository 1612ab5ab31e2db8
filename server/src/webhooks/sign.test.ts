import assert from 'node:assert/strict'
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import {
  publicKeyText,
  secretInHex,
  secretText,
  stancerSignature,
  standardHeaders,
} from './sign.ts'

const body = '{"type":"payment.captured","name":"Zo\u00e9 \u{1f600}"}'
const now = () => Math.floor(Date.now() / 1000)
const [fresh, old] = [randomBytes(32), randomBytes(32)]

/** HMAC-SHA256 as RFC 2104 writes it, from the hash alone. */
function hmacByHand(key: Buffer, text: string): Buffer {
  const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  const block = Buffer.alloc(64)
  ;(key.length > 64 ? sha(key) : key).copy(block)
  const [inner, outer] = [0x36, 0x5c].map((pad) => Buffer.from(block.map((it) => it ^ pad)))
  return sha(outer as Buffer, sha(inner as Buffer, Buffer.from(text)))
}

describe('Stancer-Signature', () => {
  it('is an HMAC over the time, a dot and the body, by the bytes of the secret', () => {
    for (const secret of [fresh, randomBytes(100), Buffer.from([7])]) {
      const v1 = hmacByHand(secret, `1767225600.${body}`).toString('hex')
      assert.equal(stancerSignature([secret], body, 1767225600), `t=1767225600,v1=${v1}`)
    }
    // And by another program: openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…0f
    const secret = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')
    assert.equal(
      stancerSignature([secret], '{"id":1}', 1700000000),
      't=1700000000,v1=78e04fba90ff5aa265317521c1f2d0f94c0e00297a8711cbec6a4260a5629909',
    )
  })

  it('is the same for a body in bytes, and has both secrets while one replaces the other', () => {
    const [one, two] = [fresh, old].map((it) => stancerSignature([it], body, 5).split(',')[1])
    assert.equal(stancerSignature([fresh, old], Buffer.from(body), 5), `t=5,${one},${two}`)
  })
})

describe('Standard Webhooks', () => {
  const message = { id: 'evt_abc', body, t: now() }

  it('is taken by its own library with either secret, and not with another', () => {
    const headers = standardHeaders({ ...message, secrets: [fresh, old] })
    for (const secret of [fresh, old]) {
      assert.deepEqual(new Webhook(secretText(secret)).verify(body, headers), JSON.parse(body))
    }
    const stranger = new Webhook(secretText(randomBytes(32)))
    assert.throws(() => stranger.verify(body, headers), /No matching signature/)
    const changed = { ...headers, 'webhook-id': 'evt_abd' }
    assert.throws(() => new Webhook(secretText(fresh)).verify(body, changed), /No matching/)
    assert.throws(() => new Webhook(secretText(fresh)).verify(`${body} `, headers), /No matching/)
  })

  it('writes just what its library writes', () => {
    const theirs = new Webhook(secretText(fresh)).sign(message.id, new Date(message.t * 1000), body)
    const ours = standardHeaders({ ...message, secrets: [fresh] })
    assert.deepEqual(ours, {
      'webhook-id': message.id,
      'webhook-timestamp': String(message.t),
      'webhook-signature': theirs,
    })
  })

  it('has a signature that the public key checks and cannot make', () => {
    const ed25519_seed = randomBytes(32)
    const headers = standardHeaders({ ...message, secrets: [fresh, old], ed25519_seed })
    const [v1, v1Old, v1a = '', ...none] = headers['webhook-signature'].split(' ')
    assert.deepEqual([v1?.slice(0, 3), v1Old?.slice(0, 3), none], ['v1,', 'v1,', []])
    const raw = Buffer.from(publicKeyText(ed25519_seed).replace('whpk_', ''), 'base64')
    assert.equal(raw.length, 32)
    const x = raw.toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const isGood = (text: string) =>
      verify(null, Buffer.from(text), key, Buffer.from(v1a.replace(/^v1a,/, ''), 'base64'))
    assert.equal(isGood(`evt_abc.${message.t}.${body}`), true)
    assert.equal(isGood(`evt_abc.${message.t + 1}.${body}`), false)
    // The library passes over what it does not know.
    assert.ok(new Webhook(secretText(old)).verify(body, headers))
    const alone = standardHeaders({ ...message, secrets: [], ed25519_seed })
    assert.equal(alone['webhook-signature'], v1a)
  })

  it('has the public key of RFC 8032 for the seed of RFC 8032', () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
    const known = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
    const shown = `whpk_${Buffer.from(known, 'hex').toString('base64')}`
    assert.equal(publicKeyText(Buffer.from(seed, 'hex')), shown)
  })
})

it('a secret is one secret in both spellings', () => {
  const text = secretText(fresh).replace(/^whsec_/, '')
  assert.equal(Buffer.from(text, 'base64').toString('hex'), secretInHex(fresh))
})

it('nothing is signed by nobody, by nothing, or at half past a second', () => {
  const message = { id: 'evt_abc', body, t: 1, secrets: [fresh] }
  assert.throws(() => stancerSignature([], body, 1), /is signed/)
  assert.throws(() => stancerSignature([Buffer.alloc(0)], body, 1), /empty secret/)
  assert.throws(() => stancerSignature([fresh], body, 1.5), /whole seconds/)
  assert.throws(() => standardHeaders({ ...message, secrets: [] }), /is signed/)
  assert.throws(() => standardHeaders({ ...message, t: Number.NaN }), /whole seconds/)
  assert.throws(() => standardHeaders({ ...message, id: 'evt_a.1' }), /no dot/)
  assert.throws(() => standardHeaders({ ...message, ed25519_seed: fresh.subarray(1) }), /32 bytes/)
})
