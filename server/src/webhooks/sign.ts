import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { assert } from '../kernel/assert.ts'

/**
 * How a delivery proves that it comes from us, in two languages: the header that Stancer's
 * documentation describes, and Standard Webhooks 1.0.0. A body is what goes over the wire, byte for
 * byte; `t` is the time of the try in seconds since 1970; secrets are raw bytes, the newest first,
 * and there are two while one replaces the other. All pure.
 */

const hmac = (secret: Buffer, prefix: string, body: string | Buffer): Buffer => {
  assert(secret.length > 0, 'nothing is signed with an empty secret')
  return createHmac('sha256', secret).update(prefix).update(body).digest()
}

/**
 * The value of `Stancer-Signature`: `t=<seconds>,v1=<hex>`, an HMAC-SHA256 over `<t>.<body>`. The
 * key is the secret's bytes, which the API shows in hexadecimal. While a secret is being replaced,
 * a second `,v1=<hex>` follows by the old one: who looks at each `v1` is right with either.
 */
export function stancerSignature(
  secrets: readonly Buffer[],
  body: string | Buffer,
  t: number,
): string {
  assert(secrets.length > 0, 'a delivery is signed')
  assert(Number.isSafeInteger(t), 'a signature counts whole seconds')
  const signatures = secrets.map((it) => `v1=${hmac(it, `${t}.`, body).toString('hex')}`)
  return [`t=${t}`, ...signatures].join(',')
}

export interface SignedMessage {
  /** The same over all tries: by it a receiver knows that it has seen the message. */
  id: string
  secrets: readonly Buffer[]
  /** 32 bytes, the private half of the key that `publicKeyText` shows. */
  ed25519_seed?: Buffer
  body: string | Buffer
  t: number
}

/** What PKCS #8 writes before the 32 bytes of an Ed25519 key (RFC 8410, section 7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function privateKey(seed: Buffer): KeyObject {
  assert(seed.length === 32, 'a seed has 32 bytes')
  return createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
}

/**
 * The headers of Standard Webhooks over `<id>.<t>.<body>`: `v1,<base64>` by HMAC-SHA256 for each
 * secret, and `v1a,<base64>` by Ed25519 when there is a seed, with a space between them. A receiver
 * takes the message when one of them is right.
 */
export function standardHeaders({ id, secrets, ed25519_seed, body, t }: SignedMessage) {
  assert(secrets.length > 0 || ed25519_seed, 'a delivery is signed')
  assert(Number.isSafeInteger(t), 'a signature counts whole seconds')
  // Else the end of the id and the beginning of the time could change places.
  assert(/^[\w-]+$/.test(id), 'the id of a message has no dot')
  const prefix = `${id}.${t}.`
  const signatures = secrets.map((it) => `v1,${hmac(it, prefix, body).toString('base64')}`)
  if (ed25519_seed) {
    const content = Buffer.concat([Buffer.from(prefix), Buffer.from(body)])
    const signature = sign(null, content, privateKey(ed25519_seed))
    signatures.push(`v1a,${signature.toString('base64')}`)
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': String(t),
    'webhook-signature': signatures.join(' '),
  }
}

/** A secret as Stancer's API shows it; what is hashed are the bytes. */
export const secretInHex = (secret: Buffer): string => secret.toString('hex')

/** The same secret as libraries of Standard Webhooks take it. */
export const secretText = (secret: Buffer): string => `whsec_${secret.toString('base64')}`

/** The public key of a seed, as Standard Webhooks writes it: it checks `v1a` and signs nothing. */
export function publicKeyText(seed: Buffer): string {
  const { x = '' } = createPublicKey(privateKey(seed)).export({ format: 'jwk' })
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`
}
